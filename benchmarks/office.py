"""A desk as `radica up` puts it together, on a file of its own, with platforms that take all."""

import itertools
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.channels.slack import render as slack_render
from bot.channels.telegram import render as telegram_render
from handlers.letters.letter import LetterFile
from kb.library import Library
from kb.match import Matcher
from kb.reader import Reader
from policy import pack
from policy.house import House, Room
from scheduler.channel import Delivery, Outcome, Result
from scheduler.clock import VirtualClock
from scheduler.desk import Desk, Parts
from store.database import Database
from store.turn import Turn, Turns

ACCOUNT = "local"  # an account without a pace: a platform's limits are not what is measured
TUESDAY = datetime(2026, 11, 24, 15, 12, tzinfo=UTC)  # in the desk's hours
FIRST_USER = 10_000


@dataclass
class Stub:
    """A platform that takes every letter; it is rendered as for the real one, and not sent."""

    name: str
    account: str = ACCOUNT
    refs: Iterator[int] = field(default_factory=itertools.count)
    sent: int = 0

    async def deliver(self, delivery: Delivery) -> Outcome:
        render = telegram_render.render if self.name == "telegram" else slack_render.render
        render(delivery)
        self.sent += 1
        return Outcome(result=Result.SENT, refs=(f"{next(self.refs)}.0001",))

    async def reconcile(self, delivery: Delivery) -> Outcome | None:
        return None

    async def fetch(self, file: LetterFile) -> AsyncIterator[bytes]:
        yield b""

    async def start(self) -> None:
        return None

    async def stop(self) -> None:
        return None


class Office:
    """The desk, its database (synchronous=FULL, as always) and its clients."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "radica.db"
        self.clock = VirtualClock(TUESDAY)
        self.database = Database.open(f"sqlite:///{self.file}", clock=self.clock.now)
        self.database.migrate()
        self.book = pack.load("imexhs")
        library = Library.load(self.book)
        house = House(enrolment="invite", rooms=(Room("slack", ACCOUNT, "C1"),))
        self.turns = Turns(self.database, self.book, self.clock.now, house)
        self.telegram, self.slack = Stub("telegram"), Stub("slack")
        self.desk = Desk(
            Parts(
                turns=self.turns,
                book=self.book,
                library=library,
                reader=Reader(self.book, Matcher(self.book, library)),
                channels={("telegram", ACCOUNT): self.telegram, ("slack", ACCOUNT): self.slack},
                clock=self.clock,
            )
        )
        self.home = self.turns.run(_hospital).result()
        self._people = itertools.count(FIRST_USER)
        self._updates = itertools.count(1)

    def clients(self, many: int) -> list[int]:
        """New people with a phone and a seat in Slack, under the same number on both."""
        users = [next(self._people) for _ in range(many)]
        self.turns.run(lambda turn: _enrol(turn, self.home, users)).result()
        return users

    def message(self, user: int, text: str) -> dict[str, Any]:
        """A Telegram update as the Bot API sends it."""
        number = next(self._updates)
        someone = {"id": user, "is_bot": False, "first_name": "Ana", "language_code": "es"}
        return {
            "update_id": number,
            "message": {
                "message_id": number,
                "date": int(self.clock.now().timestamp()),
                "from": someone,
                "chat": {"id": user, "type": "private", "first_name": "Ana"},
                "text": text,
            },
        }

    def form(self, user: int, text: str) -> dict[str, Any]:
        """The form of /ticket as Slack sends it."""
        given = {"detail": text, "scope": "one", "since": "today"}
        return {
            "type": "view_submission",
            "team": {"id": "T0HOME"},
            "trigger_id": f"7.7.{next(self._updates)}",
            "user": {"id": f"U{user}", "name": "ana", "team_id": "T0HOME"},
            "view": {
                "id": "V1",
                "hash": "1795533120.1",
                "app_installed_team_id": "T0HOME",
                "private_metadata": '{"form":"open_ticket","version":1,"meta":{}}',
                "state": {
                    "values": {
                        name: {"a": {"type": "plain_text_input", "value": value}}
                        for name, value in given.items()
                    }
                },
            },
        }


@contextmanager
def office() -> Iterator[Office]:
    """An office in a folder of its own, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="radica-bench-") as folder:
        opened = Office(Path(folder))
        try:
            yield opened
        finally:
            opened.database.close()


def _hospital(turn: Turn) -> int:
    home = turn.people.add_organisation("Clínica Lago Gris", country="CO", plan="silver")
    return home.id


def _enrol(turn: Turn, home: int, users: list[int]) -> None:
    for user in users:
        person = turn.people.add_person(f"Cliente {user}", organisation=home)
        turn.people.bind(person.id, "telegram", ACCOUNT, str(user), str(user))
        turn.people.bind(person.id, "slack", ACCOUNT, f"U{user}", f"U{user}")
        turn.people.add_consent(person.id, "1", "seen", "telegram")
