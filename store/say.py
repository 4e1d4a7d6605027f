"""Writing into the outbox: an intent, to whom, in which lane."""

from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, text, update

from store.cursors import Write
from store.outbox_rows import buttons, lane
from store.session import Session
from store.statements import Statement, among
from store.tables import outbox
from store.tables.queues import WAITING
from store.values import Button, Destination, Urgency

REPLACED = "replaced"

_PUT = Statement(insert(outbox))
_REPLACE = Statement(
    update(outbox)
    .where(
        WAITING,
        text("state = 'pending'"),
        outbox.c.lane == bindparam("b_lane"),
        outbox.c.replaces == bindparam("b_replaces"),
    )
    .values(state="expired", error=REPLACED, settled_at=bindparam("b_now"))
)
_UNSENT = among(
    outbox.c.lane,
    lambda these: select(outbox.c.lane, outbox.c.replaces, outbox.c.urgency).where(
        WAITING, text("state = 'pending'"), these, outbox.c.replaces.is_not(None)
    ),
)
_HERE = frozenset({"outbox"})
Name = tuple[str, str]  # a lane, and what a letter in it replaces


_OPTIONAL = frozenset(
    column.name for column in outbox.c if column.nullable or column.server_default is not None
)


class Letterbox:
    """What `Turn.say` puts letters into; they are written when the turn ends."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._letters: list[dict[str, Any]] = []
        self._named: dict[Name, dict[str, Any]] = {}
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
        letter = _address(to) | {
            "kind": kind,
            "ticket": ticket,
            "thread": None if is_card else to.ticket,
            "key": key,
            "facts": facts,
            "choices": buttons(choices),
            "listed": listed,
            "files": list(files),
            "lane": place,
            "urgency": int(urgency),
            "silent": silent,
            "replaces": replaces,
            "on_sent": on_sent,
            "quotes": quotes,
            "edits": edits,
            "expires_at": expires_at,
            "not_before": not_before,
            "created_at": self._session.now,
        }
        # What is empty is so by default: each column named takes its time.
        short = {n: v for n, v in letter.items() if v or n not in _OPTIONAL}
        self._put(short, (place, replaces) if replaces is not None else None, first=first)

    def take(self) -> list[Write]:
        """What was replaced, then what was said."""
        named, waiting = self._named, self._waiting
        letters = [letter for letter in self._letters if letter]
        self.forget()
        gone: list[dict[str, Any]] = []
        for name, urgency in self._unsent(waiting).items():
            letter = named[name]
            letter["urgency"] = min(urgency, letter.get("urgency", 0))
            lane_, replaces = name
            gone.append({"b_lane": lane_, "b_replaces": replaces, "b_now": self._session.now})
        return [*self._session.write(_REPLACE, gone), *self._session.write(_PUT, letters)]

    def forget(self) -> None:
        """Nothing was said."""
        self._letters = []
        self._named = {}
        self._waiting = set()

    def _unsent(self, named: Set[Name]) -> dict[Name, int]:
        """What waits under those names, and how urgently: whoever waits for it waits for the
        news."""
        found: dict[Name, int] = {}
        lanes = list(dict.fromkeys(place for place, _ in named))
        for row in self._session.run(_UNSENT, {"among": lanes}) if lanes else ():
            name = (row.lane, row.replaces)
            if name in named:
                found[name] = min(row.urgency, found.get(name, row.urgency))
        return found

    def _put(self, letter: dict[str, Any], name: Name | None, *, first: bool) -> None:
        """What this turn itself said under that name is never written."""
        if name is not None:
            earlier = self._named.get(name)
            if earlier is not None:
                letter["urgency"] = min(letter.get("urgency", 0), earlier.get("urgency", 0))
                earlier.clear()
            self._named[name] = letter
            if not first:
                self._waiting.add(name)
        self._letters.append(letter)
        self._session.shelve(self, _HERE)


def _address(to: Destination) -> dict[str, Any]:
    return {
        "channel": to.channel,
        "account": to.account,
        "chat": to.chat,
        "only": to.only,
        "person": to.person,
    }
