"""What stands on the walls of the local platforms: the console's phone and channel."""

import builtins
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from store.session import Session
from store.settings import Counters
from store.tables import wire
from store.values import WireRow


class Wire:
    """Calls that a platform would have received, by place. Every change moves `seq`."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._run = session.run

    def put(
        self,
        channel: str,
        account: str,
        chat: str,
        ref: str,
        call: Mapping[str, Any],
        at: datetime,
        thread: str | None = None,
        only: str | None = None,
    ) -> int:
        """A new message stands there; returns its seq."""
        seq = self._next()
        self._run(
            insert(wire),
            {
                "seq": seq,
                "place": seq,
                "channel": channel,
                "account": account,
                "chat": chat,
                "ref": ref,
                "call": call,
                "at": at,
                "thread": thread,
                "only": only,
            },
        )
        return seq

    def edit(
        self, channel: str, account: str, chat: str, ref: str, call: Mapping[str, Any]
    ) -> bool:
        """The message changed; False where none stands."""
        return self._change(channel, account, chat, ref, {"call": call})

    def delete(self, channel: str, account: str, chat: str, ref: str) -> bool:
        """The message was taken down; False where none stood."""
        return self._change(channel, account, chat, ref, {"deleted": True})

    def get(self, channel: str, account: str, chat: str, ref: str) -> WireRow | None:
        """The message at that place, deleted or not."""
        found = select(wire).where(*_there(channel, account, chat, ref))
        row = self._run(found).first()
        return _row(row) if row else None

    def list(
        self, chat: str, after: int = 0, *, channel: str | None = None, account: str | None = None
    ) -> builtins.list[WireRow]:
        """What stands in a chat, in the order of putting; `after` leaves out older changes."""
        found = select(wire).where(wire.c.chat == chat, wire.c.seq > after, ~wire.c.deleted)
        if channel is not None:
            found = found.where(wire.c.channel == channel)
        if account is not None:
            found = found.where(wire.c.account == account)
        return [_row(row) for row in self._run(found.order_by(wire.c.place))]

    def changes(self, after_seq: int, limit: int = 500) -> builtins.list[WireRow]:
        """What was put, edited or deleted since, in that order, deleted rows included."""
        found = select(wire).where(wire.c.seq > after_seq).order_by(wire.c.seq).limit(limit)
        return [_row(row) for row in self._run(found)]

    def chats(self, channel: str) -> builtins.list[str]:
        """The chats of a channel in which something was ever put."""
        found = select(wire.c.chat).where(wire.c.channel == channel).distinct()
        return sorted(row.chat for row in self._run(found))

    def _change(
        self, channel: str, account: str, chat: str, ref: str, values: Mapping[str, Any]
    ) -> bool:
        done = self._run(
            update(wire)
            .where(*_there(channel, account, chat, ref))
            .values(seq=self._next(), **values)
        )
        return done.rowcount == 1

    def _next(self) -> int:
        return Counters(self._session).next("wire")


def _there(channel: str, account: str, chat: str, ref: str) -> tuple[Any, ...]:
    return (
        wire.c.channel == channel,
        wire.c.account == account,
        wire.c.chat == chat,
        wire.c.ref == ref,
    )


def _row(row: Row[Any]) -> WireRow:
    values = row._asdict()
    del values["place"]
    return WireRow(**values)
