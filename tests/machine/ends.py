"""What must hold once everything has come to rest: every letter ended, every figure adds up."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from statistics import fmean
from typing import Any

from sqlalchemy import func, select

from handlers import codes
from handlers.codes import TicketCode
from store.tables import cards, inbox, measures, messages, outbox, tickets, timers
from tests.machine.cast import ROOM
from tests.machine.platforms import Arrival
from tests.machine.replay import Case, Trail
from tests.machine.town import MONDAY, Town

FINAL = ("sent", "dead", "expired")


def at_rest(town: Town, trail: Trail) -> Iterator[str]:
    """Everything that is wrong."""
    rows = town.base.rows(select(outbox).order_by(outbox.c.id))
    town.tally.letters += len(rows)
    town.tally.tickets += len(trail.cases)
    yield from _nothing_waits(town, rows)
    yield from _kept_once(town)
    yield from _arrived(town, rows)
    yield from _in_order(town, rows)
    yield from _tickets_are_whole(town, rows)
    yield from _cards(town)
    yield from _measured(town, trail)


def _nothing_waits(town: Town, rows: Any) -> Iterator[str]:
    for row in rows:
        if row.state not in FINAL:
            yield f"letter {row.id} {row.key} is {row.state} for ever: {row.error}"
        elif row.state != "sent" and not row.error:
            yield f"letter {row.id} {row.key} is {row.state} and nobody knows why"
    due = select(timers.c.kind, timers.c.about).where(timers.c.due_at <= town.now)
    yield from (f"forgotten timer {t.kind} {t.about}" for t in town.base.rows(due))


def _kept_once(town: Town) -> Iterator[str]:
    """What was acknowledged is there, and each message once."""
    known = {tuple(row) for row in town.base.rows(select(*list(inbox.primary_key)))}
    for event in town.acked:
        fresh = event.acked_at is not None and town.now - event.acked_at < timedelta(days=8)
        if fresh and event.key not in known:
            yield f"{event.key} was acknowledged and is lost"
    place = (messages.c.channel, messages.c.account, messages.c.chat, messages.c.ref)
    twice = (
        select(*place, func.count())
        .where(messages.c.direction == "in", messages.c.ref != "")
        .group_by(*place)
        .having(func.count() > 1)
    )
    yield from (f"message kept twice: {tuple(row)}" for row in town.base.rows(twice))


def _arrived(town: Town, rows: Any) -> Iterator[str]:
    """G4 and G5: what counts as sent is there, and a second copy needs a doubt."""
    for platform in town.platforms:
        there = Counter(a.outbox for a in platform.arrived)
        late = Counter(a.outbox for a in platform.arrived if a.late)
        for row in rows:
            if row.channel != platform.name:
                continue
            copies = there[row.id]
            if row.state == "sent" and not copies:
                yield f"letter {row.id} {row.key} counts as sent and is not there"
            if copies - late[row.id] > 1 and (platform.name == "slack" or not row.doubtful):
                yield f"letter {row.id} {row.key} is there {copies} times"
            if copies > platform.attempts[row.id]:
                yield f"letter {row.id}: {copies} copies of {platform.attempts[row.id]} attempts"


def _in_order(town: Town, rows: Any) -> Iterator[str]:
    """G6: a lane's letters leave in the order of commit. A card goes ahead of its thread, and
    what was held back on purpose goes when its time comes. Of one and the same moment, the order
    of the commits is nobody's to know."""
    letters = {row.id: row for row in rows if row.not_before is None}
    for platform in town.platforms:
        newest: dict[str, Any] = {}
        for arrival in platform.arrived:
            row = letters.get(arrival.outbox)
            if arrival.late or arrival.letter.card is not None or row is None:
                continue
            last = newest.setdefault(row.lane, row)
            if row.id < last.id and row.created_at < last.created_at:
                yield f"{row.lane}: letter {row.id} {row.key} left after {last.id} {last.key}"
            newest[row.lane] = max(row, last, key=lambda one: one.id)


