"""Engineers and supervisors in Slack: cards, threads, forms, commands."""

from collections.abc import Callable, Mapping

from handlers import (
    access,
    approvals,
    ask_client,
    change,
    checklist,
    claim,
    client_pause,
    dating,
    decisions,
    drafts,
    effort,
    ending,
    escalate,
    lesson_review,
    network,
    notices,
    papers,
    payments,
    policy_news,
    priority_change,
    relay,
    report,
    resolve,
    topic_change,
)
from handlers.casework import me, the_ticket
from handlers.codes import TalkCode, TicketCode, read
from handlers.inbound import (
    Commanded,
    Done,
    Faults,
    HomeOpened,
    Pressed,
    Receipt,
    Said,
    ShowForm,
    Submitted,
    Toast,
)
from policy.ticket import State
from store.turn import Turn
from store.values import Destination


def pressed(turn: Turn, press: Pressed) -> Receipt:
    """A button of a card, of a whisper, or of a report."""
    match read(press.code):
        case TicketCode() as code:
            deed = CARD.get(code.verb)
            return deed(turn, code) if deed else Toast(key="toast.old_button")
        case TalkCode(verb, argument) if verb in ("held_send", "held_note", "held_drop"):
            return relay.held(turn, verb, int(argument) if argument.isdecimal() else 0)
        case TalkCode(verb, argument) if verb in lesson_review.VERBS:
            return lesson_review.pressed(turn, press, verb, argument)
        case TalkCode("report", argument):
            return report.ask(turn, argument.replace("+", " "), me(turn))
        case TalkCode(verb, argument) if verb in decisions.VERBS:
            return decisions.pressed(turn, verb, argument)
        case TalkCode("reactivate", argument) if argument.isdecimal():
            return payments.restore(turn, int(argument))
        case TalkCode(verb, argument) if verb in ("announce", "say_nothing"):
            return policy_news.decide(turn, verb, argument)
        case TalkCode("link", argument):
            return access.show_link(turn, argument)
        case TalkCode("deny", argument):
            return access.deny(turn, argument)
        case _:
            return Toast(key="toast.old_button")


def submitted(turn: Turn, form: Submitted) -> Receipt:
    """A form: its faults come back with it, else the step is done."""
    if form.form == "link":
        return access.link(turn, form)
    if form.form == lesson_review.FORM:
        return lesson_review.submitted(turn, form)
    if form.form in decisions.WITH_REASON:
        return decisions.submitted(turn, form)
    number = form.meta.get("ticket")
    deed = FORMS.get(form.form)
    if deed is None or not isinstance(number, int):
        return Toast(key="toast.old_button")
    ticket = the_ticket(turn, number, "read")
    if ticket.holder != form.meta.get("holder") and form.form not in FREE:
        notices.draw_card(turn, ticket)
        first = next(iter(form.answers), "")
        return Faults(faults={first: "form.fault.taken_since"})
    return deed(turn, number, form.answers)


def commanded(turn: Turn, command: Commanded) -> Receipt:
    """/report, /reporte, /ticket, and /radica for everything under one name."""
    name, args = command.name, command.args.strip()
    if name == "radica":
        name, _, args = args.partition(" ")
    if name in ("report", "reporte"):
        return report.ask(turn, args, me(turn))
    if name in ("ticket", "tickets", "caso", "casos"):
        return _ticket(turn, args)
    if name == "kb":
        return lesson_review.commanded(turn, args)
    if name in ("reactivar", "reactivate"):
        return payments.restore_named(turn, args)
    return Toast(key="staff.help")


def said(turn: Turn, message: Said) -> Receipt:
    """A message in the channel: only those in a ticket's thread mean something to the desk."""
    address = message.address
    if message.edit_of or message.deletes:
        ref = message.edit_of or message.deletes or ""
        link = turn.messages.by_ref(address.channel, address.account, address.chat, ref)
        if link is not None:
            relay.staff_changed(turn, link, message)
        return Done()
    if address.private:
        return _in_private(turn, message)
    if address.thread is None:
        return Done()
    number = turn.messages.by_thread(address.channel, address.account, address.chat, address.thread)
    return relay.from_staff(turn, number, message) if number is not None else Done()


def home(turn: Turn, opened: HomeOpened) -> Receipt:
    """The Home tab, drawn afresh when it is looked at."""
    address = opened.address
    place = Destination(
        channel=address.channel, account=address.account, chat=address.user, person=me(turn).id
    )
    turn.say(place, "home", {}, kind="home", replaces=f"home:{address.user}")
    return Done()


def _in_private(turn: Turn, message: Said) -> Receipt:
    """Words to the bot in a direct message: a report by its name, else what it can do."""
    words = message.text.strip().lower().lstrip("/").split(maxsplit=1)
    if words and words[0] in ("report", "reporte"):
        return report.ask(turn, words[1] if len(words) > 1 else "", me(turn))
    notices.to_staff(turn, me(turn), "staff.help")
    return Done()


