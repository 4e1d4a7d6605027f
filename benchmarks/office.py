"""A desk as `radica up` puts it together, on its own database, with platforms that take all."""

import itertools
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.accounts import LOCAL
from bot.app import App, assemble
from bot.channels.call import Call
from bot.channels.slack import render as slack_render
from bot.channels.slack.interactions import interaction
from bot.channels.telegram import render as telegram_render
from bot.channels.telegram.door import Door
from bot.lasting import lasting
from bot.platforms.telegram import Aside
from bot.settings import Settings
from handlers.inbound import Receipt
from handlers.letters.letter import LetterFile
from scheduler.channel import Delivery, Outcome, Result
from scheduler.clock import VirtualClock
from store.turn import Turn

ACCOUNT = LOCAL  # an account without a pace: a platform's limits are not what is measured
TEAM = "T0HOME"
PACK = "imexhs"
TUESDAY = datetime(2026, 11, 24, 15, 12, tzinfo=UTC)  # in the desk's hours
FIRST_USER = 10_000
HOMES = 50  # organisations


@dataclass
class Stub:
    """A platform that takes every letter; it is rendered as for the real one, and not sent."""

    name: str
    account: str = ACCOUNT
    username: str = "radica_bench_bot"
    refs: Iterator[int] = field(default_factory=itertools.count)
    sent: int = 0

    async def deliver(self, delivery: Delivery) -> Outcome:
        render = telegram_render.render if self.name == "telegram" else slack_render.render
        render(delivery)
        self.sent += 1
        return Outcome(result=Result.SENT, refs=(f"{next(self.refs)}.0001",))

    async def perform(self, calls: Iterable[Call]) -> Sequence[Call]:
        self.sent += len(list(calls))
        return ()

    async def reconcile(self, delivery: Delivery) -> Outcome | None:
        return None

    async def fetch(self, file: LetterFile) -> AsyncIterator[bytes]:
        yield b""

    async def start(self) -> None:
        return None

    async def stop(self) -> None:
        return None


@dataclass(frozen=True)
class Seats:
    """The account of the engineers' workspace, and who sits there."""

    slack: str = ACCOUNT
    agents: tuple[str, ...] = ("U0CAMILA",)


class Office:
    """The desk, its clients, and engineers of its own."""

    def __init__(self, app: App, seats: Seats | None = None) -> None:
        self.app, self.desk, self.turns = app, app.desk, app.desk.turns
        self.url = app.settings.database_url.get_secret_value()
        self.seats = seats or Seats()
        self.room = self.turns.house.rooms[0].chat
        self.door = Door(app.desk, Stub("telegram"), Aside(app.desk), app.desk.clock.now)
        app.database.migrate()
        self.homes, self.agent = self.turns.run(self._open).result()
        self._people = itertools.count(FIRST_USER)
        self._updates = itertools.count(1)

    @property
    def clock(self) -> VirtualClock:
        clock = self.desk.clock
        if not isinstance(clock, VirtualClock):
            raise TypeError("the office's clock stands still")
        return clock

    def clients(self, many: int) -> list[int]:
        """New people with a phone and a seat in Slack, under the same number on both."""
        users = [next(self._people) for _ in range(many)]
        for start in range(0, many, 50):
            few = users[start : start + 50]
            self.turns.run(lambda turn, few=few: self._enrol(turn, few)).result()
        return users

    async def hears(self, user: int, text: str) -> None:
        """A Telegram update, from its JSON to the commit, as the poller hands it over."""
        event = self.door.read(self.message(user, text))
        if event is None:
            raise ValueError("the bench's own update was not understood")
        await self.door.take(event)

    async def files(self, user: int, text: str) -> Receipt:
        """A form of Slack's, from its JSON to the commit."""
        event = interaction(self.form(user, text), self.seats.slack, at=self.clock.now())
        if event is None:
            raise ValueError("the bench's own form was not understood")
        return await self.desk.receive(event)

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
            "team": {"id": TEAM},
            "trigger_id": f"7.7.{next(self._updates)}",
            "user": {"id": f"U{user}", "name": "ana", "team_id": TEAM},
            "view": {
                "id": "V1",
                "hash": "1795533120.1",
                "app_installed_team_id": TEAM,
                "private_metadata": '{"form":"open_ticket","version":1,"meta":{}}',
                "state": {
                    "values": {
                        name: {"a": {"type": "plain_text_input", "value": value}}
                        for name, value in given.items()
                    }
                },
            },
        }

    def check(self) -> int:
        """How many cases there are. Raises RuntimeError when a turn of the bench has failed."""
        ill = self.turns.read(lambda turn: turn.quarantine.list()).result()
        if ill:
            raise RuntimeError(f"{len(ill)} turns failed: {ill[0].error}")
        return self.turns.read(lambda turn: len(turn.tickets.open())).result()

    def _open(self, turn: Turn) -> tuple[list[int], int]:
        """The homes of the clients, and the first engineer."""
        slack, agents = self.seats.slack, self.seats.agents
        known = turn.people.find("slack", slack, agents[0])
        if known is not None:
            return [], known.id
        homes = [
            turn.people.add_organisation(f"Clínica {number}", country="CO", plan="silver").id
            for number in range(HOMES)
        ]
        hired: list[int] = []
        for agent in agents:
            person = turn.people.add_person(agent.title(), roles=frozenset({"engineer"}))
            turn.people.bind(person.id, "slack", slack, agent, f"D{agent[1:]}")
            hired.append(person.id)
        return homes, hired[0]

    def _enrol(self, turn: Turn, users: Iterable[int]) -> None:
        for user in users:
            home = self.homes[user % len(self.homes)]
            person = turn.people.add_person(f"Cliente {user}", organisation=home)
            turn.people.bind(person.id, "telegram", ACCOUNT, str(user), str(user))
            turn.people.bind(person.id, "slack", self.seats.slack, f"U{user}", f"U{user}")
            turn.consents.add(person.id, "1", "seen", "telegram")


@contextmanager
def office(url: str) -> Iterator[Office]:
    """An office on this database; the desk is put together as for `radica up`, and not started."""
    with lasting():
        app = assemble(
            Settings.local(PACK, url),
            clock=VirtualClock(TUESDAY),
            channels={(name, ACCOUNT): Stub(name) for name in ("telegram", "slack")},
        )
        desk = Office(app)
    try:
        yield desk
    finally:
        app.database.close()
