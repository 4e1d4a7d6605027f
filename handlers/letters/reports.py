"""A supervisor's report in words, read when it is sent: counts that add up, n beside every %."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from handlers.letters import messages
from handlers.letters.attention import rows_in_order
from handlers.letters.cards import urgency
from handlers.letters.letter import Letter, Text
from handlers.wording import Words
from store.figures import PendingRow, Spans, Summary, Trend
from store.reports import UNOWNED
from store.turn import Turn
from store.values import OutboxRow

MOST_LINES = 20
GROWTH = 2  # more cases than before, from which a category is worth a look


def draw(row: OutboxRow, turn: Turn, words: Words, facts: Mapping[str, Any]) -> Letter:
    """The report named in `facts["report"]`, for [start, end). Charts and files are the edge's."""
    title = words.text(
        row.key,
        **facts,
        first=facts["start"],
        last=facts["end"] - timedelta(days=1),
        zone=turn.book.desk.zone,
    )
    lines = REPORTS[str(facts["report"])](turn, words, facts["start"], facts["end"])
    return messages.finish(row, turn, words, messages.join([title, *lines]))


def summary(turn: Turn, words: Words, start: datetime, end: datetime) -> Iterator[Text]:
    """The period in six lines and one thing to decide."""
    figures = turn.reports.summary(start, end)
    before = figures.still_open - figures.opened + figures.closed
    if not (figures.opened or figures.closed or figures.still_open):
        yield words.text("report.empty")
        return
    yield words.text("report.counts_before", before=before)
    yield words.text(
        "report.counts",
        opened=figures.opened,
        closed=figures.closed,
        still=figures.still_open,
        change=_change(words, figures),
    )
    yield _promises(words, figures.kept, figures.late)
    yield _first_reply(words, figures.first_answer)
    yield from _solved(words, figures.solved)
    yield _self_service(turn, words, start, end)
    yield _satisfaction(words, figures)
    yield words.text("report.watch", what=" ".join(_watch(turn, words, figures)))


def pending(turn: Turn, words: Words, _start: datetime, _end: datetime) -> Iterator[Text]:
    """Every open case, in the order in which they are attended."""
    rows = rows_in_order(turn, turn.reports.pending())
    if not rows:
        yield words.text("report.pending_none")
        return
    states = [row.state for row in rows]
    yield words.text(
        "report.pending_counts",
        count=len(rows),
        unowned=states.count("new"),
        taken=states.count("taken"),
        waiting=states.count("waiting"),
        solved=states.count("solved"),
    )
    yield from _listed(turn, words, rows)


def sla(turn: Turn, words: Words, start: datetime, end: datetime) -> Iterator[Text]:
    """Promises by plan and priority, then what is late at this moment."""
    figures = turn.reports.sla(start, end)
    kept = sum(row.kept for row in figures.rows)
    late = sum(row.late for row in figures.rows)
    yield _promises(words, kept, late)
    for row in figures.rows:
        total = row.kept + row.late
        yield words.text(
            "report.sla_line",
            label=f"{_plan(turn, words, row.plan)}, {words.write('priority', row.priority)}",
            kept=row.kept,
            total=total,
            percent=_percent(row.kept, total),
            late=row.late,
        )
    if figures.extended:
        yield words.text(
            "report.sla_extended",
            count=len(figures.extended),
            numbers=", ".join(str(number) for number in figures.extended[:MOST_LINES]),
        )
    yield from _listed(turn, words, figures.overdue)


def _change(words: Words, figures: Summary) -> str | None:
    before = sum(trend.before for trend in figures.categories)
    if not before:
        return None
    percent = round((figures.opened - before) * 100 / before)
    return words.line("report.change", percent=percent, before=before)


def _promises(words: Words, kept: int, late: int) -> Text:
    total = kept + late
    if not total:
        return words.text("report.promises_none")
    percent = _percent(kept, total)
    return words.text("report.promises", kept=kept, total=total, percent=percent, late=late)


def _first_reply(words: Words, spans: Spans) -> Text:
    if spans.median is None:
        return words.text("report.first_reply_none")
    return words.text("report.first_reply", median=spans.median, ninth=spans.p90, count=spans.count)


def _solved(words: Words, spans: Spans) -> Iterator[Text]:
    if spans.median is not None:
        facts = {"median": spans.median, "ninth": spans.p90, "count": spans.count}
        yield words.text("report.solved_in", **facts)


def _self_service(turn: Turn, words: Words, start: datetime, end: datetime) -> Text:
    rows = turn.reports.deflection(start, end)
    helped, not_it = sum(row.useful for row in rows), sum(row.refused for row in rows)
    total = helped + not_it
    if not total:
        return words.text("report.selfservice_none")
    percent = _percent(helped, total)
    return words.text(
        "report.selfservice", helped=helped, total=total, percent=percent, not_it=not_it
    )


def _satisfaction(words: Words, figures: Summary) -> Text:
    if figures.satisfaction is None:
        return words.text("report.rating_none")
    return words.text("report.rating", average=figures.satisfaction, count=figures.rated)


def _watch(turn: Turn, words: Words, figures: Summary) -> list[str]:
    """What is worth a decision: a category that grows, cases that nobody has."""
    found: list[str] = []
    risen = [t for t in figures.categories if t.name and t.count - t.before >= GROWTH]
    if risen:
        most = max(risen, key=_growth)
        known = next((c for c in turn.book.categories if c.key == most.name), None)
        name = known.name[words.language] if known else most.name  # the pack may have lost it
        found.append(
            words.line("report.watch_category", category=name, before=most.before, now=most.count)
        )
    if figures.unowned:
        count = len(figures.unowned)
        found.append(words.line("report.watch_unowned", count=count, wait=UNOWNED))
    return found or [words.line("report.watch_nothing")]


def _growth(trend: Trend) -> int:
    return trend.count - trend.before


def _listed(
    turn: Turn, words: Words, rows: list[PendingRow] | tuple[PendingRow, ...]
) -> Iterator[Text]:
    for row in rows[:MOST_LINES]:
        yield _line(turn, words, row)
    if len(rows) > MOST_LINES:
        yield words.text("report.more_lines", count=len(rows) - MOST_LINES)


def _line(turn: Turn, words: Words, row: PendingRow) -> Text:
    facts = {
        "mark": words.line(f"mark.{urgency(turn, row.priority)}"),
        "number": row.number,
        "organisation": row.organisation,
        "subject": messages.cut(row.subject, 50),
        "state": row.state,
        "holder": row.holder.split()[0] if row.holder else None,
    }
    if row.is_late(turn.now) and row.due_at is not None:
        return words.text("report.pending_late", **facts, late=turn.now - row.due_at)
    return words.text(
        "report.pending_line", **facts, due=row.due_at if not row.answered_at else None
    )


def _plan(turn: Turn, words: Words, plan: str) -> str:
    named = next((p for p in turn.book.plans if p.key == plan), None)
    return named.name[words.language] if named else plan


def _percent(part: int, total: int) -> int | None:
    return round(part * 100 / total) if total else None


REPORTS: Mapping[str, Callable[[Turn, Words, datetime, datetime], Iterator[Text]]] = {
    "resumen": summary,
    "pendientes": pending,
    "sla": sla,
}
