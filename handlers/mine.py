"""A client's own cases: the list, the state of one, its history, and which one is meant."""

import re
from datetime import datetime, timedelta
from typing import Any

from handlers import held, notices, paper_buttons, promises, silence
from handlers.conversation import summary
from handlers.visit import Visit, talk_button
from kb.reading import Reading
from policy import acts, changes, order
from policy.ticket import Closing, State, Ticket
from store.values import Button

FOCUS = timedelta(minutes=10)
LABEL = 20  # letters of a row's label
NUMBER = re.compile(r"\b[0-9]{1,9}\b")
ROWS = 9  # of a list's ten, one is kept for "something new"
HISTORY = (
    *("opened", "claimed", "asked", "resumed", "answered", "solved", "reopened", "closed"),
    *("evaluated", "stage"),
)


def show_list(visit: Visit) -> None:
    """The open cases, those that wait for the person first; one alone is shown at once."""
    tickets = open_cases(visit)
    if not tickets:
        visit.say("ticket.list_empty", {}, [talk_button("new", "label.new_case")])
        return
    if len(tickets) == 1:
        show(visit, tickets[0])
        return
    rows = [row(visit, "see", ticket) for ticket in tickets[:ROWS]]
    visit.say("ticket.list", {}, rows, listed="label.choose")


def pick(visit: Visit, reading: Reading) -> None:
    """Which case is meant: what was written waits for the answer."""
    rows = [row(visit, "meant", ticket) for ticket in open_cases(visit)[:ROWS]]
    rows.append(talk_button("something_new", "label.something_new"))
    held.keep(visit, reading)
    visit.say("ticket.picker", {}, rows, listed="label.choose")


def open_cases(visit: Visit) -> list[Ticket]:
    """Open cases of this person, "waits for you" first, then the newest."""
    tickets = visit.turn.tickets.of_requester(visit.person.id)
    first = {State.WAITING: 0, State.SOLVED: 1}
    return sorted(tickets, key=lambda t: (first.get(t.state, 2), -t.number))


def show(visit: Visit, ticket: Ticket) -> None:
    """How one case stands today, and what can be done about it."""
    key, facts = _state(visit, ticket)
    told = {"number": ticket.number, "subject": ticket.subject, **facts, **_ahead(visit, ticket)}
    stands = changes.standing(visit.turn.book, ticket, visit.words.language)
    if stands is not None and ticket.is_open:
        visit.above("ticket.change_at", **stands)
    paused = acts.cause(visit.turn.book, ticket) is not None
    ways = paper_buttons.of_wall(visit.turn, ticket, visit.person)
    visit.say(key, told, ways or _ways(ticket, paused=paused), ticket=ticket.number)


def _ahead(visit: Visit, ticket: Ticket) -> dict[str, Any]:
    """The date that was told, and, where no figure is promised, how many go before."""
    book, found = visit.turn.book, dict[str, Any]()
    dates = {name: ticket.details[name] for name in acts.DATES if name in ticket.details}
    if dates:
        name = min(dates, key=lambda one: datetime.fromisoformat(dates[one]))
        found |= {"what": f"dated.{name}", "dated": datetime.fromisoformat(dates[name])}
    if ticket.state is State.NEW and not order.promises(book):
        before = order.before(book, ticket.priority)
        found["ahead"] = visit.turn.tickets.ahead(*before, ticket.number) or None
    return found


def history(visit: Visit, ticket: Ticket) -> None:
    """The case step by step."""
    steps = [row for row in visit.turn.audit.of(ticket.number) if row.what in HISTORY]
    lines = [{"at": row.at, "what": f"history.{row.what}"} for row in steps[-12:]]
    buttons = [talk_button("new", "label.new_case")]
    if ticket.state is State.CLOSED:
        buttons.insert(0, notices.step_button("still_fails", ticket, "label.still_fails"))
    visit.say("ticket.history", {"number": ticket.number, "steps": lines}, buttons)


def focus(visit: Visit, ticket: Ticket) -> None:
    """For a while, what is written goes to this case."""
    visit.save(focus=ticket.number, focus_until=visit.turn.now + FOCUS)


def named(visit: Visit, reading: Reading) -> Ticket | None:
    """The open case of theirs whose number is in the text (1.9)."""
    told = {int(digits) for digits in NUMBER.findall(reading.text)}
    return next((t for t in open_cases(visit) if t.number in told), None)


def glance(visit: Visit, ticket: Ticket) -> None:
    """A colleague's case: number, subject and state, and nothing that was said in it (U25)."""
    facts = {"number": ticket.number, "subject": ticket.subject, "state": str(ticket.state)}
    choices = [talk_button("new", "label.new_case"), talk_button("list", "label.my_cases")]
    visit.say("ticket.glance", facts, choices)


