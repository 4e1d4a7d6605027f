"""The receipt of a new case: its number, why this priority, the hour owed or the place in the
queue, and, while the desk is closed, when it opens and which other ways there are (S3-05)."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from handlers import critical, notices
from handlers.visit import Visit, talk_button
from handlers.wording.readers import zone_of
from policy import acts, hours, order, sla
from policy.calendar import Calendar
from policy.shapes_service import Channel
from policy.ticket import Ticket
from store.values import Button

Told = tuple[str, dict[str, Any], list[Button]]


def receipt(visit: Visit, ticket: Ticket) -> Told:
    """Key, facts and buttons, which depend on whether the desk is open now."""
    turn, promise = visit.turn, ticket.promise
    facts: dict[str, Any] = {
        "number": ticket.number,
        "priority": ticket.priority,
        "due": promise.due,
        "target": promise.seconds,
        "clause": promise.clause,
        "counted": _counted(visit, ticket),
        "estimated": "word.estimated" if acts.is_estimated(turn.book, ticket) else None,
        "linked": ticket.linked_to,
    }
    office = sla.attention(turn.book, visit.organisation.plan, visit.organisation.country)
    closed = {} if office.is_open(turn.now) else _closed(visit, office)
    if not order.promises(turn.book) and promise.due is None:
        return _queued(visit, ticket, facts, closed)
    if promise.due is None:
        return "ticket.opened_undated", facts | closed, []
    if closed:
        return _out_of_hours(visit, ticket, facts | closed)
    return ("ticket.opened_linked" if ticket.linked_to else "ticket.opened"), facts, []


def _counted(visit: Visit, ticket: Ticket) -> str | None:
    """The zone in whose hours the time counts, where that is not the reader's own (S0-76)."""
    own = ticket.promise.hours
    reader = ZoneInfo(zone_of(visit.turn, visit.person))
    now = visit.turn.now
    same = now.astimezone(ZoneInfo(own.zone)).utcoffset() == now.astimezone(reader).utcoffset()
    return None if own.always or same else own.zone


def _closed(visit: Visit, office: Calendar) -> dict[str, Any]:
    """When it opens, its hours, and why it is closed now."""
    return {
        "opens": office.next_open(visit.turn.now),
        "hours": [list(day) for day in office.hours.weekly],
        "why": _why_closed(visit, office),
    }


def _out_of_hours(visit: Visit, ticket: Ticket, facts: dict[str, Any]) -> Told:
    """With the pack's other channels where it names some; what it does not tell is left out."""
    rule = visit.turn.book.out_of_hours
    worse = notices.step_button("worse", ticket, "label.worse")
    raised = [notices.step_button("critical", ticket, "label.is_critical")]
    ask = raised if critical.offered(visit.turn, ticket) else []
    if rule is None:
        return (
            "ticket.opened_closed_hours",
            facts,
            [*ask, talk_button("guides", "label.guides"), worse],
        )
    told = set(rule.tells)
    if "opens" not in told:
        facts |= {"opens": None, "hours": None}
    if "expected" not in told:
        facts |= {"due": None}
    if "channels" in told:
        facts |= {name: "; ".join(ways) for name, ways in _channels(visit, rule.channels).items()}
    fine = notices.step_button("fine", ticket, "label.all_good")
    return "ticket.opened_closed_channels", facts, [*ask, fine]


def _channels(visit: Visit, keys: tuple[str, ...]) -> dict[str, list[str]]:
    """The other ways, those for what is critical apart; what only calls out is no way (S0-44)."""
    found: dict[str, list[str]] = {"urgent": [], "others": []}
    for key in keys:
        channel = visit.turn.book.channel(key)
        if channel is not None and channel.direction != "out":
            way = "urgent" if channel.for_critical else "others"
            found[way].append(_named(channel, visit.words.language))
    return found


def _named(channel: Channel, language: str) -> str:
    name = channel.label[language]
    return f"{name} ({channel.address})" if channel.address else name


def _queued(visit: Visit, ticket: Ticket, facts: dict[str, Any], closed: dict[str, Any]) -> Told:
    """No hour is owed: the turn it has, how many are before it, an estimate called so (D18)."""
    book = visit.turn.book
    turn = order.turn_of(book, ticket.priority)
    ahead = visit.turn.tickets.ahead(*order.before(book, ticket.priority), ticket.number)
    facts |= closed | {
        "says": turn.says[visit.words.language] if turn else None,
        "clause": turn.clause if turn else ticket.promise.clause,
        "ahead": ahead or None,
        "next": None if ahead else "queue.next",
        "estimate": _estimate(visit, turn.estimate if turn else None),
    }
    raised = notices.step_button("critical", ticket, "label.is_critical")
    worse = notices.step_button("worse", ticket, "label.worse")
    ask = [raised] if closed and critical.offered(visit.turn, ticket) else []
    return "ticket.opened_queue", facts, [*ask, worse]


def _estimate(visit: Visit, seconds: int | None) -> datetime | None:
    """The owner's own figure, in the hours of the plan; a promise of nothing (S2-06)."""
    if seconds is None:
        return None
    book, own = visit.turn.book, visit.organisation
    counted = hours.response(book, book.plan(own.plan), own.country)
    return Calendar.of(counted).add(visit.turn.now, seconds)


def _why_closed(visit: Visit, office: Calendar) -> str:
    """Weekend, holiday, or simply after hours, as the desk's own calendar has it."""
    day = visit.turn.now.astimezone(office.zone).date()
    if office.holiday(day) is not None:
        return "closed.holiday"
    return "closed.night" if office.hours.weekly[day.weekday()] else "closed.weekend"
