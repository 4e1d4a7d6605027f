"""The supervisor's figures: the desk of the last seven days, and one thing worth looking at."""

from datetime import timedelta
from typing import Any

from bot.web.tongue import Tongue
from store.figures import PendingRow, Summary
from store.turn import Turn

WEEK = timedelta(days=7)
SOON = timedelta(hours=1)


def drawn(turn: Turn, tongue: Tongue) -> dict[str, Any]:
    """Tiles and a sentence; `any` is false on a desk that never had a case."""
    summary = turn.reports.summary(turn.now - WEEK, turn.now + timedelta(seconds=1))
    pending = turn.reports.pending()
    tiles = [
        _kept(summary, tongue),
        {"value": tongue.number(len(pending)), "label": tongue.page("console.board.open")},
        _due(turn, pending, tongue),
        _rated(summary, tongue),
    ]
    known = bool(pending) or bool(summary.opened) or bool(summary.closed)
    return {"any": known, "tiles": tiles, "look": _look(turn, pending, tongue)}


def _kept(summary: Summary, tongue: Tongue) -> dict[str, str]:
    total = summary.kept + summary.late
    if not total:
        return {"value": "–", "label": tongue.page("console.board.kept.none")}
    label = tongue.page("console.board.kept", kept=summary.kept, total=total)
    return {"value": f"{tongue.number(round(100 * summary.kept / total))}\u00a0%", "label": label}


def _due(turn: Turn, pending: list[PendingRow], tongue: Tongue) -> dict[str, str]:
    late = [one for one in pending if one.is_late(turn.now)]
    if late:
        return {"value": tongue.number(len(late)), "label": tongue.page("console.board.late")}
    soon = _soon(turn, pending)
    return {"value": tongue.number(len(soon)), "label": tongue.page("console.board.soon")}


def _rated(summary: Summary, tongue: Tongue) -> dict[str, str]:
    label = tongue.page("console.board.rating", count=summary.rated)
    shown = "–" if summary.satisfaction is None else tongue.number(round(summary.satisfaction, 1))
    return {"value": shown, "label": label}


def _soon(turn: Turn, pending: list[PendingRow]) -> list[PendingRow]:
    running = [one for one in pending if one.answered_at is None and one.due_at is not None]
    return [one for one in running if one.due_at and turn.now < one.due_at <= turn.now + SOON]


def _look(turn: Turn, pending: list[PendingRow], tongue: Tongue) -> str:
    """One decision that waits for somebody; nothing when all is well."""
    late = [one for one in pending if one.is_late(turn.now)]
    if late:
        oldest = min(late, key=lambda one: (one.due_at or turn.now, one.number))
        return tongue.page("console.board.look.late", count=len(late), number=oldest.number)
    soon = _soon(turn, pending)
    if soon and soon[0].due_at:
        at = tongue.moment(soon[0].due_at, dated=False)
        return tongue.page("console.board.look.soon", number=soon[0].number, at=at)
    free = [one for one in pending if one.holder is None]
    if free:
        oldest = min(free, key=lambda one: (one.opened_at, one.number))
        return tongue.page("console.board.look.unowned", count=len(free), number=oldest.number)
    return ""
