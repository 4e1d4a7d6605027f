"""The engineers' side by hand: a file, a second thought, a message taken back, a thumb."""

import pytest

from tests.browser.conftest import Opener
from tests.browser.page import ConsolePage
from tests.browser.test_by_hand import PIXEL

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WORDS = "Gracias, Marta. Voy a liberar la cola."


def test_what_an_engineer_does_to_a_message_reaches_the_client(opened: Opener) -> None:
    """The very events that Slack sends: file_share, message_changed, reactions, message_deleted."""
    console = answering(opened)
    console.does("Cambiar este mensaje", WORDS)
    console.channel.get_by_text("Cambia un mensaje").wait_for()
    assert console.page.input_value("#channel-text") == WORDS
    console.says("Gracias, Marta. La cola ya quedó <libre> & en orden.")
    console.sees(console.phone, "La cola ya quedó <libre> & en orden.")
    console.channel.locator(".th").get_by_text("editado").wait_for()
    assert WORDS not in console.phone.inner_text()

    console.does("Poner un pulgar arriba", "La cola ya quedó")
    thumb = console.channel.locator(".th .said .marks > span", has=console.page.locator("svg"))
    thumb.nth(1).wait_for()
    console.does("Poner un pulgar arriba", "La cola ya quedó")
    thumb.nth(1).wait_for(state="detached")

    console.page.set_input_files(
        "#channel-file", {"name": "cola.png", "mimeType": "image/png", "buffer": PIXEL}
    )
    console.channel.locator(".th .said img").wait_for()
    console.phone.locator(".b:not(.me) img").wait_for()

    console.page.on("dialog", lambda dialog: dialog.accept())
    console.does("Borrar este mensaje", "La cola ya quedó")
    console.phone.get_by_text("La cola ya quedó").wait_for(state="detached")
    assert "La cola ya quedó" not in console.channel.inner_text()


def test_nobody_changes_what_another_wrote_and_a_change_can_be_left(opened: Opener) -> None:
    console = answering(opened)
    console.does("Cambiar este mensaje", WORDS)
    console.channel.get_by_role("button", name="Dejarlo").click()
    assert console.page.input_value("#channel-text") == ""
    console.picture("console-workroom")
    assert console.faults_of_axe() == []

    own = console.channel.locator(".said", has_text=WORDS)
    assert own.get_by_role("button", name="Borrar este mensaje").count() == 1
    console.acts_as("Andrés")
    own.get_by_role("button", name="Borrar este mensaje").wait_for(state="detached")
    assert own.get_by_role("button", name="Cambiar este mensaje").count() == 0
    assert own.get_by_role("button", name="Poner un pulgar arriba").count() == 1
    assert WORDS in console.phone.inner_text()


def answering(opened: Opener) -> ConsolePage:
    """Camila has answered Marta's case, in its thread."""
    console = opened()
    console.opens_a_case()
    console.presses(console.channel, "Tomar")
    console.sees(console.phone, "lo tomó Camila")
    console.channel.locator(".fold").first.click()
    console.says(WORDS)
    console.sees(console.phone, WORDS)
    return console
