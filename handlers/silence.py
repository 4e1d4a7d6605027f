"""The client's word on a solution, and what silence means (S1-31, S1-32, D20).

Both hours run from the moment the solution notice was sent. The closing timer carries what has
happened since: whether the reminder arrived, whether "not tried yet" was said once. A desk that
was away for one of the two hours leaves the time between them whole: silence presumes that the
question was heard, and that there was time to answer it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from handlers import codes, notices, promises
from handlers.casework import keep, keep_quietly, to_joined
from handlers.lateness import Cue
from handlers.wording.readers import zone_at
from policy.closing import presumed
from policy.errors import Refusal
from policy.ticket import Closing, State, Step, Ticket
from store.turn import Turn
from store.values import Button, Copy, SilentCase, Timer, Urgency

REMIND = "silence.remind"
CLOSE = "silence.close"


def prompt_buttons(ticket: Ticket) -> list[Button]:
    """The three answers to a solution."""
    return [
        notices.step_button("yes", ticket, "label.yes_solved", "primary"),
        notices.step_button("no", ticket, "label.no_fails"),
        notices.step_button("not_tried", ticket, "label.not_tried"),
    ]


def start(turn: Turn, ticket: Ticket, sent_at: datetime, *, postponed: bool = False) -> None:
    """Both clocks, from the moment the notice was sent."""
    about = str(ticket.number)
    turn.timers.set(REMIND, about, sent_at + ticket.waits.remind_after)
    facts = {"postponed": postponed, "reminded": None, "from": sent_at}
    turn.timers.set(CLOSE, about, sent_at + ticket.waits.close_after, facts=facts)


def stop(turn: Turn, ticket: Ticket) -> None:
    """Nothing is presumed any more."""
    turn.timers.cancel(str(ticket.number), REMIND)
    turn.timers.cancel(str(ticket.number), CLOSE)


def closing_timer(turn: Turn, ticket: Ticket) -> Timer | None:
    """The closing clock, while it runs."""
    return next((t for t in turn.timers.of(str(ticket.number)) if t.kind == CLOSE), None)


def remind(turn: Turn, ticket: Ticket, timer: Timer) -> None:
    """One reminder. When the hour for it has passed in an outage, the closing moves along."""
    closing = closing_timer(turn, ticket) if ticket.state is State.SOLVED else None
    if closing is None:
        return
    cue = Cue(timer.due_at)
    closes = _closing_moved(turn, ticket, closing) if cue.is_late(turn.now) else closing.due_at
    _ask(turn, ticket, cue, closes)
    turn.audit.add(ticket.number, "reminded", {})
    turn.tell("story.reminded", {"number": ticket.number, "clause": ticket.waits.clause})


def _ask(turn: Turn, ticket: Ticket, cue: Cue, closes: datetime) -> None:
    """The reminder; it is dropped when it could only leave with half of its time gone."""
    notices.to_client(
        turn,
        ticket,
        "ticket.reminder",
        {"subject": ticket.subject, "close": closes},
        prompt_buttons(ticket),
        on_sent="reminder",
        cue=cue._replace(until=turn.now + (closes - turn.now) / 2),
    )


def _closing_moved(turn: Turn, ticket: Ticket, closing: Timer, **facts: Any) -> datetime:
    """The closing hour as far from now as it stands from the reminder, never earlier than told."""
    waits = ticket.waits
    closes = max(closing.due_at, turn.now + (waits.close_after - waits.remind_after))
    turn.timers.set(CLOSE, closing.about, closes, facts={**closing.facts, **facts})
    return closes


def reminded(turn: Turn, ticket: Ticket, at: datetime) -> None:
    """The reminder left the house: the closing clock may count on it."""
    closing = closing_timer(turn, ticket)
    if closing is not None:
        facts = {**closing.facts, "reminded": at}
        turn.timers.set(CLOSE, closing.about, closing.due_at, facts=facts)


def lapse(turn: Turn, timers: Sequence[Timer]) -> None:
    """72 h without a word: closed as approved, if the question was heard; else a person decides.

    All that are due together, in few statements: each by the same decision, alone or in a crowd.
    """
    clocks = {int(timer.about): timer for timer in timers}
    closed: list[SilentCase] = []
    for case in turn.silent.solved(list(clocks)):
        timer = clocks[case.number]
        heard = timer.facts.get("reminded") is not None and not case.undelivered
        if presumed(case.waits, heard=heard):
            closed.append(case)
        elif (ticket := turn.tickets.lock(case.number)) is not None:
            _unheard(turn, ticket, timer)
    turn.tickets.let_go(case.number for case in closed)
    turn.silent.close(closed)
    _keep_lapsed(turn, closed, clocks)
    _tell_clients(turn, closed, clocks)
    for number in turn.tickets.watched([case.number for case in closed]):
        if (ticket := turn.tickets.find(number)) is not None:
            to_joined(turn, ticket)
    _tell_engineers(turn, closed, clocks)


def _keep_lapsed(turn: Turn, cases: Sequence[SilentCase], clocks: Mapping[int, Timer]) -> None:
    """The trail, the figures and the strip of cases that silence closed."""
    why = Closing.SILENCE.value
    turn.audit.add_all(
        [(case.number, "closed", {"why": why, **_reminded(clocks[case.number])}) for case in cases]
    )
    spans = [(c.number, int((turn.now - c.opened_at).total_seconds()), c.holder) for c in cases]
    turn.measures.add_all("closed", spans, {"why": why})
    turn.story.add_all(
        "story.closed_silence",
        [{"number": case.number, "clause": case.waits.clause} for case in cases],
    )


def _tell_clients(turn: Turn, cases: Sequence[SilentCase], clocks: Mapping[int, Timer]) -> None:
    """What was presumed, by which clause, and the ways on."""

    @cache
    def is_night(zone: str, country: str) -> bool:
        return notices.is_night_at(turn.now, zone_at(turn, zone, country))

    copies: list[Copy] = []
    for case in cases:
        view = (case.number, State.CLOSED.value, case.holder)
        facts = {"at": turn.now, "wait": case.waits.close_after, "clause": case.waits.clause}
        choices = (
            Button(codes.on_view("still_fails", *view), "label.still_fails"),
            Button(codes.on_view("history", *view), "label.see_history"),
        )
        night = is_night(case.zone, case.country)
        cue = Cue(clocks[case.number].due_at)
        copies.append(
            notices.copy_of(turn, case.client, case.number, facts, cue, choices, silent=night)
        )
    turn.say_alike("ticket.closed_silence", copies, urgency=Urgency.TIMER)


def _tell_engineers(turn: Turn, cases: Sequence[SilentCase], clocks: Mapping[int, Timer]) -> None:
    """The card as it stands now, and a line under it."""
    places = notices.thread_places(turn, [case.number for case in cases])
    notices.draw_cards_of(turn, places)
    copies = [
        notices.copy_of(turn, place, number, _reminded(clocks[number]), Cue(clocks[number].due_at))
        for number, place in places.items()
    ]
    turn.say_alike("thread.closed_silence", copies, urgency=Urgency.TIMER)


def _reminded(timer: Timer) -> dict[str, Any]:
    return {"reminded": timer.facts.get("reminded")}


def undelivered(turn: Turn, ticket: Ticket, code: str) -> None:
    """The notice or the reminder did not arrive: silence closes nothing, the engineer is told."""
    if ticket.state is not State.SOLVED or ticket.undelivered:
        return
    stop(turn, ticket)
    saved = keep_quietly(turn, replace(ticket, undelivered=True), "undelivered", code=code)
    notices.to_thread(turn, saved, "thread.undelivered", {"code": code})
    notices.to_holder(turn, saved, "staff.undelivered", {"subject": saved.subject})
    turn.tell("story.undelivered", {"number": saved.number})


def yes(turn: Turn, ticket: Ticket) -> Ticket:
    """Confirmed: closed, and asked once how it went."""
    closed = replace(
        ticket.take(Step.CONFIRM, at=turn.now), closed_at=turn.now, closing=Closing.CONFIRMED
    )
    saved = keep(turn, closed, "closed", why="confirmed")
    stop(turn, saved)
    count_closing(turn, saved)
    name = turn.people.get(ticket.requester).first_name
    rate = notices.step_button("rate", saved, "label.rate", "primary")
    notices.to_client(turn, saved, "ticket.closed_confirmed", {"name": name}, [rate])
    notices.to_thread(turn, saved, "thread.closed_confirmed", {"client": name})
    turn.tell("story.closed_confirmed", {"number": saved.number, "name": name})
    return saved


def no(turn: Turn, ticket: Ticket, said: str = "") -> Ticket:
    """Not solved: the cycle starts again with a new promise of the same length (D21).

    From the second "no" on, the next level reviews it too.
    """
    again = promises.renewed(turn, ticket.take(Step.REOPEN, at=turn.now))
    second = ticket.round >= 2
    level = min(ticket.level + 1, len(turn.book.ladder)) if second else ticket.level
    reopened = replace(
        again, round=ticket.round + 1, level=level, undelivered=False, notice_sent_at=None
    )
    saved = keep(turn, reopened, "reopened", said=said, round=reopened.round, level=level)
    stop(turn, saved)
    promises.arm(turn, saved)
    turn.measures.add("reopened", saved.number, facts={"round": saved.round})
    _tell_reopened(turn, saved, second)
    client = turn.people.get(ticket.requester).first_name
    notices.to_thread(turn, saved, "thread.reopened", {"client": client, "said": said})
    turn.tell("story.reopened", {"number": saved.number, "due": saved.promise.due})
    return saved


def not_tried(turn: Turn, ticket: Ticket) -> None:
    """*Aún no lo pruebo* is an answer: the silence clock starts again from it, once."""
    closing = closing_timer(turn, ticket)
    if closing is not None and closing.facts.get("postponed"):
        facts = {"at": closing.due_at, "close": closing.due_at}
        notices.to_client(turn, ticket, "ticket.not_tried_again", facts)
        return
    start(turn, ticket, turn.now, postponed=True)
    facts = {
        "at": turn.now + ticket.waits.remind_after,
        "close": turn.now + ticket.waits.close_after,
    }
    notices.to_client(turn, ticket, "ticket.not_tried_set", facts)
    notices.to_thread(turn, ticket, "thread.not_tried", facts)
    turn.audit.add(ticket.number, "not_tried", {})
    turn.tell("story.not_tried", {"number": ticket.number, "close": facts["close"]})


def thanked(turn: Turn, ticket: Ticket) -> None:
    """A thanks or a thumb is not a yes: the silence clock stops, and the question is asked once."""
    running = closing_timer(turn, ticket)
    stop(turn, ticket)
    if running is None:
        return
    buttons = prompt_buttons(ticket)[:2]
    notices.to_client(turn, ticket, "ticket.confirm_ask", {}, buttons)
    notices.to_thread(turn, ticket, "thread.thanked")
    turn.audit.add(ticket.number, "thanked", {})


def agree(turn: Turn, ticket: Ticket, reason: str, holder: str) -> Ticket:
    """Closed by agreement with the client, with what was agreed (S1-33)."""
    if not reason.strip():
        raise Refusal("reason_needed", number=ticket.number)
    closed = replace(
        ticket.take(Step.AGREE, at=turn.now), closed_at=turn.now, closing=Closing.AGREED
    )
    saved = keep(turn, closed, "closed", why="agreed", reason=reason.strip())
    stop(turn, saved)
    promises.disarm(turn, saved)
    count_closing(turn, saved)
    buttons = [
        notices.step_button("still_fails", saved, "label.still_fails"),
        notices.step_button("history", saved, "label.see_history"),
    ]
    facts = {"holder": holder, "reason": reason.strip()}
    notices.to_client(turn, saved, "ticket.closed_agreed", facts, buttons)
    turn.tell("story.closed_agreed", {"number": saved.number, "name": holder})
    return saved


def withdraw(turn: Turn, ticket: Ticket) -> Ticket:
    """The client does not need it any more."""
    closed = replace(
        ticket.take(Step.WITHDRAW, at=turn.now), closed_at=turn.now, closing=Closing.WITHDRAWN
    )
    saved = keep(turn, closed, "closed", why="withdrawn")
    stop(turn, saved)
    promises.disarm(turn, saved)
    count_closing(turn, saved)
    name = turn.people.get(ticket.requester).first_name
    notices.to_client(turn, saved, "ticket.closed_withdrawn", {"subject": saved.subject})
    notices.to_thread(turn, saved, "thread.closed_withdrawn", {"client": name})
    turn.tell("story.closed_withdrawn", {"number": saved.number, "name": name})
    return saved


def _unheard(turn: Turn, ticket: Ticket, timer: Timer) -> None:
    """The reminder never left, since desk or platform were away: once more, with time to answer.

    The second time it is a person's to decide.
    """
    if ticket.undelivered or timer.facts.get("asked_again"):
        _not_heard(turn, ticket)
        return
    turn.timers.cancel(timer.about, REMIND)
    closes = _closing_moved(turn, ticket, timer, asked_again=True)
    _ask(turn, ticket, Cue(timer.due_at), closes)
    turn.audit.add(ticket.number, "reminded", {"again": True})
    turn.tell("story.reminded", {"number": ticket.number, "clause": ticket.waits.clause})


def _not_heard(turn: Turn, ticket: Ticket) -> None:
    saved = keep_quietly(turn, replace(ticket, undelivered=True), "not_heard")
    notices.to_thread(turn, saved, "thread.not_heard")
    notices.to_holder(turn, saved, "staff.undelivered", {"subject": saved.subject})
    turn.tell("story.undelivered", {"number": saved.number})


def _tell_reopened(turn: Turn, ticket: Ticket, second: bool) -> None:
    facts = {
        "holder": turn.people.get(ticket.holder).first_name if ticket.holder else "",
        "priority": ticket.priority,
        "due": ticket.promise.due,
        "level": ticket.level,
    }
    key = "ticket.reopened_again" if second else "ticket.reopened"
    buttons = [
        notices.step_button("same_as_before", ticket, "label.same_as_before"),
        notices.step_button("different", ticket, "label.something_different"),
    ]
    notices.to_client(turn, ticket, key, facts, buttons)


def count_closing(turn: Turn, ticket: Ticket) -> None:
    """The measure of a closing: elapsed time from the opening, and why."""
    spent: timedelta = turn.now - ticket.opened_at
    turn.measures.add(
        "closed",
        ticket.number,
        seconds=int(spent.total_seconds()),
        person=ticket.holder,
        facts={"why": str(ticket.closing)},
    )
