"""How the console speaks: its own domain of the catalogues, and moments on the desk's clock."""

from datetime import datetime
from typing import Any

from handlers.letters.letter import Text
from handlers.wording import Words
from handlers.wording.catalogue import catalogue
from handlers.wording.words import MissingFact
from policy.pack import Policy

DOMAIN = "console"
ICONS = {
    "theme": (
        "M10 2.2a7.8 7.8 0 1 0 0 15.6a7.8 7.8 0 0 0 0-15.6z",
        "M10 5v10a5 5 0 0 0 0-10z",
    ),
    "clock": ("M10 2.2a7.8 7.8 0 1 0 0 15.6a7.8 7.8 0 0 0 0-15.6z", "M10 5.4v4.8l3.2 2"),
    "cross": ("M5 5l10 10", "M15 5L5 15"),
    "down": ("M5 8l5 5l5-5",),
    "clip": ("M14 6l-6 6a2 2 0 0 0 3 3l6-6a4 4 0 0 0-6-6l-6 6a6 6 0 0 0 8 8",),
    "send": ("M3 10l14-7l-5 14l-3-5.5z", "M9 11.5L17 3"),
    "warning": ("M10 3L2.5 16.5h15z", "M10 8v4", "M10 14.3v.2"),
    "loop": (
        "M16 9a6 6 0 0 0-11-2.5",
        "M5 3v4h4",
        "M4 11a6 6 0 0 0 11 2.5",
        "M15 17v-4h-4",
    ),
}


class Tongue:
    """The page in one language."""

    def __init__(self, policy: Policy, language: str, now: datetime) -> None:
        self.policy = policy
        self.language = language
        self.now = now
        self.zone = policy.desk.zone
        self._page = self._words(domain=DOMAIN)
        self._desk = self._words()

    def page(self, key: str, /, **facts: Any) -> str:
        """A sentence of the page."""
        return self._page.line(key, **facts)

    def knows(self, key: str) -> bool:
        """Whether the page has such a sentence."""
        return self._page.has(key)

    def told(self, key: str, facts: dict[str, Any]) -> Text:
        """A line of the strip. One that lacks a fact is shortened, never an error on the page."""
        spare = {"who": facts.get("name", ""), "name": facts.get("who", "")}
        try:
            return self._desk.text(key, **(spare | facts))
        except (KeyError, MissingFact, ValueError):
            return self._page.text("console.told.raw", key=key)

    def moment(self, at: datetime, *, dated: bool = True) -> str:
        """ "mar 24 nov, 10:12 a. m."; near days by name when not `dated`."""
        words = self._words(now=None) if dated else self._desk
        return words.write("short", at)

    def hour(self, at: datetime, zone: str = "") -> str:
        """The hour on a clock: the desk's, or that of `zone`."""
        return self._words(zone=zone or self.zone).write("hour", at)

    def day(self, at: datetime) -> str:
        """ "mar 24 nov": the day on the desk's clock."""
        return self.moment(at).rpartition(", ")[0]

    def city(self, zone: str) -> str:
        """What people call the zone."""
        return self._desk.write("city", zone)

    def number(self, value: float) -> str:
        """A figure as the desk's country writes it."""
        return self._desk.write("number", value)

    def raw(self) -> dict[str, str]:
        """Every sentence of the page with its placeholders, for the scripts."""
        book = catalogue(self.language, DOMAIN)
        return {key: book.sentence(key) for key in sorted(book.keys)}

    def _words(self, *, domain: str = "", zone: str = "", **given: Any) -> Words:
        names = {one.key: one.name[self.language] for one in self.policy.priorities}
        extra: dict[str, Any] = {"domain": domain} if domain else {}
        return Words(
            self.language,
            zone=zone or self.zone,
            home_zone=zone or self.zone,
            country=self.policy.desk.country,
            now=given.get("now", self.now),
            priorities=names,
            source=self.policy.source_label,
            **extra,
        )
