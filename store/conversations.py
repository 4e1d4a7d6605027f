"""Conversations: one row for each person in each chat, written over its version."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, exists, select, update

from store.clean import fits
from store.errors import StaleTurn
from store.session import Session
from store.statements import Upsert
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

# The update changes nothing; it is there to lock the row (PostgreSQL) and to return it.
_AT = Upsert(
    conversations, _PLACE, changes=lambda new: {"chat": new.chat}, returning=[conversations]
)
_PEEK = select(conversations).where(*(conversations.c[n] == bindparam(n) for n in _PLACE))
_GET = select(conversations).where(conversations.c.id == bindparam("id"))
_SAVE = (
    update(conversations)
    .where(
        conversations.c.id == bindparam("b_id"), conversations.c.version == bindparam("b_version")
    )
    .values(
        **{name: bindparam(f"b_{name}", type_=conversations.c[name].type) for name in _FIELDS},
        version=conversations.c.version + 1,
    )
)
_EXPIRED = (
    select(conversations)
    .where(conversations.c.expires_at <= bindparam("now"))
    .order_by(conversations.c.expires_at, conversations.c.id)
    .limit(bindparam("limit"))
)


class Conversations:
    """What somebody is in the middle of saying."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._run = session.connection.execute

    def at(self, channel: str, account: str, chat: str, user: str) -> Conversation:
        """The conversation here, made if need be; its row is held until the turn ends."""
        place = dict(zip(_PLACE, (channel, account, chat, user), strict=True))
        return _conversation(self._run(_AT.on(self._session), place).one())

    def peek(self, channel: str, account: str, chat: str, user: str) -> Conversation | None:
        """The conversation here, if there is one; nothing is held. For readers."""
        place = dict(zip(_PLACE, (channel, account, chat, user), strict=True))
        row = self._run(_PEEK, place).first()
        return _conversation(row) if row else None

    def get(self, conversation: int) -> Conversation:
        """Raises LookupError where there is none."""
        row = self._run(_GET, {"id": conversation}).first() if fits(conversation) else None
        if row is None:
            raise LookupError(f"no conversation {conversation}")
        return _conversation(row)

    def of_person(self, person: int) -> list[Conversation]:
        """Where this person talks with the desk, the oldest first."""
        found = select(conversations).where(conversations.c.person == person)
        return [_conversation(row) for row in self._run(found.order_by(conversations.c.id))]

    def save(self, conversation: Conversation) -> Conversation:
        """Write it; returns it with its new version. Raises StaleTurn if it changed since read."""
        values = {f"b_{name}": getattr(conversation, name) for name in _FIELDS}
        values |= {"b_id": conversation.id, "b_version": conversation.version}
        if self._run(_SAVE, values).rowcount != 1:
            raise StaleTurn(f"conversation {conversation.id}")
        return replace(conversation, version=conversation.version + 1)

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
        return [_conversation(row) for row in rows]

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


def _conversation(row: Row[Any]) -> Conversation:
    values = row._asdict()
    values["trail"] = tuple(values["trail"])
    return Conversation(**values)
