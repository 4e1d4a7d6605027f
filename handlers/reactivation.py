"""A contract that refuses: who is told, what may be sent meanwhile, and the draft afterwards.

What the person wrote is kept as a draft, while the pack keeps drafts (S0-06, U19). Where a payment
is known, its hour offers it back (`handlers/payments.py`); where nothing is, the contract is asked
again from time to time.
"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from handlers import contract, notices, papers
from handlers.conversation import open_ticket_form, pauses
from handlers.inbound import Said
from handlers.lateness import Cue
from handlers.relay import keep_files
from handlers.visit import Visit, talk_button
from policy import entitlement
from policy.errors import Refusal
from store.turn import Turn
from store.values import Button, Destination, Timer

FORM = "receipt"
OVERDUE = "entitlement.overdue"
NOBODYS_TO_SETTLE = tuple(
    f"entitlement.{reason}" for reason in ("not_started", "trial_over", "unknown_plan")
)
REACTIVATING = "entitlement.reactivating"
ABOUT_MONEY = (OVERDUE, REACTIVATING)
KNOWN_HOW = (REACTIVATING, contract.MISUSE)  # by a timer, by an appeal: no look
CHANNELS = {"mail": "email", "phone_out": "phone"}  # as a plan names them, as the catalogue does
AGAIN = timedelta(hours=4)  # between two looks at the contract
TO_SETTLE = ("pay", "commercial")
WAYS_OF_ADMIN = {"pay": ("receipt", "payments")}
WAYS_OF_OTHERS = {"pay": ("tell_boss",), "commercial": ("tell_boss",)}
LABELS = {  # verbs of a refusal, and how their buttons are called
    "receipt": "send_receipt",
    "payments": "talk_payments",
    "tell_boss": "tell_boss",
    "urgent": "is_urgent",
    "commercial": "commercial",
    "account_manager": "account_manager",
    "quote": "quote",
    "guides": "guides",
    "new": "new_case",
    "list": "my_cases",
    "person": "person",
    "understood": "understood",
}


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
    visit.say(key, facts | _told_beside(visit, refusal), ways(visit, refusal), stays=True)
    visit.turn.audit.add(None, "refused", {"code": refusal.code, "person": visit.person.id})
    visit.turn.tell("story.refused", {"name": visit.person.first_name, "clause": refusal.clause})


def ways(visit: Visit, refusal: Refusal) -> list[Button]:
    """The pack's ways out as buttons: who settles the account may send what is missing, the others
    have it asked for (1.6, D22)."""
    if refusal.code == contract.MISUSE:
        return [
            talk_button("guide", "label.see_guide", _article(visit)),
            talk_button("something_else", "label.something_else"),
            talk_button("appeal", "label.ask_review"),
        ]
    is_admin = "client_admin" in visit.person.roles
    settled = refusal.code in NOBODYS_TO_SETTLE
    verbs: list[str] = []
    for way in refusal.instead:
        if way in TO_SETTLE and settled:
            continue
        verbs += WAYS_OF_ADMIN.get(way, (way,)) if is_admin else WAYS_OF_OTHERS.get(way, (way,))
    known = [verb for verb in dict.fromkeys(verbs) if verb in LABELS]
    if not is_admin or refusal.code not in ABOUT_MONEY:
        known.append("understood")
    return [talk_button(verb, f"label.{LABELS[verb]}") for verb in known]


def look(turn: Turn, timer: Timer) -> None:
    """The contract asked again; at night, or while something else is talked about, later."""
    visit = pauses.visit_of(turn, int(timer.about))
    if visit is None or not visit.here.draft.get("refused"):
        return
    if visit.here.form is not None or notices.is_night(turn, visit.person) or _refused(visit):
        _later(turn, timer)
        return
    offer(visit)


def tell_boss(visit: Visit) -> None:
    """*Avisar a mi jefe*: the client administrators of the same institution read it."""
    paused = visit.here.draft.get("refused", OVERDUE) in ABOUT_MONEY
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
        visit.say("refusal.told_boss", stays=True)
        return
    understood = talk_button("understood", "label.understood")
    visit.say("refusal.no_boss", {}, [_person_button(), understood])


def person_wanted(visit: Visit, answers: Mapping[str, Any]) -> None:
    """*Hablar con alguien* where no case may be opened: a person reads it all the same (U17)."""
    _to_supervisors(visit, "staff.person_refused", pauses.gist(answers))
    visit.turn.audit.add(None, "person_asked", {"person": visit.person.id})
    visit.say("refusal.person_sent", stays=True)


def commercial(visit: Visit, wanted: str) -> None:
    """*Asesor comercial*, *Gerente de cuenta*, *Pedir cotización*: to whoever sells."""
    told = visit.here.draft.get("answers") or visit.here.memory.get("story") or {}
    facts = {
        "client": visit.person.name,
        "organisation": visit.organisation.name,
        "wanted": f"wanted.{wanted}",
        "text": pauses.gist(told) or None,
    }
    papers.to_commercial(visit.turn, "staff.commercial_wanted", facts)
    asked = {"person": visit.person.id, "wanted": wanted}
    visit.turn.audit.add(None, "commercial_asked", asked)
    visit.say("refusal.commercial_sent", stays=True)


def payments(visit: Visit) -> None:
    """*Hablar con pagos*."""
    _to_supervisors(visit, "staff.payments_wanted")
    visit.turn.audit.add(None, "payments_asked", {"person": visit.person.id})
    visit.say("refusal.person_sent", stays=True)


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
    visit.say("refusal.receipt_sent", stays=True)


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
    if refusal.code not in KNOWN_HOW:
        arm(visit)


def _told_beside(visit: Visit, refusal: Refusal) -> dict[str, Any]:
    """What only this reader or this reason needs."""
    turn = visit.turn
    if refusal.code == OVERDUE:  # registered until midnight, it counts from then at the latest
        zone = ZoneInfo(turn.book.desk.zone)
        midnight = datetime.combine(
            contract.desk_day(turn) + timedelta(days=1), time(), tzinfo=zone
        )
        return {"back": entitlement.back_by(turn.book, midnight)}
    if "channels" in refusal.facts:
        words = visit.words
        named = [words.line(f"channel.{CHANNELS.get(c, c)}") for c in refusal.facts["channels"]]
        return {"channels": ", ".join(named), "portal": turn.book.desk.portal or None}
    return {}


def _article(visit: Visit) -> str:
    """The guide of what was refused."""
    typology = dict(visit.here.draft.get("answers", {})).get("typology")
    return (visit.turn.book.typology(str(typology)).article or "") if typology else ""


def _later(turn: Turn, timer: Timer) -> None:
    at = turn.now + AGAIN
    if at <= timer.facts["until"]:
        turn.timers.set(pauses.REACTIVATE, timer.about, at, facts=timer.facts)


def offer(visit: Visit) -> None:
    """The draft, to be sent with one press."""
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
        contract.allows(visit, dict(visit.here.draft.get("answers", {})))
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
