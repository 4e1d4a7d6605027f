"""Events seen before, and events that could not be handled."""

from collections.abc import Mapping
from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, tuple_, update

from store.encoding import encode
from store.session import Session
from store.statements import Statement, Upsert
from store.tables import inbox, quarantine
from store.values import Quarantined

_SEE = Upsert(inbox, ["channel", "account", "key"])
_KEY = (inbox.c.channel, inbox.c.account, inbox.c.key)
_OLD = select(*_KEY).where(inbox.c.seen_at < bindparam("before")).limit(bindparam("most"))
_FORGET = Statement(delete(inbox).where(tuple_(*_KEY).in_(_OLD)))
_LONGEST = 200_000  # characters of a body worth keeping


class Inbox:
    """The dedupe keys of events. A key is unique under (channel, account)."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def is_new(self, channel: str, account: str, key: str, at: datetime) -> bool:
        """Mark the event as seen; False when it was seen before.

        On PostgreSQL this waits for an open twin transaction, at most the lock timeout (StaleTurn).
        """
        seen = {"channel": channel, "account": account, "key": key, "at": at}
        return self._session.run(_SEE, {**seen, "seen_at": self._session.now}).rowcount == 1

    def forget(self, before: datetime, most: int = 2000) -> int:
        """Drop keys seen before that moment (keep 8 days at least: G2), a batch at a time, so
        that no statement runs into its timeout. Returns how many."""
        found = {"before": before, "most": most}
        return self._session.run(_FORGET, found).rowcount


class Quarantine:
    """Events whose turn failed on its own, kept whole, to be looked at and replayed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self,
        *,
        channel: str,
        account: str,
        key: str,
        kind: str,
        body: Mapping[str, Any] | str,
        error: str = "",
    ) -> str:
        """Keep the event. Returns the reference that the person is told, such as `Q-4F2A91`."""
        reference = f"Q-{token_hex(3).upper()}"
        self._session.run(
            insert(quarantine),
            {
                "reference": reference,
                "channel": channel,
                "account": account,
                "key": key,
                "kind": kind,
                "body": (body if isinstance(body, str) else _written(body))[:_LONGEST],
                "error": error[:4000],
                "at": self._session.now,
            },
        )
        return reference

    def get(self, reference: str) -> Quarantined | None:
        """The event under this reference."""
        found = select(quarantine).where(quarantine.c.reference == reference.strip().upper())
        row = self._session.run(found).first()
        return Quarantined(**row._asdict()) if row else None

    def list(self, *, waiting: bool = True, limit: int = 100) -> list[Quarantined]:
        """The newest first; `waiting` leaves out those replayed since."""
        found = select(quarantine).order_by(quarantine.c.id.desc()).limit(limit)
        if waiting:
            found = found.where(quarantine.c.replayed_at.is_(None))
        rows = self._session.run(found)
        return [Quarantined(**row._asdict()) for row in rows]

    def drop(self, reference: str) -> bool:
        """Forget an event that nobody will ever want. False where there is none."""
        found = delete(quarantine).where(quarantine.c.reference == reference.strip().upper())
        return self._session.run(found).rowcount == 1

    def replayed(self, reference: str) -> bool:
        """Mark the event as handled after all."""
        done = self._session.run(
            update(quarantine)
            .where(quarantine.c.reference == reference)
            .values(replayed_at=self._session.now)
        )
        return done.rowcount == 1


def _written(body: Mapping[str, Any]) -> str:
    try:
        return encode(body)
    except (TypeError, ValueError, RecursionError):
        return repr(body)
