"""What a person does and sees in the console, by the words on the screen."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.web.served import Served

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Locator, Page

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
FAULT = "en la sala 2 el resonador no está pasando imágenes al PACS desde las 7"


class ConsolePage:
    """One tab."""

    def __init__(self, page: "Page", desk: Served, pictures: Path) -> None:
        self.page = page
        self.complaints: list[str] = []
        self._desk = desk
        self._pictures = pictures
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self) -> None:
        """Load it, and wait until its scripts have drawn."""
        self.page.goto(self._desk.url)
        self.page.wait_for_selector("body[data-ready]")

    def picture(self, name: str) -> None:
        """Keep what the screen shows."""
        self.page.screenshot(path=self._pictures / f"{name}.png")

    @property
    def phone(self) -> "Locator":
        """The client's phone."""
        return self.page.locator("#view-phone")

    @property
    def channel(self) -> "Locator":
        """The engineers' channel."""
        return self.page.locator("#view-channel")

    @property
    def board(self) -> "Locator":
        """The supervisor's board."""
        return self.page.locator("#view-board")

    def writes(self, text: str) -> None:
        """The client writes and sends."""
        self.page.fill("#phone-text", text)
        self.page.press("#phone-text", "Enter")

    def says(self, text: str) -> None:
        """Somebody of the desk writes in the channel, or in the open thread."""
        self.page.fill("#channel-text", text)
        self.page.press("#channel-text", "Enter")

    def does(self, tool: str, text: str) -> None:
        """One of the tools of somebody's message in the channel."""
        message = self.channel.locator(".said", has_text=text).last
        message.hover()
        message.get_by_role("button", name=tool).click()

    def orders(self, text: str) -> None:
        """The supervisor gives a command."""
        self.page.fill("#board-text", text)
        self.page.press("#board-text", "Enter")

    def presses(self, view: "Locator", label: str) -> None:
        """The newest button of that name in a view."""
        view.locator(".body").get_by_role("button", name=label, exact=True).last.click()

    def sees(self, view: "Locator", text: str) -> None:
        """Wait until a view shows the text."""
        view.get_by_text(text).last.wait_for()

    def acts_as(self, name: str) -> None:
        """Whose hands press in the channel."""
        self.page.locator("#staff").get_by_role("button", name=name).click()

    def picks(self, name: str) -> None:
        """Another person on the phone."""
        self.page.click("#person")
        self.page.locator(".menu").get_by_text(name).click()

    def opens_a_case(self) -> None:
        """The shortest way: one message, one answer, one press."""
        self.writes(FAULT)
        self.presses(self.phone, "Solo a mí")
        self.presses(self.phone, "Enviar")
        self.channel.locator(".card").first.wait_for()

    def opens_a_case_small(self) -> None:
        """The same on a small screen, where the channel is behind its tab."""
        self.writes(FAULT)
        self.presses(self.phone, "Solo a mí")
        self.presses(self.phone, "Enviar")
        self.sees(self.phone, "Caso 1042 · abierto")

    def faults_of_axe(self) -> list[str]:
        """What axe finds on the page as it stands: rule and first element."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found: Any = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{one['id']}: {json.dumps(one['nodes'][0]['target'])} {one['nodes'][0]['html'][:160]}"
            for one in found["violations"]
        ]

    def _heard(self, message: "ConsoleMessage") -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)
