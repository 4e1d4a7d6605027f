"""A person plays a whole case through the console, by hand."""

import pytest

from tests.browser.conftest import Opener
from tests.browser.page import FAULT

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_fresh_desk_is_never_three_blank_boxes(opened: Opener) -> None:
    console = opened()
    console.sees(console.phone, "Escriba como Marta, de Clínica Lago Gris. Pruebe:")
    console.sees(console.channel, "Aquí llegará la tarjeta. Ábrala desde el teléfono")
    console.sees(console.board, "Sin casos todavía. Con uno ya hay reporte.")
    assert console.phone.locator(".chip").count() == 4
    assert "nada sale de esta máquina" in console.page.locator("header").inner_text()
    console.picture("console-fresh")


def test_a_chip_sends_its_message(opened: Opener) -> None:
    console = opened()
    console.phone.locator(".chip").first.click()
    console.sees(console.phone, FAULT)
    console.sees(console.phone, "¿A quién le pasa?")


def test_a_case_from_the_first_message_to_the_close_by_silence(opened: Opener) -> None:
    console = opened()
    console.opens_a_case()
    console.sees(console.phone, "Caso 1042 · abierto")

    console.presses(console.channel, "Tomar")
    console.sees(console.phone, "lo tomó Camila")
    console.acts_as("Andrés")
    console.acts_as("Camila")

    console.channel.locator(".fold").first.click()
    console.says("Gracias, Marta. Voy a liberar la cola.")
    console.sees(console.phone, "Voy a liberar la cola.")
    console.says("// mismo síntoma que el 0998")
    console.channel.locator(".note").wait_for()
    console.sees(console.channel, "1.ª respuesta")
    assert "mismo síntoma" not in console.phone.inner_text()

    console.presses(console.channel, "Resolver")
    modal = console.page.locator("#modal")
    modal.wait_for()
    modal.locator("button[type=submit]").click()
    modal.locator(".fault:not([hidden])").first.wait_for()
    modal.locator("textarea").fill("se liberó la cola y ya entraron los estudios.")
    modal.locator("button[type=submit]").click()
    modal.wait_for(state="hidden")
    console.sees(console.phone, "¿Le quedó bien?")

    console.page.click("[data-jump='24h']")
    console.sees(console.phone, "¿quedó bien lo de")
    console.page.click("[data-jump='72h']")
    console.sees(console.phone, "lo damos por aprobado")
    console.page.locator("#told").get_by_text("se cierra").wait_for()

    console.orders("/report resumen semana")
    console.sees(console.board, "Promesas cumplidas")
    console.picture("console-report")


def test_the_loser_of_a_race_is_told_and_nothing_changes_twice(opened: Opener) -> None:
    first, second = opened(), opened()
    first.opens_a_case()
    second.acts_as("Andrés")
    second.channel.get_by_role("button", name="Tomar").wait_for()
    first.presses(first.channel, "Tomar")
    first.sees(first.channel, "Camila desde")
    second.sees(second.channel, "Camila desde")
    second.sees(second.phone, "lo tomó Camila")


def test_a_clause_in_the_strip_opens_what_the_policy_says(opened: Opener) -> None:
    console = opened()
    console.opens_a_case()
    console.page.locator("#told .clause").first.click()
    console.page.locator("#clause p").first.wait_for()
    assert "S0-" in console.page.locator("#clause").inner_text()


def test_iris_has_three_open_cases_once_she_is_picked(opened: Opener) -> None:
    console = opened()
    console.page.click("#person")
    console.page.locator(".menu").get_by_text("Iris Q.").click()
    console.channel.locator(".card").nth(2).wait_for()
    console.writes("ya quedó?")
    console.sees(console.phone, "Sus casos abiertos")


def test_the_story_plays_on_real_turns_and_leaves_the_desk_as_it_was_told(opened: Opener) -> None:
    console = opened()
    console.page.keyboard.press("Space")
    console.sees(console.board, "Promesas cumplidas")
    console.sees(console.phone, "lo damos por aprobado")
    console.page.get_by_text("Paso 10 de 10").wait_for()
    console.writes("otra vez no pasan imágenes")
    console.sees(console.phone, "otra vez no pasan imágenes")
    console.picture("console-story")


def test_a_busy_desk_is_the_picture_of_the_front_page(opened: Opener) -> None:
    console = opened()
    console.picks("Iris Q.")
    console.channel.locator(".card").nth(2).wait_for()
    console.acts_as("Andrés")
    console.presses(console.channel, "Tomar")
    console.sees(console.channel, "Andrés desde")

    console.picks("Marta R.")
    console.writes(FAULT)
    console.presses(console.phone, "Solo a mí")
    console.presses(console.phone, "Enviar")
    console.channel.locator(".card").nth(3).wait_for()
    console.acts_as("Camila")
    console.presses(console.channel, "Tomar")
    console.sees(console.phone, "lo tomó Camila")
    console.channel.locator(".fold").last.click()
    console.says("Gracias, Marta. Voy a liberar la cola; tarda unos 10 minutos.")
    console.sees(console.phone, "Voy a liberar la cola")
    console.says("// mismo síntoma que el 0998, revisar disco")
    console.channel.locator(".note").wait_for()

    console.orders("/report resumen semana")
    console.sees(console.board, "Promesas cumplidas")
    console.board.locator("img").last.wait_for()
    console.page.locator("#next").get_by_text("está por vencer el 1042").wait_for()
    console.page.evaluate("document.getElementById('board-body').scrollTop = 0")
    console.picture("console")


def test_a_photo_travels_from_the_phone_to_the_thread(opened: Opener) -> None:
    console = opened()
    console.opens_a_case()
    console.page.set_input_files(
        "#phone-file", {"name": "cola.png", "mimeType": "image/png", "buffer": PIXEL}
    )
    console.phone.locator(".b.me img").wait_for()
    console.channel.locator(".fold").first.click()
    console.channel.locator(".th img").first.wait_for()


PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c4944415408d763f8cfc00000030101001ab1a3c30000000049454e44ae426082"
)
