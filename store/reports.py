"""Reports: plain queries over measures and tickets. Numbers are worked out alike on both databases.

Measures read: answered (seconds, kept, person), solved (seconds, person), paused (seconds),
rated (facts.rating), deflected (kept is False where the article was no help; facts.article),
escalated (facts.level), extended (seconds).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean
from typing import Any, Final, TypeVar

from sqlalchemy import Row, func, or_, select

from policy.ticket import State
from store.figures import (
    ClientRow,
    DeflectionRow,
    EngineerRow,
    EscalationRow,
    PendingRow,
    RatingRow,
    Sla,
    SlaRow,
    Spans,
    Summary,
    TimesRow,
    Trend,
)
from store.session import Session
from store.tables import measures, organisations, people, tickets
from store.tables.work import OPEN

K = TypeVar("K")

UNOWNED: Final = timedelta(hours=2)

_HOLDER = people.alias("holder")


@dataclass(frozen=True, kw_only=True)
class Only:
    """Narrows a report to tickets of one organisation, priority, category or holder."""

    organisation: int | None = None
    priority: str | None = None
    category: str | None = None
    holder: int | None = None

    def on(self, found: Any) -> Any:
        """The query over tickets, narrowed."""
        for name in ("organisation", "priority", "category", "holder"):
            value = getattr(self, name)
            if value is not None:
                found = found.where(tickets.c[name] == value)
        return found


EVERYTHING: Final = Only()


class Reports:
    """Each report is one value; drawing it is somebody else's."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._run = session.run

    def summary(self, since: datetime, until: datetime, only: Only = EVERYTHING) -> Summary:
        """The desk in [since, until); what is unowned, it is at this moment."""
        answered = self._measured("answered", since, until, only)
        ratings = _ratings(self._measured("rated", since, until, only))
        return Summary(
            since=since,
            until=until,
            opened=self._count(only, opened=(since, until)),
            closed=self._count(only, closed=(since, until)),
            still_open=self._count(only, standing=until),
            kept=_kept(answered, True),
            late=_kept(answered, False),
            first_answer=_spans(answered),
            solved=_spans(self._measured("solved", since, until, only)),
            deflected=sum(row.useful for row in self.deflection(since, until)),
            rated=len(ratings),
            satisfaction=_mean(ratings),
            categories=self._categories(since, until, only),
            unowned=tuple(self._unowned(only)),
        )

    def pending(self, only: Only = EVERYTHING) -> list[PendingRow]:
        """Every open ticket, what is due first on top, then the oldest."""
        rows = self._lines(only.on(_LINES.where(OPEN)))
        return sorted(rows, key=lambda r: (r.due_at is None, r.due_at or r.opened_at, r.number))

    def sla(self, since: datetime, until: datetime, only: Only = EVERYTHING) -> Sla:
        """Promises by plan and priority, and what is overdue at this moment."""
        groups: dict[tuple[str, str], list[Row[Any]]] = {}
        for row in self._measured("answered", since, until, only):
            groups.setdefault((row.promise["plan"], row.priority), []).append(row)
        rows = tuple(
            SlaRow(
                plan=plan,
                priority=priority,
                kept=_kept(found, True),
                late=_kept(found, False),
                first_answer=_spans(found),
            )
            for (plan, priority), found in sorted(groups.items())
        )
        overdue = tuple(r for r in self.pending(only) if r.is_late(self._session.now))
        grown = {row.number for row in self._measured("extended", since, until, only)}
        return Sla(
            since=since, until=until, rows=rows, overdue=overdue, extended=tuple(sorted(grown))
        )

    def engineers(self, since: datetime, until: datetime) -> list[EngineerRow]:
        """Everybody who answered, solved or holds something, by name."""
        answered = _by(self._measured("answered", since, until), "person")
        solved = _by(self._measured("solved", since, until), "person")
        rated = _by(self._measured("rated", since, until), "holder")
        holding = Counter(
            row.holder
            for row in self._run(
                select(tickets.c.holder).where(OPEN, tickets.c.holder.is_not(None))
            )
        )
        busy = {*answered, *solved, *holding} - {None}
        names = self._run(select(people.c.id, people.c.name).where(people.c.id.in_(busy)))
        rows = [
            EngineerRow(
                person=row.id,
                name=row.name,
                holds=holding[row.id],
                answered=len(answered.get(row.id, ())),
                solved=len(solved.get(row.id, ())),
                kept=_kept(answered.get(row.id, ()), True),
                late=_kept(answered.get(row.id, ()), False),
                first_answer=_spans(answered.get(row.id, ())),
                satisfaction=_mean(_ratings(rated.get(row.id, ()))),
            )
            for row in names
        ]
        return sorted(rows, key=lambda r: (r.name, r.person))

    def clients(self, since: datetime, until: datetime) -> list[ClientRow]:
        """Every organisation that had something to do with the desk, the busiest first."""
        answered = _by(self._measured("answered", since, until), "organisation")
        rated = _by(self._measured("rated", since, until), "organisation")
        opened = self._per_organisation(_within(tickets.c.opened_at, since, until))
        closed = self._per_organisation(_within(tickets.c.closed_at, since, until))
        standing = self._per_organisation([_standing(until)])
        rows = [
            ClientRow(
                organisation=row.id,
                name=row.name,
                plan=row.plan,
                opened=opened[row.id],
                closed=closed[row.id],
                still_open=standing[row.id],
                kept=_kept(answered.get(row.id, ()), True),
                late=_kept(answered.get(row.id, ()), False),
                satisfaction=_mean(_ratings(rated.get(row.id, ()))),
            )
            for row in self._run(select(organisations))
            if opened[row.id] or closed[row.id] or standing[row.id]
        ]
        return sorted(rows, key=lambda r: (-r.opened, r.name))

    def deflection(self, since: datetime, until: datetime) -> list[DeflectionRow]:
        """Articles that were the answer, the most useful first."""
        found = select(measures.c.kept, measures.c.facts).where(
            measures.c.kind == "deflected", *_within(measures.c.at, since, until)
        )
        useful: Counter[str] = Counter()
        refused: Counter[str] = Counter()
        for row in self._run(found):
            (refused if row.kept is False else useful)[str(row.facts.get("article", ""))] += 1
        rows = [
            DeflectionRow(article=article, useful=useful[article], refused=refused[article])
            for article in {*useful, *refused}
        ]
        return sorted(rows, key=lambda r: (-r.useful, r.article))

    def satisfaction(
        self, since: datetime, until: datetime, only: Only = EVERYTHING
    ) -> list[RatingRow]:
        """How often each rating was given, the best first."""
        counted = Counter(_ratings(self._measured("rated", since, until, only)))
        return [RatingRow(rating=r, count=n) for r, n in sorted(counted.items(), reverse=True)]

    def escalations(
        self, since: datetime, until: datetime, only: Only = EVERYTHING
    ) -> list[EscalationRow]:
        """How many tickets went to each level."""
        rows = self._measured("escalated", since, until, only)
        counted = Counter(int(row.facts.get("level", row.level)) for row in rows)
        return [EscalationRow(level=level, count=n) for level, n in sorted(counted.items())]

    def times(self, since: datetime, until: datetime, only: Only = EVERYTHING) -> list[TimesRow]:
        """How long things took, by priority."""
        parts = {
            kind: _by(self._measured(kind, since, until, only), "priority")
            for kind in ("answered", "solved", "paused")
        }
        priorities = sorted({name for part in parts.values() for name in part})
        return [
            TimesRow(
                priority=name,
                first_answer=_spans(parts["answered"].get(name, ())),
                solved=_spans(parts["solved"].get(name, ())),
                paused=_spans(parts["paused"].get(name, ())),
            )
            for name in priorities
        ]

    def _measured(
        self, kind: str, since: datetime, until: datetime, only: Only = EVERYTHING
    ) -> Sequence[Row[Any]]:
        found = _MEASURED.where(measures.c.kind == kind, *_within(measures.c.at, since, until))
        return self._run(only.on(found)).all()

    def _count(
        self,
        only: Only,
        *,
        opened: tuple[datetime, datetime] | None = None,
        closed: tuple[datetime, datetime] | None = None,
        standing: datetime | None = None,
    ) -> int:
        found = only.on(select(func.count()).select_from(tickets))
        if opened is not None:
            found = found.where(*_within(tickets.c.opened_at, *opened))
        if closed is not None:
            found = found.where(*_within(tickets.c.closed_at, *closed))
        if standing is not None:
            found = found.where(_standing(standing))
        return int(self._run(found).scalar_one())

    def _categories(self, since: datetime, until: datetime, only: Only) -> tuple[Trend, ...]:
        now = self._by_category(since, until, only)
        before = self._by_category(since - (until - since), since, only)
        trends = (
            Trend(name=name, count=now[name], before=before[name]) for name in {*now, *before}
        )
        return tuple(sorted(trends, key=lambda t: (-t.count, -t.before, t.name)))

    def _by_category(self, since: datetime, until: datetime, only: Only) -> Counter[str]:
        found: Any = select(tickets.c.category, func.count()).group_by(tickets.c.category)
        found = only.on(found.where(*_within(tickets.c.opened_at, since, until)))
        return _counted(self._run(found), "")

    def _per_organisation(self, where: Iterable[Any]) -> Counter[int]:
        found: Any = select(tickets.c.organisation, func.count()).group_by(tickets.c.organisation)
        return _counted(self._run(found.where(*where)), 0)

    def _unowned(self, only: Only) -> list[PendingRow]:
        found = _LINES.where(
            OPEN,
            tickets.c.state == State.NEW.value,
            tickets.c.holder.is_(None),
            tickets.c.since <= self._session.now - UNOWNED,
        )
        return self._lines(only.on(found.order_by(tickets.c.since, tickets.c.number)))

    def _lines(self, found: Any) -> list[PendingRow]:
        return [PendingRow(**row._asdict()) for row in self._run(found)]