def _ticket(turn: Turn, args: str) -> Receipt:
    person = me(turn)
    digits = args.rsplit(maxsplit=1)[-1] if args else ""
    if digits.isdecimal():
        ticket = the_ticket(turn, int(digits[:9]), "read")
        holder = turn.people.get(ticket.holder).first_name if ticket.holder else ""
        facts = {
            "number": ticket.number,
            "subject": ticket.subject,
            "state": str(ticket.state),
            "holder": holder,
            "due": ticket.promise.due if ticket.answered_at is None else None,
        }
        return Toast(key="staff.ticket", facts=facts)
    held = turn.tickets.held_by(person.id)
    lines = [{"number": t.number, "subject": t.subject, "state": str(t.state)} for t in held]
    notices.to_staff(turn, person, "staff.mine", {"tickets": lines}, kind="tickets")
    return Toast(key="staff.mine_sent", facts={"count": len(held)})


def _note_form(turn: Turn, code: TicketCode) -> Receipt:
    ticket = the_ticket(turn, code.number, "note")
    return ShowForm(form="note", meta=claim.view_of(ticket))


def _remind(turn: Turn, code: TicketCode) -> Receipt:
    ticket = the_ticket(turn, code.number, "ask")
    if ticket.state is State.SOLVED:
        return resolve.ask_again(turn, code)
    return ask_client.remind_now(turn, code)


def _called(turn: Turn, code: TicketCode) -> Receipt:
    """*Llamé*: the engineer reached the client by other means; recorded."""
    ticket = the_ticket(turn, code.number, "note")
    turn.audit.add(ticket.number, "called", {})
    notices.to_thread(turn, ticket, "thread.called", {"name": me(turn).first_name})
    return Done()


def _history(turn: Turn, code: TicketCode) -> Receipt:
    ticket = the_ticket(turn, code.number, "read")
    steps = [{"at": r.at, "what": r.what} for r in turn.audit.of(ticket.number)[-20:]]
    notices.to_staff(
        turn, me(turn), "staff.history", {"number": ticket.number, "steps": steps}, kind="history"
    )
    return Toast(key="staff.history_sent", facts={"number": ticket.number})


def _escalate(turn: Turn, number: int, answers: Mapping[str, str]) -> Receipt:
    tell = answers.get("tell", "") not in ("", "no", "false")
    return escalate.escalate(turn, number, answers.get("level", ""), answers.get("need", ""), tell)


def _assign(turn: Turn, number: int, answers: Mapping[str, str]) -> Receipt:
    to = answers.get("person", "")
    if not to.isdecimal():
        return Faults(faults={"person": "form.fault.choose"})
    return claim.assign(turn, number, int(to))


def _note(turn: Turn, number: int, answers: Mapping[str, str]) -> Receipt:
    if not answers.get("text", "").strip():
        return Faults(faults={"text": "form.fault.empty"})
    return relay.write_note(turn, number, answers["text"])


FREE = ("note", "checks", "draft")  # forms that whoever holds the case has no more say in

CARD: dict[str, Callable[[Turn, TicketCode], Receipt]] = {
    "claim": claim.claim,
    "release": claim.release,
    "assign": claim.show_assign,
    "ask": ask_client.show,
    "go_on": ask_client.resume,
    "remind": _remind,
    "solve": resolve.show,
    "agree": resolve.show_agree,
    "reopen": resolve.reopen,
    "escalate": escalate.show,
    "priority": priority_change.show,
    "note": _note_form,
    "called": _called,
    "history": _history,
    "pause": client_pause.show,
    "date": dating.show,
    "quick": effort.quick,
    "end": ending.show,
    "charge": papers.show,
    "notice": papers.show,
    "approval": papers.show,
    "record": approvals.show,
    "network": network.show,
    "hours": approvals.show_hours,
    "checks": checklist.show,
    "topic": topic_change.show,
    "draft": drafts.show,
    "evaluate": change.show,
    "stage": change.show,
}

FORMS: dict[str, Callable[[Turn, int, Mapping[str, str]], Receipt]] = {
    "resolve": lambda turn, n, a: resolve.resolve(
        turn, n, a.get("solution", ""), a.get("misuse", ""), a.get("topic", "")
    ),
    "topic": lambda turn, n, a: topic_change.change(turn, n, a.get("topic", "")),
    "draft": drafts.save,
    "agree": lambda turn, n, a: resolve.agree(turn, n, a.get("reason", "")),
    "ask_client": lambda turn, n, a: ask_client.ask(turn, n, a.get("question", "")),
    "escalate": _escalate,
    "assign": _assign,
    "pause": lambda turn, n, a: client_pause.pause(turn, n, a.get("cause", ""), a.get("note", "")),
    "date": lambda turn, n, a: dating.give(
        turn, n, a.get("kind", ""), a.get("when", ""), a.get("reason", "")
    ),
    "end": lambda turn, n, a: ending.end(turn, n, a.get("reason", ""), a.get("note", "")),
    "note": _note,
    "charge": lambda turn, n, a: papers.put(turn, n, "charge", a),
    "notice": lambda turn, n, a: papers.put(turn, n, "notice", a),
    "approval": lambda turn, n, a: papers.put(turn, n, "approval", a),
    "record": approvals.record,
    "network": network.tell,
    "hours": approvals.hours,
    "checks": checklist.record,
    "evaluate": change.evaluate,
    "stage": change.finish,
    "priority": lambda turn, n, a: priority_change.change(
        turn, n, a.get("priority", ""), a.get("reason", "")
    ),
}
