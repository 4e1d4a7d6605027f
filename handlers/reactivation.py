"""A contract that refuses: who is told, what may be sent meanwhile, and the draft afterwards.

What the person wrote is kept as a draft. From time to time the contract is asked again; once it
allows, the draft is offered back with *Enviar*, while the pack keeps drafts (S0-06, S0-07, U19).
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from handlers import contract, notices
from handlers.conversation import open_ticket_form, pauses
from handlers.inbound import Said
from handlers.lateness import Cue
from handlers.relay import keep_files
from handlers.visit import Visit, talk_button
from policy.errors import Refusal
from store.turn import Turn
from store.values import Button, Destination, Timer

FORM = "receipt"
OVERDUE = "entitlement.overdue"
NOBODYS_TO_SETTLE = tuple(
    f"entitlement.{reason}" for reason in ("not_started", "trial_over", "unknown_plan")
)
AGAIN = timedelta(hours=4)  # between two looks at the contract


def refused(visit: Visit, refusal: Refusal, answers: Mapping[str, Any]) -> None:
    """Nothing is lost; whoever asked for a person gets one, the others read the reason."""
    _keep_draft(visit, refusal, answers)
    if answers.get("wants_person"):
        person_wanted(visit, answers)
    else:
        refuse(visit, refusal)


def refuse(visit: Visit, refusal: Refusal) -> None:
    """The reason in plain words, and ways out that work (U4)."""
    is_admin = "client_admin" in visit.person.roles
    key = f"refusal.{refusal.code}"
    if is_admin and visit.words.has(f"{key}_admin"):
        key = f"{key}_admin"
    facts = {"name": visit.person.first_name, "clause": refusal.clause, **refusal.facts}
    visit.say(key, facts, refusal_buttons(refusal.code, is_admin))
    visit.turn.audit.add(None, "refused", {"code": refusal.code, "person": visit.person.id})
    visit.turn.tell("story.refused", {"name": visit.person.first_name, "clause": refusal.clause})


def refusal_buttons(code: str, is_admin: bool) -> list[Button]:
    """Who settles the account may send what is missing; others have it asked for (1.6)."""
    paused = code == OVERDUE
    if is_admin and paused:
        return money_buttons()
    person = talk_button("person", "label.person")
    understood = talk_button("understood", "label.understood")
    if is_admin or code in NOBODYS_TO_SETTLE:
        return [person, understood]
    second = talk_button("urgent", "label.is_urgent") if paused else person
    return [talk_button("tell_boss", "label.tell_boss"), second, understood]


def look(turn: Turn, timer: Timer) -> None:
    """The contract asked again; at night, or while something else is talked about, later."""
    visit = pauses.visit_of(turn, int(timer.about))
    if visit is None or not visit.here.draft.get("refused"):
        return
    if visit.here.form is not None or notices.is_night(turn, visit.person) or _refused(visit):
        _later(turn, timer)
        return
    _offer(visit)


def tell_boss(visit: Visit) -> None:
    """*Avisar a mi jefe*: the client administrators of the same institution read it."""
    paused = visit.here.draft.get("refused", OVERDUE) == OVERDUE
    key = "admin.told" if paused else "admin.told_other"
    choices = money_buttons() if paused else [_person_button()]
    who = {"who": visit.person.first_name}
    told = 0
    for admin in visit.turn.people.of_organisation(visit.organisation.id):
        if "client_admin" not in admin.roles or admin.id == visit.person.id:
            continue
        for bound in visit.turn.people.bound(admin.id):
            if bound.chat and not bound.blocked:
                notices.to_bound(visit.turn, admin, bound, key, who, choices)
                told += 1
    if told:
        visit.say("refusal.told_boss")
        return
    understood = talk_button("understood", "label.understood")
    visit.say("refusal.no_boss", {}, [_person_button(), understood])


def urgent(visit: Visit) -> None:
    """*Es una urgencia*: to the supervisors, with what was told."""
    _to_supervisors(visit, "staff.urgent_refused")
    visit.turn.audit.add(None, "urgent_asked", {"person": visit.person.id})
    visit.say("refusal.urgent_sent")


def person_wanted(visit: Visit, answers: Mapping[str, Any]) -> None:
    """*Hablar con alguien* where no case may be opened: a person reads it all the same (U17)."""
    _to_supervisors(visit, "staff.person_refused", pauses.gist(answers))
    visit.turn.audit.add(None, "person_asked", {"person": visit.person.id})
    visit.say("refusal.person_sent")


def payments(visit: Visit) -> None:
    """*Hablar con pagos*."""
    _to_supervisors(visit, "staff.payments_wanted")
    visit.turn.audit.add(None, "payments_asked", {"person": visit.person.id})
    visit.say("refusal.person_sent")


def ask_receipt(visit: Visit) -> None:
    """*Enviar comprobante*: the next file is it; the draft stays."""
    visit.save(form=FORM, asked="file")
    visit.say("refusal.receipt_wanted", {}, [talk_button("back", "label.back")])


def receive(visit: Visit, message: Said) -> None:
    """The receipt, to the people who carry it on; for words alone it is asked for again."""
    files = keep_files(visit.turn, None, message)
    if not files:
        visit.say("refusal.receipt_wanted", {}, [talk_button("back", "label.back")])
        return
    visit.save(form=None, asked=None)
    _to_supervisors(visit, "staff.receipt", files=files)
    visit.turn.audit.add(None, "receipt_sent", {"person": visit.person.id, "files": len(files)})
    visit.say("refusal.receipt_sent")


def arm(visit: Visit) -> None:
    """The contract is asked again, until the draft is too old."""
    until = visit.turn.now + timedelta(seconds=visit.turn.book.desk.draft_kept)
    about = str(visit.here.id)
    visit.turn.timers.set(pauses.REACTIVATE, about, visit.turn.now + AGAIN, facts={"until": until})


def money_buttons() -> list[Button]:
    """What whoever settles the account may do."""
    return [
        talk_button("receipt", "label.send_receipt"),
        talk_button("payments", "label.talk_payments"),
    ]


def _keep_draft(visit: Visit, refusal: Refusal, answers: Mapping[str, Any]) -> None:
    """Nothing is lost: the draft waits, and the contract is asked again (U19)."""
    kept = {k: v for k, v in answers.items() if k != "wants_person"}
    draft = {"answers": kept, "memory": dict(visit.here.memory), "refused": refusal.code}
    pauses.end(visit, draft=draft)
    arm(visit)


def _later(turn: Turn, timer: Timer) -> None:
    at = turn.now + AGAIN
    if at <= timer.facts["until"]:
        turn.timers.set(pauses.REACTIVATE, timer.about, at, facts=timer.facts)


def _offer(visit: Visit) -> None:
    draft = visit.here.draft
    answers = dict(draft.get("answers", {}))
    files = list(draft.get("memory", {}).get("files", ()))
    visit.save(
        form=open_ticket_form.NAME,
        form_version=open_ticket_form.VERSION,
        asked=None,
        answers=answers,
        draft={},
        memory={**visit.here.memory, "files": files},
    )
    pauses.wait_a_day(visit)
    choices = [
        talk_button("send", "label.send", style="primary"),
        talk_button("fix", "label.fix"),
        talk_button("discard", "label.discard"),
    ]
    cue = Cue(visit.turn.now)  # nobody was told an hour for it
    visit.say("refusal.reactivated", {"draft": pauses.gist(answers)}, choices, cue=cue)


def _refused(visit: Visit) -> bool:
    try:
        contract.allows(visit)
    except Refusal:
        return True
    return False


def _to_supervisors(visit: Visit, key: str, told: str = "", files: tuple[int, ...] = ()) -> None:
    room = visit.turn.house.room
    facts = {
        "client": visit.person.name,
        "organisation": visit.organisation.name,
        "text": told or pauses.gist(visit.here.draft.get("answers", {})),
    }
    for supervisor in visit.turn.people.staff("supervisor"):
        user = notices.staff_user(visit.turn, supervisor.id)
        if room is None or user is None:
            continue
        place = Destination(
            channel=room.channel, account=room.account, chat=user, person=supervisor.id
        )
        visit.turn.say(place, key, facts, files=files)


def _person_button() -> Button:
    return talk_button("person", "label.person")