def focused(visit: Visit) -> Ticket | None:
    """The case talked about within the last minutes."""
    here = visit.here
    if here.focus is None or here.focus_until is None or here.focus_until <= visit.turn.now:
        return None
    ticket = visit.turn.tickets.find(here.focus)
    own = ticket is not None and ticket.requester == visit.person.id
    return ticket if ticket and own and ticket.is_open else None


def follow(visit: Visit, ticket: Ticket) -> None:
    """For a while, what is written goes to this colleague's case, which they joined."""
    visit.save(focus=ticket.number, focus_until=visit.turn.now + FOCUS)


def followed(visit: Visit) -> Ticket | None:
    """The colleague's case that was joined within the last minutes."""
    here = visit.here
    if here.focus is None or here.focus_until is None or here.focus_until <= visit.turn.now:
        return None
    ticket = visit.turn.tickets.find(here.focus)
    if ticket is None or not ticket.is_open or ticket.requester == visit.person.id:
        return None
    watching = (person for person, _ in visit.turn.tickets.watchers(ticket.number))
    return ticket if visit.person.id in watching else None


def row(visit: Visit, verb: str, ticket: Ticket) -> Button:
    """A case as a row of a list."""
    key, facts = _row_words(visit, ticket)
    return Button(
        code=notices.step_button(verb, ticket, "").code,
        text=summary.shortened(f"{ticket.number} · {ticket.subject}", LABEL),
        description=key,
        facts=facts,
    )


def _row_words(visit: Visit, ticket: Ticket) -> tuple[str, dict[str, Any]]:
    due = ticket.promise.due if ticket.answered_at is None else None
    match ticket.state:
        case State.WAITING:
            return "ticket.row.waits_you", {}
        case State.SOLVED:
            return "ticket.row.solved", {}
        case State.TAKEN:
            return "ticket.row.taken", {"holder": _holder(visit, ticket), "due": due}
        case State.CLOSED:
            return "ticket.row.closed", {"at": ticket.closed_at}
        case _:
            return "ticket.row.new", {"due": due}


def _state(visit: Visit, ticket: Ticket) -> tuple[str, dict[str, Any]]:
    holder = _holder(visit, ticket)
    running = ticket.answered_at is None and not promises.is_resting(ticket)
    due = ticket.promise.due if running else None
    match ticket.state:
        case State.WAITING if ticket.wall is not None:
            facts = {"since": ticket.since, "clause": ticket.wall.clause}
            return "ticket.state.approval", {**facts, "need": f"need.{ticket.wall.missing[0]}"}
        case State.WAITING if (cause := acts.cause(visit.turn.book, ticket)) is not None:
            name = cause.name[visit.words.language]
            return "ticket.state.paused", {"since": ticket.since, "cause": name}
        case State.WAITING:
            return "ticket.state.waiting", {"holder": holder, "since": ticket.since}
        case State.SOLVED:
            closing = silence.closing_timer(visit.turn, ticket)
            close = closing.due_at if closing else None
            return "ticket.state.solved", {"solution": ticket.solution, "close": close}
        case State.CLOSED:
            reason = f"ticket.reason.{ticket.closing or Closing.AGREED}"
            return "ticket.state.closed", {"at": ticket.closed_at, "reason": reason}
        case State.TAKEN if ticket.answered_at:
            return "ticket.state.answered", {"holder": holder, "answered": ticket.answered_at}
        case State.TAKEN:
            return "ticket.state.taken", {"holder": holder, "since": ticket.since, "due": due}
        case _:
            return "ticket.state.new", {"due": due}


def _ways(ticket: Ticket, *, paused: bool = False) -> list[Button]:
    match ticket.state:
        case State.SOLVED:
            return silence.prompt_buttons(ticket)
        case State.CLOSED:
            return [
                notices.step_button("still_fails", ticket, "label.still_fails"),
                notices.step_button("history", ticket, "label.see_history"),
            ]
        case State.WAITING:
            own = "cause_over" if paused else "not_now"
            return [
                notices.step_button(own, ticket, f"label.{own}"),
                notices.step_button("withdraw", ticket, "label.withdraw"),
            ]
        case _:
            return [
                notices.step_button("worse", ticket, "label.worse"),
                notices.step_button("history", ticket, "label.see_history"),
                notices.step_button("withdraw", ticket, "label.withdraw"),
            ]


def _holder(visit: Visit, ticket: Ticket) -> str:
    return visit.turn.people.get(ticket.holder).first_name if ticket.holder else ""
