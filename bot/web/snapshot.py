"""What the page needs to know: everything at first, afterwards only what moved since its cursor."""

from dataclasses import dataclass
from typing import Any

from bot import seed
from bot.channels.local.slack import BOT
from bot.channels.local.wall import PERSON
from bot.web import board, clock
from bot.web.tongue import Tongue
from store.turn import Turn
from store.values import StoryRow, WireRow

Json = dict[str, Any]
PAGE = 500  # rows looked at in one go
LATEST = 40  # lines of the strip on a fresh page


@dataclass(frozen=True)
class Cursor:
    """How far a page has read: the last change of a wall, the last line of the strip."""

    seq: int = 0
    told: int = 0

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """The cursor written so; the beginning for anything else, since nothing may be lost."""
        seq, _, told = text.partition("-")
        plain = text.isascii() and len(seq) < 19 and len(told) < 19
        if plain and seq.isdecimal() and told.isdecimal():
            return cls(int(seq), int(told))
        return cls()

    def __str__(self) -> str:
        return f"{self.seq}-{self.told}"


@dataclass(frozen=True)
class News:
    """What moved, and where the page stands once it has it."""

    cursor: Cursor
    rows: list[Json]
    told: list[Json]
    clock: Json
    board: Json
    people: list[Json]

    def body(self) -> Json:
        """As the page takes it."""
        return {
            "rows": self.rows,
            "told": self.told,
            "clock": self.clock,
            "board": self.board,
            "people": self.people,
            "health": {"database": True},
        }


def news(turn: Turn, cursor: Cursor, language: str, *, movable: bool) -> News:
    """What a page at `cursor` does not know yet."""
    tongue = Tongue(turn.book, language, turn.now)
    rows = _changes(turn, cursor.seq)
    told = turn.story.list(cursor.told, PAGE if cursor.told else LATEST)
    return News(
        cursor=Cursor(
            seq=max((row.seq for row in rows), default=cursor.seq),
            told=max((line.id for line in told), default=cursor.told),
        ),
        rows=[_row(row, tongue) for row in rows],
        told=[_line(line, tongue) for line in told],
        clock=clock.drawn(turn, tongue, movable=movable),
        board=board.drawn(turn, tongue),
        people=people(turn, tongue),
    )


def first(turn: Turn, language: str) -> Json:
    """What stays the same while the page is open."""
    tongue = Tongue(turn.book, language, turn.now)
    return {
        "language": tongue.language,
        "words": tongue.raw(),
        "people": people(turn, tongue),
        "staff": [_colleague(one) for one in seed.STAFF],
        "channel": {"id": seed.ROOM.chat, "name": seed.ROOM_NAME},
        "bot": {"slack": BOT},
    }


def people(turn: Turn, tongue: Tongue) -> list[Json]:
    """Who may be tried on the phone, and why."""
    return [_client(turn, one, tongue) for one in seed.CLIENTS]


def _client(turn: Turn, one: seed.Client, tongue: Tongue) -> Json:
    book = turn.book
    plan = book.plan(seed.plan_for(book, one.plan))
    country = book.country(seed.country_for(book, one.country))
    first_name, _, last = one.name.partition(" ")
    city, there = tongue.city(country.zone), tongue.hour(turn.now, country.zone)
    hour = tongue.page("console.phone.hour", city=city, hour=there)
    return {
        "key": one.key,
        "name": one.name,
        "first": first_name,
        "label": f"{first_name} {last[:1]}. · {plan.name[tongue.language]}, {country.code}",
        "why": tongue.page(clock.reason(book, one, turn.now, tongue)),
        "user": one.user,
        "chat": one.user,
        "language": tongue.language,
        "hour": hour if country.zone != tongue.zone else "",
        "hello": tongue.page("console.phone.hello", name=first_name, organisation=one.organisation),
        "samples": [_sample(key, tongue) for key in one.samples],
    }


def _sample(key: str, tongue: Tongue) -> str:
    """A message worth sending, in the pack's own matter where the page has one for it."""
    own = f"{key}.{tongue.policy.name}"
    return tongue.page(own if tongue.knows(own) else key)


def _colleague(one: seed.Colleague) -> Json:
    role = "supervisor" if "supervisor" in one.roles else "engineer"
    first_name = one.name.partition(" ")[0]
    return {
        "key": one.key,
        "name": one.name,
        "first": first_name,
        "slack": one.slack,
        "dm": one.direct,
        "role": role,
    }


def _changes(turn: Turn, after: int) -> list[WireRow]:
    found: list[WireRow] = []
    while True:
        page = turn.wire.changes(found[-1].seq if found else after, PAGE)
        found += page
        if len(page) < PAGE:
            return found


def _row(row: WireRow, tongue: Tongue) -> Json:
    call = row.call
    place = {"seq": row.seq, "channel": row.channel, "chat": row.chat, "ref": row.ref}
    if row.deleted:
        return place | {"deleted": True}
    return place | {
        "thread": row.thread,
        "only": row.only,
        "at": row.at.isoformat(),
        "hour": tongue.hour(row.at),
        "day": tongue.day(row.at),
        "fromDesk": call["by"] != PERSON,
        "call": {"method": call["method"], "params": call["params"]},
        "files": call.get("files", []),
        "reactions": call.get("reactions", []),
        "edited": call.get("edited", False),
    }


def _line(line: StoryRow, tongue: Tongue) -> Json:
    spans = tongue.told(line.key, dict(line.facts))
    clause = line.facts.get("clause")
    return {
        "id": line.id,
        "group": line.turn,
        "hour": tongue.hour(line.at),
        "spans": [{"text": span.text, "bold": span.bold} for span in spans],
        "clause": str(clause) if clause else "",
    }
