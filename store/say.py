"""Writing into the outbox: an intent, to whom, in which lane."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, compress, groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import bindparam, insert, select, text, update
from typing_extensions import override

from store.cursors import Write
from store.outbox_rows import LANES, buttons, lane
from store.session import Session
from store.statements import Statement, among
from store.tables import outbox
from store.tables.queues import WAITING
from store.values import Button, Copy, Destination, Urgency

REPLACED = "replaced"
OWED = "owed"  # of a letter's facts: lines that go with whatever replaces it

_PUT = Statement(insert(outbox))
_REPLACE = Statement(
    update(outbox)
    .where(
        WAITING,
        text("state = 'pending'"),
        outbox.c.lane == bindparam("b_lane"),
        outbox.c.replaces == bindparam("b_replaces"),
    )
    .values(state="expired", error=REPLACED, settled_at=bindparam("b_now")),
    by=LANES,
)
_UNSENT = among(
    outbox.c.lane,
    lambda these: select(outbox.c.lane, outbox.c.replaces, outbox.c.urgency, outbox.c.facts).where(
        WAITING, text("state = 'pending'"), these, outbox.c.replaces.is_not(None)
    ),
    by=LANES,
)
_HERE = frozenset({"outbox"})
Name = tuple[str, str]  # a lane, and what a letter in it replaces

# What a row must tell; the rest is left to its default where it is empty: each column takes time.
_ALWAYS = ("channel", "account", "chat", "lane", "kind", "key", "created_at")
_COPIED = ("person", "ticket", "thread", "facts", "choices", "silent", "replaces")
_TIMED = ("expires_at", "not_before")
_TOLD = (
    *(*_COPIED, *_TIMED, "urgency"),
    *("only", "listed", "files", "on_sent", "quotes", "edits"),
)
_NULLABLE = frozenset(column.name for column in outbox.c if column.nullable)


@dataclass(slots=True)
class _Said:
    """Rows to be, as values under the same names; without rows nothing is written."""

    names: tuple[str, ...]
    rows: list[tuple[Any, ...]]

    @property
    def kind(self) -> Set[str] | tuple[str, ...]:
        """What rows must have in common to be written by one statement."""
        return self.names


@dataclass(slots=True)
class _Letter(_Said):
    """One row, which a later one may replace."""

    @property
    @override
    def kind(self) -> Set[str]:
        """A turn says few things: one statement, be it with a NULL or two, is the least work."""
        return frozenset(self.names) - _NULLABLE

    @property
    def urgency(self) -> int:
        return int(self._told("urgency", 0))

    @property
    def owed(self) -> Sequence[Any]:
        return owed(self._told("facts", {}))

    def take_over(self, urgency: int, lines: Sequence[Any]) -> None:
        """What holds of the letter that this one replaces: as urgent at least, and the lines that
        it still owed, each once; what owes has no end."""
        if urgency < self.urgency:
            self._tell("urgency", urgency)
        if lines:
            own = [line for line in self.owed if line not in lines]
            self._tell("facts", {**self._told("facts", {}), OWED: [*lines, *own]})
            self._tell("expires_at", None)

    def drop(self) -> None:
        """Never written."""
        self.rows = []

    def _told(self, name: str, default: Any) -> Any:
        (row,) = self.rows
        return row[self.names.index(name)] if name in self.names else default

    def _tell(self, name: str, value: Any) -> None:
        (row,) = self.rows
        told = {**dict(zip(self.names, row, strict=True)), name: value}
        self.names, self.rows = (*told,), [(*told.values(),)]


class Letterbox:
    """What `Turn.say` puts letters into; they are written when the turn ends."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._letters: list[_Said] = []
        self._named: dict[Name, _Letter] = {}
        self._waiting: set[Name] = set()  # names under which something older may wait

    def put(
        self,
        to: Destination,
        *,
        kind: str,
        key: str,
        facts: Mapping[str, Any],
        choices: Sequence[Button],
        listed: str,
        files: Sequence[int],
        urgency: Urgency,
        silent: bool,
        replaces: str | None,
        first: bool,
        on_sent: Any,
        ticket: int | None,
        expires_at: datetime | None,
        not_before: datetime | None,
        quotes: str | int | None,
        edits: str | int | None,
    ) -> None:
        """See `Turn.say`."""
        is_card = kind == "card"
        of = ticket if is_card else to.ticket
        place = lane(to.channel, to.account, to.chat, of, marks=kind == "mark")
        told = (
            *(to.person, ticket, None if is_card else to.ticket, facts, buttons(choices)),
            *(silent, replaces, expires_at, not_before, int(urgency)),
            *(to.only, listed, [*files], on_sent, quotes, edits),
        )
        always = (to.channel, to.account, to.chat, place, kind, key, self._session.now)
        letter = _Letter((*_ALWAYS, *compress(_TOLD, told)), [(*always, *compress(told, told))])
        self._put(letter, (place, replaces) if replaces is not None else None, first=first)

    def put_alike(self, copies: Sequence[Copy], *, kind: str, key: str, urgency: Urgency) -> None:
        """See `Turn.say_alike`."""
        is_card, now, hurry = kind == "card", self._session.now, int(urgency)
        rows: list[tuple[Any, ...]] = []
        for copy in copies:
            to = copy.to
            of = copy.ticket if is_card else to.ticket
            place = lane(to.channel, to.account, to.chat, of)
            always = (to.channel, to.account, to.chat, place, kind, key, now)
            told = (to.person, copy.ticket, None if is_card else to.ticket, copy.facts)
            manners = (buttons(copy.choices), copy.silent, copy.replaces)
            rows.append((*always, *told, *manners, copy.expires_at, copy.not_before, hurry))
        columns = [*zip(*rows, strict=True)]
        names = (*_ALWAYS, *_COPIED, *_TIMED, "urgency")
        given = [place for place, column in enumerate(columns) if any(column)]
        called = tuple(names[place] for place in given)
        rows = [*zip(*(columns[place] for place in given), strict=True)]
        if not any(copy.replaces for copy in copies):
            self._say(_Said(called, rows))
            return
        for copy, row in zip(copies, rows, strict=True):
            name = (row[_ALWAYS.index("lane")], copy.replaces) if copy.replaces else None
            self._put(_Letter(called, [row]), name)

    def take(self) -> list[Write]:
        """What was replaced, then what was said, in the order in which it was."""
        named, waiting = self._named, self._waiting
        said = [letters for letters in self._letters if letters.rows]
        self.forget()
        gone: list[dict[str, Any]] = []
        for (place, replaces), older in self._unsent(waiting).items():
            for row in older:
                named[place, replaces].take_over(row.urgency, owed(row.facts))
            gone.append({"b_lane": place, "b_replaces": replaces, "b_now": self._session.now})
        return [
            *self._session.write(_REPLACE, gone),
            *(
                self._session.write_rows(_PUT, *_together([*alike]))
                for _, alike in groupby(said, attrgetter("kind"))
            ),
        ]

    def forget(self) -> None:
        """Nothing was said."""
        self._letters = []
        self._named = {}
        self._waiting = set()

    def _unsent(self, named: Set[Name]) -> dict[Name, list[Any]]:
        """What waits under those names: whoever waits for it waits for the news."""
        found: dict[Name, list[Any]] = {}
        lanes = list(dict.fromkeys(place for place, _ in named))
        for row in self._session.run(_UNSENT, {"among": lanes}) if lanes else ():
            name = (row.lane, row.replaces)
            if name in named:
                found.setdefault(name, []).append(row)
        return found

    def _put(self, letter: _Letter, name: Name | None, *, first: bool = False) -> None:
        """What this turn itself said under that name is never written."""
        if name is not None:
            earlier = self._named.get(name)
            if earlier is not None:
                letter.take_over(earlier.urgency, earlier.owed)
                earlier.drop()
            self._named[name] = letter
            if not first:
                self._waiting.add(name)
        self._say(letter)

    def _say(self, said: _Said) -> None:
        self._letters.append(said)
        self._session.shelve(self, _HERE)


def owed(facts: Mapping[str, Any]) -> Sequence[Any]:
    """The lines of a letter that whoever replaces it must tell."""
    return facts.get(OWED, ())


def _together(said: Sequence[_Said]) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """Their rows under names for all of them."""
    names = tuple(dict.fromkeys(chain.from_iterable(each.names for each in said)))
    if all(each.names == names for each in said):
        return names, [row for each in said for row in each.rows]
    told = (dict(zip(each.names, row, strict=True)) for each in said for row in each.rows)
    return names, [tuple(map(row.get, names)) for row in told]
