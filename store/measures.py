"""Measures: spans that ended. And strikes: misuse that was explained once."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select

from store.session import Session
from store.statements import Statement, Upsert, newer
from store.tables import measures, strikes
from store.values import NOTHING, Measure

_ADD = Statement(insert(measures))
_BETWEEN = Statement(
    select(measures)
    .where(
        measures.c.kind == bindparam("kind"),
        measures.c.at >= bindparam("since"),
        measures.c.at < bindparam("until"),
    )
    .order_by(measures.c.id)
)
_STRIKE = Upsert(strikes, ["person", "typology"], newer("article", "at"))


class Measures:
    """What the reports count. Kinds: answered, solved, paused, closed, rated, deflected,
    escalated, reopened..."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self,
        kind: str,
        ticket: int | None,
        seconds: int | None = None,
        kept: bool | None = None,
        person: int | None = None,
        facts: Mapping[str, Any] = NOTHING,
    ) -> None:
        """A span ended now: `seconds` of business time, `kept` or broken, by `person`."""
        self._session.later(
            _ADD,
            {
                "kind": kind,
                "ticket": ticket,
                "at": self._session.now,
                "seconds": seconds,
                "kept": kept,
                "person": person,
                "facts": facts,
            },
        )

    def add_all(
        self, kind: str, spans: Iterable[tuple[int, int, int | None]], facts: Mapping[str, Any]
    ) -> None:
        """Spans of many cases ended now, alike: (ticket, seconds, person) each."""
        now = self._session.now
        rows = [(kind, ticket, now, seconds, person, facts) for ticket, seconds, person in spans]
        self._session.later_rows(_ADD, ("kind", "ticket", "at", "seconds", "person", "facts"), rows)

    def between(self, kind: str, since: datetime, until: datetime) -> list[Measure]:
        """All of a kind in [since, until), in the order of writing."""
        rows = self._session.run(_BETWEEN, {"kind": kind, "since": since, "until": until})
        return [Measure(**row._asdict()) for row in rows]


class Strikes:
    """(person, typology) pairs that were sent to an article (S0-58, D6); they do not expire."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, person: int, typology: str, article: str) -> None:
        """Remember it."""
        self._session.run(
            _STRIKE,
            {"person": person, "typology": typology, "article": article, "at": self._session.now},
        )

    def has(self, person: int, typology: str) -> bool:
        """Whether this was explained to this person before."""
        found = select(strikes.c.person).where(
            strikes.c.person == person, strikes.c.typology == typology
        )
        return self._session.run(found).first() is not None

    def articles(self, person: int) -> tuple[str, ...]:
        """What was explained to this person, the newest first."""
        told = select(strikes.c.article).where(strikes.c.person == person)
        rows = self._session.run(told.order_by(strikes.c.at.desc(), strikes.c.article))
        return tuple(str(row.article) for row in rows)

    def drop(self, person: int, typology: str) -> None:
        """An appeal succeeded."""
        self._session.run(
            strikes.delete().where(strikes.c.person == person, strikes.c.typology == typology)
        )