def _tickets_are_whole(town: Town, rows: Any) -> Iterator[str]:
    """G3: no ticket without its words, its card and its receipt."""
    drawn = {row.ticket for row in rows if row.kind == "card"}
    told = {row.ticket: row for row in rows if row.key.startswith("ticket.opened")}
    for ticket in town.base.rows(select(tickets)):
        number = ticket.number
        if not (ticket.text or ticket.subject).strip():
            yield f"{number}: no words"
        if number not in drawn or number not in told:
            yield f"{number}: no card or no receipt was written"
        elif told[number].state == "expired":
            yield f"{number}: its receipt was dropped, {told[number].error}"
        elif told[number].created_at != ticket.opened_at:
            yield f"{number}: its receipt is of another moment"
    known = select(cards.c.ticket).where(cards.c.ticket.not_in(select(tickets.c.number)))
    yield from (f"a card without its ticket: {row.ticket}" for row in town.base.rows(known))


def _cards(town: Town) -> Iterator[str]:
    """One card a ticket, which shows the ticket as it is."""
    standing: dict[int, list[Arrival]] = {}
    for (chat, _), arrival in town.slack.standing.items():
        if arrival.letter.card is not None and chat == ROOM.chat:
            standing.setdefault(arrival.letter.card.number, []).append(arrival)
    for ticket in town.base.rows(select(tickets)):
        found = standing.get(ticket.number, [])
        late = sum(1 for one in found if one.late)
        if len(found) > 1 + late:
            yield f"{ticket.number}: {len(found)} cards stand"
        if found and not late:
            yield from _current(ticket, found[0])


def _current(ticket: Any, card: Arrival) -> Iterator[str]:
    for choice in card.choices:
        code = codes.read(choice.code)
        if isinstance(code, TicketCode) and (code.state, code.holder) != (
            ticket.state,
            ticket.holder,
        ):
            yield f"{ticket.number} is {ticket.state} of {ticket.holder}, its card says {code}"
            return


def _measured(town: Town, trail: Trail) -> Iterator[str]:
    """Measures are what the trail says; reports are what the measures say."""
    counted: dict[int | None, Counter[str]] = {}
    rated: list[int] = []
    for row in town.base.rows(select(measures).order_by(measures.c.id)):
        counted.setdefault(row.ticket, Counter())[row.kind] += 1
        if row.kind == "rated":
            rated.append(row.facts["rating"])
    for case in trail.cases.values():
        yield from _of_case(case, counted.get(case.number, Counter()))
    yield from _reported(town, trail, rated)


def _of_case(case: Case, counted: Counter[str]) -> Iterator[str]:
    wanted = {
        "opened": 1,
        "answered": case.answers,
        **{k: case.seen[k] for k in ("solved", "closed", "rated", "escalated", "reopened")},
    }
    for kind, times in wanted.items():
        if counted[kind] != times:
            yield f"{case.number}: measured {kind} {counted[kind]} times, the trail {times}"


def _reported(town: Town, trail: Trail, rated: list[int]) -> Iterator[str]:
    until = town.now + timedelta(seconds=1)
    told = town.desk.turns.read(lambda turn: turn.reports.summary(MONDAY, until)).result(30)
    cases = list(trail.cases.values())
    closed = sum(case.state == "closed" for case in cases)
    stars = [case.rating for case in cases if case.rating is not None]
    wanted = {
        "opened": len(cases),
        "closed": closed,
        "still_open": len(cases) - closed,
        "rated": len(stars),
        "deflected": trail.useful,
        "satisfaction": fmean(stars) if stars else None,
    }
    for name, value in wanted.items():
        if getattr(told, name) != value:
            yield f"the report says {name} {getattr(told, name)}, the trail {value}"
    if told.kept + told.late != sum(case.answers for case in cases) - _undated(town):
        yield f"{told.kept} kept and {told.late} late are not all the answers"
    if sorted(stars) != sorted(rated):
        yield f"rated {rated}, the trail {stars}"


def _undated(town: Town) -> int:
    """Answers to which no hour was promised."""
    found = select(func.count()).where(measures.c.kind == "answered", measures.c.kept.is_(None))
    return int(town.base.rows(found)[0][0])
