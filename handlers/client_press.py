"""Buttons of a client: answers, moves, steps of a case; an old one meets today's state (U11)."""

from collections.abc import Callable
from datetime import datetime

from handlers import (
    ask_client,
    case_words,
    change,
    change_case,
    client_approval,
    client_pause,
    client_words,
    critical,
    enrol,
    follow_up,
    held,
    mine,
    notices,
    papers,
    priority_change,
    promises,
    proposals,
    rate,
    silence,
)
from handlers.casework import the_ticket
from handlers.codes import AnswerCode, TalkCode, TicketCode, read
from handlers.conversation import intake
from handlers.inbound import Done, Pressed, Receipt, Toast
from handlers.visit import Visit
from policy.ticket import State, Ticket

CONSENTS = ("c:accept", "c:see_policy", "c:decline")
NEEDS = {  # what the case must be for the press to still mean something
    **dict.fromkeys(("yes", "no", "not_tried"), (State.SOLVED,)),
    **dict.fromkeys(("not_now", "dont_understand", "in_one_hour", "tomorrow_8"), (State.WAITING,)),
    "cause_over": (State.WAITING,),
    **dict.fromkeys(("rate", "still_fails", "reschedule"), (State.CLOSED,)),
}
ACTIONS = {"yes": "confirm", "no": "reopen", "not_tried": "confirm", "rate": "rate"}


def pressed(visit: Visit, press: Pressed) -> Receipt:
    """One press. What it chose is drawn over the buttons it was chosen from."""
    if press.code not in CONSENTS and enrol.must_consent(visit):
        enrol.ask_consent(visit, None)
        return Done()
    match read(press.code):
        case AnswerCode(conversation, question, value) if conversation == visit.here.id:
            label = intake.press(visit, question, value)
            return Done(chosen=label) if label else _old_answer(visit)
        case TalkCode() as code:
            key = client_words.move(visit, code)
            return _chosen(visit, key) if key else _old_answer(visit)
        case TicketCode() as code:
            return _step(visit, code)
        case _:
            return _old_answer(visit)


def _step(visit: Visit, code: TicketCode) -> Receipt:
    ticket = the_ticket(visit.turn, code.number, ACTIONS.get(code.verb, "read"))
    needed = NEEDS.get(code.verb)
    if needed is not None and ticket.state not in needed:
        visit.above("ticket.stale_button")
        mine.show(visit, ticket)
        return Toast(key="toast.old_button")
    deed = _deed(code.verb)
    if deed is None:
        return _old_answer(visit)
    deed(visit, ticket)
    return _chosen(visit, f"label.{_label(code.verb)}")


def _deed(verb: str) -> Callable[[Visit, Ticket], object] | None:
    if verb.startswith("stars") and verb[5:] in ("1", "2", "3", "4", "5"):
        return lambda visit, ticket: rate.rate(visit.turn, ticket, int(verb[5:]))
    if verb.startswith("why_") and verb[4:] in rate.REASONS:
        return lambda visit, ticket: rate.why(visit.turn, ticket, verb[4:])
    if verb.startswith(proposals.VERBS):
        return lambda visit, ticket: proposals.answered(visit, ticket, verb)
    if verb.startswith(change_case.VERB):
        return lambda visit, ticket: change_case.move(visit, ticket, verb)
    if verb.startswith("deal_"):
        return lambda visit, ticket: client_approval.pressed(visit, ticket, verb)
    if verb.startswith("paper_"):
        return lambda visit, ticket: papers.pressed(visit.turn, ticket, verb)
    if verb.startswith("critical_"):
        return lambda visit, ticket: _critical(visit, ticket, verb)
    if verb.startswith("worse_"):
        answer = {"several": "scope_several", "all": "scope_all", "stopped": "stopped"}
        chosen = answer.get(verb[6:])
        if chosen is None:
            return None
        return lambda visit, ticket: _worse(visit, ticket, chosen)
    return STEPS.get(verb)


def _worse(visit: Visit, ticket: Ticket, answer: str) -> None:
    if not ticket.is_open:
        mine.show(visit, ticket)
        return
    priority_change.worse(visit.turn, ticket, answer)


def _critical(visit: Visit, ticket: Ticket, verb: str) -> None:
    if not ticket.is_open or not critical.answered(visit.turn, ticket, verb):
        mine.show(visit, ticket)


def _ask_critical(visit: Visit, ticket: Ticket) -> None:
    if not ticket.is_open:
        mine.show(visit, ticket)
        return
    critical.ask(visit.turn, ticket)


def _cause_over(visit: Visit, ticket: Ticket) -> None:
    if not client_pause.over(visit.turn, ticket):
        mine.show(visit, ticket)


def _ask_worse(visit: Visit, ticket: Ticket) -> None:
    if not ticket.is_open:
        mine.show(visit, ticket)
        return
    priority_change.ask_worse(visit.turn, ticket)


