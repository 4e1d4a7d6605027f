"""The stream: every tab shows the same desk, a cut loses nothing, an outage is said."""

import pytest

from bot.gestures import phone
from tests.browser.conftest import Opener
from tests.web.served import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_two_tabs_show_the_same_desk(opened: Opener) -> None:
    first, second = opened(), opened()
    first.opens_a_case()
    second.sees(second.phone, "Caso 1042 · abierto")
    second.channel.locator(".card").first.wait_for()
    before = second.page.locator("#now").text_content()
    second.page.click("[data-jump='1h']")
    for tab in (second, first):
        tab.page.locator("#now").filter(has_not_text=before).wait_for()
    assert "11:1" in (first.page.locator("#now").text_content() or "")


def test_a_lost_stream_is_said_and_loses_nothing(opened: Opener, desk: Served) -> None:
    console = opened()
    console.writes("hola")
    console.sees(console.phone, "¿Qué le pasa?")
    desk.hang_up()
    console.page.locator("#banner-lost").wait_for()
    console.picture("console-lost")
    hands = desk.app.hands
    assert hands is not None
    desk.call(hands.telegram({"message": {**phone("marta"), "text": "mientras no mirabas"}}))
    desk.listen()
    console.page.locator("#banner-lost").wait_for(state="hidden")
    console.sees(console.phone, "mientras no mirabas")
    console.complaints.clear()  # the browser itself reports each refused connection


def test_a_database_that_is_down_is_said_and_what_was_written_is_kept(
    opened: Opener, desk: Served
) -> None:
    console = opened()
    desk.outages.on = True
    console.writes("esto no se pierde")
    console.page.locator("#banner-database").wait_for()
    console.phone.locator(".b.me").wait_for(state="detached")
    assert console.page.input_value("#phone-text") == "esto no se pierde"
    console.picture("console-database")
    assert console.faults_of_axe() == []
    desk.outages.on = False
    console.page.press("#phone-text", "Enter")
    console.phone.locator(".b.me").wait_for()
    console.page.locator("#banner-database").wait_for(state="hidden")
    console.complaints.clear()  # the browser itself reports the 503
