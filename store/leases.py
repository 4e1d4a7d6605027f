"""Leases: the right to do something alone, with a fencing number that grows with each holder."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from store.session import Session
from store.statements import Statement
from store.tables import leases
from store.values import Lease

_BURIED = timedelta(minutes=10)  # after this nobody asks for the lease of a process that died
_KEEP = Statement(
    update(leases)
    .where(leases.c.name == bindparam("b_name"), leases.c.holder == bindparam("b_holder"))
    .where(leases.c.until > bindparam("b_now"))
    .values(until=bindparam("b_until"))
    .returning(leases)
)


class Leases:
    """One holder a name at a time. A lease that ran out may be taken by anybody."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def take(self, name: str, holder: str, lasting: timedelta) -> Lease | None:
        """Take the lease, or keep it for longer; None while somebody else has it.

        `holder` is a token made at start and never used again. The fence stays the same as long
        as the holder keeps the lease, and is one higher after every gap.
        """
        now = self._session.now
        kept = self._session.run(
            _KEEP, {"b_name": name, "b_holder": holder, "b_now": now, "b_until": now + lasting}
        ).first()
        if kept is not None:
            return _lease(kept)
        return self._take_over(name, holder, now, now + lasting)

    def release(self, name: str, holder: str) -> bool:
        """Give it back; False if it was no longer this holder's. The fence number is remembered."""
        done = self._session.run(
            update(leases)
            .where(leases.c.name == name, leases.c.holder == holder)
            .values(holder="", until=self._session.now)
        )
        return done.rowcount == 1

    def get(self, name: str) -> Lease | None:
        """Who has it, or had it last."""
        row = self._session.run(select(leases).where(leases.c.name == name)).first()
        return _lease(row) if row else None

    def drop(self, name: str) -> None:
        """Forget the lease and its fence number."""
        self._session.run(delete(leases).where(leases.c.name == name))

    def living(self, prefix: str) -> int:
        """How many leases of names that begin so are held now; those of the dead are forgotten."""
        named = leases.c.name.startswith(prefix, autoescape=True)
        old = self._session.now - _BURIED
        self._session.run(delete(leases).where(named, leases.c.until < old))
        alive = select(func.count()).where(named, leases.c.until > self._session.now)
        return int(self._session.run(alive).scalar_one())

    def _take_over(self, name: str, holder: str, now: datetime, until: datetime) -> Lease | None:
        insert = postgresql.insert if self._session.postgres else sqlite.insert
        fresh = insert(leases).values(name=name, holder=holder, fence=1, until=until)
        taken = fresh.on_conflict_do_update(
            index_elements=["name"],
            set_={"holder": holder, "fence": leases.c.fence + 1, "until": until},
            where=or_(leases.c.until <= now, leases.c.holder == ""),
        ).returning(leases)
        row = self._session.run(taken).first()
        return _lease(row) if row else None


def _lease(row: Row[Any]) -> Lease:
    return Lease(**row._asdict())
