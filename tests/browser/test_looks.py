"""How the console looks and is reached: keys, small screens, dark, axe, no font for emoji."""

import pytest

from tests.browser.conftest import Opener
from tests.browser.page import ConsolePage

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DRAWN_AS_TEXT = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.parentElement.closest("script,noscript")) continue;
    if (/\\p{Extended_Pictographic}/u.test(node.data.replace(/[©®™]/g, ""))) found.push(node.data);
  }
  return found;
}"""
WIDTH = "() => [document.documentElement.scrollWidth, innerWidth]"
SMALL_TARGETS = """() => [...document.querySelectorAll("button,a.button,select,textarea")]
  .filter((one) => one.offsetParent && !one.closest(".gone") && !one.classList.contains("clause"))
  .filter((one) => one.getBoundingClientRect().height < 44 && one.tagName !== "TEXTAREA")
  .map((one) => one.outerHTML.slice(0, 120))"""


def in_full_swing(console: ConsolePage) -> None:
    """A case with a thread, a note, a card that somebody holds, and a report."""
    console.opens_a_case()
    console.presses(console.channel, "Tomar")
    console.sees(console.channel, "Camila desde")
    console.channel.locator(".fold").first.click()
    console.says("Gracias, Marta. Voy a liberar la cola.")
    console.says("// mismo síntoma que el 0998")
    console.channel.locator(".note").wait_for()
    console.orders("/report resumen semana")
    console.sees(console.board, "Promesas cumplidas")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(opened: Opener, scheme: str) -> None:
    console = opened(scheme=scheme)
    assert console.faults_of_axe() == []
    in_full_swing(console)
    console.picture(f"console-{scheme}")
    assert console.faults_of_axe() == []
    console.presses(console.channel, "Resolver")
    console.page.locator("#modal textarea").wait_for()
    console.picture(f"console-modal-{scheme}")
    assert console.faults_of_axe() == []


@pytest.mark.parametrize("width", [320, 500])
def test_a_small_screen_shows_one_view_and_scrolls_in_one_direction(
    opened: Opener, width: int
) -> None:
    console = opened(width=width, height=720)
    page = console.page
    console.opens_a_case_small()
    for view in ("phone", "channel", "board", "clock"):
        page.click(f"[data-view-tab='{view}']")
        console.picture(f"console-{width}-{view}")
        scrolled, inner = page.evaluate(WIDTH)
        assert scrolled <= inner, view
        assert page.evaluate(SMALL_TARGETS) == [], view
        shown = [one for one in ("phone", "channel", "board") if is_shown(console, one)]
        assert shown == ([] if view == "clock" else [view])
    assert console.faults_of_axe() == []


def is_shown(console: ConsolePage, view: str) -> bool:
    return console.page.locator(f"#view-{view}").is_visible()


def test_tabs_count_what_arrived_elsewhere(opened: Opener) -> None:
    console = opened(width=400, height=720)
    console.opens_a_case_small()
    badge = console.page.locator("[data-view-tab='channel'] .badge")
    badge.wait_for()
    assert int(badge.inner_text()) >= 1
    console.page.click("[data-view-tab='channel']")
    badge.wait_for(state="hidden")


def test_every_key_of_the_list_does_what_it_says(opened: Opener) -> None:
    console = opened()
    page, press = console.page, console.page.keyboard.press
    press("?")
    page.locator("#help").wait_for()
    assert console.faults_of_axe() == []
    console.picture("console-keys")
    press("Escape")
    page.locator("#help").wait_for(state="hidden")

    press("1")
    assert page.evaluate("document.activeElement.id") == "phone-text"
    page.keyboard.type("n t ? 1")
    assert page.input_value("#phone-text") == "n t ? 1"
    page.fill("#phone-text", "")
    press("Escape")

    console.opens_a_case()
    press("Escape")
    press("2")
    assert "group" in page.evaluate("document.activeElement.className")
    press("Enter")
    console.channel.locator(".th").wait_for()
    press("Escape")
    console.channel.locator(".th").wait_for(state="hidden")
    page.keyboard.down("Alt")
    console.channel.locator("[data-figure='1']").wait_for()
    page.keyboard.press("1")
    page.keyboard.up("Alt")
    console.sees(console.channel, "Camila desde")

    before = page.locator("#now").get_attribute("datetime")
    press("t")
    page.locator(f"#now:not([datetime='{before}'])").wait_for()
    press("n")
    console.sees(console.phone, "Escriba como alguien a quien la mesa no conoce")


def test_the_whole_console_is_reached_with_tab_in_the_order_of_the_page(opened: Opener) -> None:
    console = opened()
    seen: list[str] = []
    for _ in range(45):
        console.page.keyboard.press("Tab")
        seen.append(str(console.page.evaluate("document.activeElement.id")))
    order = ["phone-text", "channel-text", "board-text", "help-button"]
    places = [seen.index(one) for one in order]
    assert places == sorted(places)


def test_no_icon_waits_for_a_font_of_emoji(opened: Opener) -> None:
    console = opened()
    in_full_swing(console)
    console.writes("listo 👍 ✅ 🚑")
    console.phone.locator(".b.me svg").nth(2).wait_for()
    assert console.page.evaluate(DRAWN_AS_TEXT) == []


def test_what_people_write_stays_text(opened: Opener) -> None:
    console = opened()
    nasty = "<img src=x onerror=alert(1)> <!channel> *no* [x](javascript:alert(1)) <b>hola</b>"
    console.opens_a_case()
    console.writes(nasty)
    console.channel.locator(".fold").first.click()
    console.sees(console.channel, "<img src=x onerror=alert(1)> <!channel> *no*")
    console.says(nasty)
    console.sees(console.channel, "<b>hola</b>")
    assert console.page.locator("img[src='x']").count() == 0
    assert console.page.locator("a[href^='javascript']").count() == 0


def test_the_page_speaks_english_too(opened: Opener) -> None:
    console = opened()
    console.page.click("[data-language='en']")
    console.page.locator("#story-button", has_text="Play the story").wait_for()
    console.page.wait_for_selector("body[data-ready]")
    assert console.page.get_attribute("html", "lang") == "en"
    assert console.faults_of_axe() == []
    console.picture("console-english")


def test_light_and_dark_can_be_chosen_and_are_kept(opened: Opener) -> None:
    console = opened()
    console.page.click("#theme")
    assert console.page.get_attribute("html", "data-theme") == "dark"
    console.page.reload()
    console.page.wait_for_selector("body[data-ready]")
    assert console.page.get_attribute("html", "data-theme") == "dark"
