"""Attachments: the platform's reference, never the bytes."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from store.session import Session
from store.statements import Statement
from store.tables import files
from store.values import StoredFile

_ADD = Statement(insert(files).returning(files.c.id))
_OF_TICKET = Statement(
    select(files).where(files.c.ticket == bindparam("ticket")).order_by(files.c.id)
)


class Files:
    """What people attached, to a ticket or to a draft that is no ticket yet."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._run = session.run

    def add(
        self,
        *,
        channel: str,
        account: str,
        kind: str,
        ref: str,
        ticket: int | None = None,
        message: int | None = None,
        name: str = "",
        size: int | None = None,
        mime: str = "",
        url: str = "",
        seconds: int | None = None,
        unique: str = "",
    ) -> int:
        """Keep a reference; returns its id."""
        values = {
            "ticket": ticket,
            "message": message,
            "channel": channel,
            "account": account,
            "kind": kind,
            "ref": ref,
            "name": name,
            "size": size,
            "mime": mime,
            "url": url,
            "seconds": seconds,
            "unique": unique,
        }
        return int(self._run(_ADD, values).one().id)

    def get(self, file: int) -> StoredFile | None:
        """The reference of that id."""
        row = self._run(select(files).where(files.c.id == file)).first()
        return _file(row) if row else None

    def all(self, ids: Sequence[int]) -> list[StoredFile]:
        """Those of the ids that exist, in the order of the ids given."""
        rows = self._run(select(files).where(files.c.id.in_(list(ids))))
        known = {row.id: _file(row) for row in rows}
        return [known[i] for i in ids if i in known]

    def of_ticket(self, number: int) -> list[StoredFile]:
        """The ticket's files in the order in which they came."""
        return [_file(row) for row in self._run(_OF_TICKET, {"ticket": number})]

    def of_message(self, message: int) -> list[StoredFile]:
        """The files that came with one message."""
        found = select(files).where(files.c.message == message).order_by(files.c.id)
        return [_file(row) for row in self._run(found)]

    def attach(self, ids: Sequence[int], ticket: int) -> None:
        """The files of a draft belong to the ticket that it became."""
        if ids:
            self._run(update(files).where(files.c.id.in_(list(ids))).values(ticket=ticket))


def _file(row: Row[Any]) -> StoredFile:
    return StoredFile(**row._asdict())
