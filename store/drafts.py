"""Drafts: guides begun from a case, for the owner of the articles. No client is shown one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select

from store.clean import fits
from store.session import Session
from store.statements import Statement
from store.tables import drafts

_ADD = Statement(insert(drafts).returning(drafts))
_GET = Statement(select(drafts).where(drafts.c.id == bindparam("id")))
_OF_PACK = Statement(
    select(drafts)
    .where(drafts.c.pack == bindparam("pack"))
    .order_by(drafts.c.id.desc())
    .limit(bindparam("limit"))
)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What an engineer wrote down; `phrase` is how the client put it, masked."""

    id: int
    pack: str
    ticket: int | None
    typology: str
    title: str
    happens: str
    steps: str  # one a line
    phrase: str
    written_by: int | None
    written_at: datetime


class Drafts:
    """Added from cards, read by whoever keeps the articles."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, told: dict[str, str], *, ticket: int | None, by: int | None) -> Draft:
        """`told` holds pack, typology, title, happens, steps and phrase."""
        written = {"ticket": ticket, "written_by": by, "written_at": self._session.now}
        return _draft(self._session.run(_ADD, {**told, **written}).one())

    def get(self, draft: int) -> Draft | None:
        """The draft with this number."""
        row = self._session.run(_GET, {"id": draft}).first() if fits(draft) else None
        return _draft(row) if row else None

    def of(self, pack: str, limit: int = 200) -> list[Draft]:
        """The newest first."""
        return [_draft(row) for row in self._session.run(_OF_PACK, {"pack": pack, "limit": limit})]


def _draft(row: Row[Any]) -> Draft:
    return Draft(**row._asdict())