def _meant(visit: Visit, ticket: Ticket) -> None:
    """The case picked from the list: the held message is delivered, not asked for again."""
    reading = held.take(visit)
    files = [int(f) for f in visit.here.memory.get("files", ())]
    mine.focus(visit, ticket)
    visit.remember(files=None)
    if (reading or files) and ticket.is_open:
        visit.turn.files.attach(files, ticket.number)
        text = reading.card_text if reading else ""
        facts = {"author": visit.person.name, "channel": visit.here.channel, "text": text}
        notices.to_thread(
            visit.turn, ticket, "thread.client_wrote", facts, kind="relay", files=files
        )
        _recorded(visit, ticket, reading.stored if reading else "")
        visit.turn.audit.add(ticket.number, "client_wrote", {"files": len(files)})
        if ticket.state is State.WAITING and ticket.wall is None:
            ask_client.go_on(visit.turn, ticket)
    change_case.say_chosen(visit, ticket)


def _recorded(visit: Visit, ticket: Ticket, text: str) -> None:
    """Words that waited for a choice belong to its case from now on."""
    here = visit.here
    visit.turn.messages.record(
        ticket=ticket.number,
        channel=here.channel,
        account=here.account,
        chat=here.chat,
        person=visit.person.id,
        kind="relay",
        text=text,
    )


def _same_as_before(visit: Visit, ticket: Ticket) -> None:
    notices.to_thread(visit.turn, ticket, "thread.same_as_before")
    visit.say("ticket.reopened_noted", {"due": _owed(ticket)}, ticket=ticket.number, stays=True)


def _withdraw(visit: Visit, ticket: Ticket) -> None:
    if not ticket.is_open:
        mine.show(visit, ticket)
        return
    silence.withdraw(visit.turn, ticket)


def _keep_open(visit: Visit, ticket: Ticket) -> None:
    facts = {"number": ticket.number, "due": _owed(ticket)}
    visit.say("ticket.kept_open", facts, ticket=ticket.number, stays=True)


def _owed(ticket: Ticket) -> datetime | None:
    """The hour promised, while an answer is owed by it."""
    running = ticket.answered_at is None and not promises.is_resting(ticket)
    return ticket.promise.due if running else None


def _different(visit: Visit, ticket: Ticket) -> None:
    mine.focus(visit, ticket)
    visit.say("ticket.reopened_tell", {"number": ticket.number}, ticket=ticket.number, stays=True)


def _chosen(visit: Visit, key: str) -> Receipt:
    words = visit.words
    return Done(chosen=words.line(key) if words.has(key) else None)


def _label(verb: str) -> str:
    """The name of the label that the button had."""
    for start, label in STARTS.items():
        if verb.startswith(start):
            return label
    return LABELS.get(verb, verb)


def _old_answer(visit: Visit) -> Receipt:
    """A button of a question that is no longer open: today's question, once more."""
    if visit.here.form is not None:
        intake.again(visit)
    return Toast(key="toast.old_button")


STEPS: dict[str, Callable[[Visit, Ticket], object]] = {
    "yes": lambda visit, ticket: silence.yes(visit.turn, ticket),
    "no": lambda visit, ticket: silence.no(visit.turn, ticket),
    "not_tried": lambda visit, ticket: silence.not_tried(visit.turn, ticket),
    "rate": lambda visit, ticket: rate.ask(visit.turn, ticket),
    "write_me": lambda visit, ticket: rate.write_me(visit.turn, ticket, True),
    "no_need": lambda visit, ticket: rate.write_me(visit.turn, ticket, False),
    "still_fails": follow_up.same,
    "history": mine.history,
    "see": mine.show,
    "meant": _meant,
    "worse": _ask_worse,
    "critical": _ask_critical,
    "cause_over": _cause_over,
    "fine": _keep_open,
    "reschedule": follow_up.same,
    "withdraw": lambda visit, ticket: case_words.ask_withdraw(visit, ticket.number),
    "withdraw_yes": _withdraw,
    "keep_open": _keep_open,
    "not_now": lambda visit, ticket: ask_client.not_now(visit.turn, ticket),
    "in_one_hour": lambda visit, ticket: ask_client.ask_later(visit.turn, ticket, False),
    "tomorrow_8": lambda visit, ticket: ask_client.ask_later(visit.turn, ticket, True),
    "dont_understand": lambda visit, ticket: ask_client.dont_understand(visit.turn, ticket),
    "change_again": change.again,
    "change_case": change_case.ask,
    "same_as_before": _same_as_before,
    "different": _different,
}

STARTS = {
    "move_": "see_case",
    "paper_ok_": "understood",
    "paper_talk_": "person",
    "paper_yes_": "approve",
    "paper_no_": "approve_not",
    "deal_ask_": "approve",
    "deal_no_": "approve_not",
    "deal_yes_": "confirm_deal",
    "deal_back_": "back",
    "deal_tell_": "tell_admin",
}
LABELS = {  # verbs whose label has another name
    "yes": "yes_solved",
    "no": "no_fails",
    "see": "see_case",
    "meant": "see_case",
    "history": "see_history",
    "different": "something_different",
    "critical": "is_critical",
    "fine": "all_good",
    "worse_several": "scope_several",
    "worse_all": "scope_all",
    "worse_stopped": "stopped",
    **{f"stars{n}": f"rating_{n}" for n in range(1, 6)},
}
