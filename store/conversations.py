"""Conversations: one row for each person in each chat, written over its version."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import compress
from operator import attrgetter, ne
from typing import Any

from sqlalchemy import bindparam, exists, insert, select, update

from policy.evolved import evolved, filled
from store.clean import fits
from store.cursors import Write
from store.errors import StaleTurn
from store.session import Session
from store.statements import Patch, Statement
from store.tables import conversations
from store.values import Conversation

_PLACE = ("channel", "account", "chat", "user")
_FIELDS = (
    "person",
    "language",
    "form",
    "form_version",
    "asked",
    "answers",
    "trail",
    "draft",
    "expires_at",
    "focus",
    "focus_until",
    "memory",
)

_values = attrgetter(*_FIELDS)

_MAKE = Statement(
    insert(conversations).returning(conversations.c.id), postgres=insert(conversations)
)
_HERE = select(conversations).where(*(conversations.c[n] == bindparam(n) for n in _PLACE))
_PEEK = Statement(_HERE)
_AT = Statement(_HERE.with_for_update(key_share=True))
_GET = Statement(select(conversations).where(conversations.c.id == bindparam("id")))
_WHERE = Statement(
    select(conversations.c.channel, conversations.c.account, conversations.c.chat).where(
        conversations.c.id == bindparam("id")
    )
)
_SAVE = Patch(
    conversations,
    where=(
        conversations.c.id == bindparam("b_id"),
        conversations.c.version == bindparam("b_from_version"),
    ),
    always={"version": bindparam("b_version", type_=conversations.c.version.type)},
)
_EXPIRED = Statement(
    select(conversations)
    .where(conversations.c.expires_at <= bindparam("now"))
    .order_by(conversations.c.expires_at, conversations.c.id)
    .limit(bindparam("limit"))
)


_TABLE = frozenset({"conversations"})


@dataclass(slots=True)
class _Known:
    """A conversation as this turn knows it, and `stored` as the database does."""

    here: Conversation
    stored: Conversation


class Conversations:
    """What somebody is in the middle of saying."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._run = session.run
        self._known: dict[int, _Known] = {}

    def at(
        self, channel: str, account: str, chat: str, user: str, person: int | None = None
    ) -> Conversation:
        """The conversation here, made if need be, with that person; it is held until the turn
        ends. Raises StaleTurn, now or at the end, if another turn made it meanwhile."""
        place = dict(zip(_PLACE, (channel, account, chat, user), strict=True))
        row = self._run(_AT, place).first()
        if row is not None:
            return self._read(row)
        fresh = {**place, "person": person}
        key = self._session.insert(_MAKE, conversations, fresh)
        return self._knows(filled(Conversation, {"id": key, **fresh}))

    def expect(self, channel: str, account: str, chat: str, user: str) -> None:
        """The conversation here will be asked for."""
        place = dict(zip(_PLACE, (channel, account, chat, user), strict=True))
        self._session.expect(_AT, place)

    def peek(self, channel: str, account: str, chat: str, user: str) -> Conversation | None:
        """The conversation here, if there is one; nothing is held. For readers."""
        place = dict(zip(_PLACE, (channel, account, chat, user), strict=True))
        row = self._run(_PEEK, place).first()
        return self._read(row) if row else None

    def get(self, conversation: int) -> Conversation:
        """Raises LookupError where there is none."""
        known = self._known.get(conversation)
        if known is not None:
            return known.here
        row = self._run(_GET, {"id": conversation}).first() if fits(conversation) else None
        if row is None:
            raise LookupError(f"no conversation {conversation}")
        return self._read(row)

    def place(self, conversation: int) -> tuple[str, str, str]:
        """Its channel, account and chat. Raises LookupError where there is none."""
        known = self._known.get(conversation)
        if known is not None:
            return known.here.channel, known.here.account, known.here.chat
        row = self._run(_WHERE, {"id": conversation}).first() if fits(conversation) else None
        if row is None:
            raise LookupError(f"no conversation {conversation}")
        return row.channel, row.account, row.chat

    def of_person(self, person: int) -> list[Conversation]:
        """Where this person talks with the desk, the oldest first."""
        found = select(conversations).where(conversations.c.person == person)
        return [self._read(row) for row in self._run(found.order_by(conversations.c.id))]

    def save(self, conversation: Conversation) -> Conversation:
        """Keep it, to be written when the turn ends; returns it with its new version.

        Raises StaleTurn, now or at the end, if it changed since it was read.
        """
        known = self._known.get(conversation.id)
        if known is None:
            known = _Known(conversation, conversation)
            self._known[conversation.id] = known
        if known.here.version != conversation.version:
            raise StaleTurn(f"conversation {conversation.id}")
        known.here = evolved(conversation, version=conversation.version + 1)
        self._session.shelve(self, _TABLE)
        return known.here

    def take(self) -> list[Write]:
        """Changed conversations, each once, however often it was saved, and only what changed."""
        alike: defaultdict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        for known in self._known.values():
            names = _changed(known)
            if names:
                alike[names].append(_saved(known, names))
                known.stored = known.here
        write = self._session.write
        return [w for names, rows in alike.items() for w in write(_SAVE.of(names), rows, "talk")]

    def forget(self) -> None:
        """What was read may no longer be so."""
        self._known.clear()

    def erase_draft(self, conversation: int) -> Conversation:
        """Forget what was begun: form, answers, draft. The focus and the memory stay."""
        here = self.get(conversation)
        return self.save(
            replace(
                here,
                form=None,
                form_version=0,
                asked=None,
                answers={},
                trail=(),
                draft={},
                expires_at=None,
            )
        )

    def expired(self, now: datetime, limit: int = 500) -> list[Conversation]:
        """Conversations whose time is up, the longest first."""
        rows = self._run(_EXPIRED, {"now": now, "limit": limit})
        return [self._read(row) for row in rows]

    def _read(self, row: Any) -> Conversation:
        return self._knows(_conversation(row))

    def _knows(self, here: Conversation) -> Conversation:
        self._known[here.id] = _Known(here, here)
        return here

    def move_chat(self, channel: str, account: str, old: str, new: str) -> None:
        """A chat has a new id (F36). Whoever spoke in the new one already has a talk there."""
        there = conversations.alias("there")
        met = exists().where(
            there.c.channel == channel,
            there.c.account == account,
            there.c.chat == new,
            there.c.user == conversations.c.user,
        )
        self._run(
            update(conversations)
            .where(
                conversations.c.channel == channel,
                conversations.c.account == account,
                conversations.c.chat == old,
                ~met,
            )
            .values(chat=new)
        )


def _changed(known: _Known) -> tuple[str, ...]:
    here, stored = known.here, known.stored
    if here is stored:
        return ()
    return tuple(compress(_FIELDS, map(ne, _values(here), _values(stored))))


def _saved(known: _Known, names: Sequence[str]) -> dict[str, Any]:
    return {f"b_{name}": getattr(known.here, name) for name in names} | {
        "b_id": known.here.id,
        "b_from_version": known.stored.version,
        "b_version": known.here.version,
    }


def _conversation(row: Any) -> Conversation:
    values = row._asdict()
    values["trail"] = tuple(values["trail"])
    return filled(Conversation, values)