_MEASURED = select(
    tickets.c.number,
    measures.c.seconds,
    measures.c.kept,
    measures.c.person,
    measures.c.facts,
    tickets.c.priority,
    tickets.c.promise,
    tickets.c.organisation,
    tickets.c.holder,
    tickets.c.level,
    tickets.c.rating,
).join(tickets, tickets.c.number == measures.c.ticket)

_LINES = (
    select(
        tickets.c.number,
        tickets.c.subject,
        organisations.c.name.label("organisation"),
        people.c.name.label("requester"),
        tickets.c.priority,
        tickets.c.state,
        _HOLDER.c.name.label("holder"),
        tickets.c.level,
        tickets.c.category,
        tickets.c.opened_at,
        tickets.c.since,
        tickets.c.due_at,
        tickets.c.answered_at,
    )
    .join(organisations, organisations.c.id == tickets.c.organisation)
    .join(people, people.c.id == tickets.c.requester)
    .outerjoin(_HOLDER, _HOLDER.c.id == tickets.c.holder)
)


def _within(column: Any, since: datetime, until: datetime) -> list[Any]:
    return [column >= since, column < until]


def _standing(at: datetime) -> Any:
    still = or_(tickets.c.closed_at.is_(None), tickets.c.closed_at >= at)
    return still & (tickets.c.opened_at < at)


def _counted(rows: Iterable[Any], nothing: K) -> Counter[K]:
    """What `GROUP BY` counted; NULL counts as `nothing`."""
    counted: Counter[K] = Counter()
    for key, times in rows:
        counted[nothing if key is None else key] += times
    return counted


def _by(rows: Iterable[Row[Any]], name: str) -> dict[Any, list[Row[Any]]]:
    groups: dict[Any, list[Row[Any]]] = {}
    for row in rows:
        groups.setdefault(row._mapping[name], []).append(row)
    return groups


def _kept(rows: Iterable[Row[Any]], kept: bool) -> int:
    return sum(1 for row in rows if row.kept is kept)


def _spans(rows: Iterable[Row[Any]]) -> Spans:
    return Spans.of([row.seconds for row in rows if row.seconds is not None])


def _ratings(rows: Iterable[Row[Any]]) -> list[int]:
    given = (row.facts.get("rating", row.rating) for row in rows)
    return [int(rating) for rating in given if rating is not None]


def _mean(ratings: Sequence[int]) -> float | None:
    return fmean(ratings) if ratings else None
