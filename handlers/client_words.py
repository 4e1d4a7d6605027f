"""Commands of a client, with or without a slash (U15), and the moves of buttons."""

import re
from collections.abc import Callable

from handlers import (
    case_words,
    deflect,
    duplicates,
    enrol,
    erase_words,
    exceptions,
    follow_up,
    held,
    mine,
    misuse,
    modal_change,
    open_ticket,
    person_wanted,
    policy_read,
    privacy,
    reactivation,
    summary_moves,
    triage,
)
from handlers.casework import actor_of
from handlers.codes import TalkCode
from handlers.conversation import intake, open_ticket_form, pauses
from handlers.inbound import Commanded, Done, Receipt
from handlers.summary_moves import nothing_pending
from handlers.visit import Visit, talk_button
from kb.reading import Reading
from policy.access import allowed
from policy.errors import Refusal
from policy.names import fold

BY_INTENT = {  # what a plain word asks for; only when the message is nothing but that
    "help": "ayuda",
    "new": "nuevo",
    "list": "casos",
    "person": "persona",
    "privacy": "privacidad",
    "cancel": "salir",
    "back": "volver",
    "withdraw": "retirar",
    "worse": "empeoro",
    "status": "novedad",
}
CASE_WORDS = ("caso", "case", "ticket", "estado", "status", "el", "numero")
GUIDES = re.compile(
    r"/?(?:guias|guides) (?:de |del |sobre |para |about |for |on )?(\w+(?: \w+){0,4})$"
)
ON_A_PAGE = ("", "nuevo", "new", "ticket", "start", "hola", "hello")  # these open the form
NOT_ALONE = ("start", "hola", "hello")  # small talk, when they come without a slash


def obey(visit: Visit, reading: Reading) -> bool:
    """Step 2 for free text: a word that is a command, or the number of a case. False if neither."""
    if _is_case_number(visit, reading):
        return show_case(visit, reading.numbers[0])
    searched = GUIDES.match(fold(reading.text))
    if searched and visit.here.form is None:
        return run(visit, "guias", searched[1])
    name = BY_INTENT.get(reading.only or "") or _alone(reading)
    if name is None or (name == "novedad" and not mine.open_cases(visit)):
        return False
    if name in ("volver",) and visit.here.form is None:
        return False
    return run(visit, name, "")


def commanded(visit: Visit, command: Commanded) -> Receipt:
    """A command with its slash."""
    if enrol.must_consent(visit):
        enrol.ask_consent(visit, None)
        return Done()
    enrol.greet(visit)
    if not run(visit, command.name, command.args):
        choices = [talk_button("new", "label.new_case"), talk_button("list", "label.my_cases")]
        visit.say("help.unknown_command", {}, choices)
    return Done()


def run(visit: Visit, name: str, args: str) -> bool:
    """The command of that name. False when there is none."""
    if name in ("estado", "caso", "case", "status"):
        return _case(visit, args)
    deed = COMMANDS.get(name)
    if deed is None:
        return False
    if deed is deflect.guides and args:
        deflect.guides(visit, words=args)
    else:
        deed(visit)
    return True


def slash(visit: Visit, said: str) -> bool:
    """A command behind another one, such as "/radica guias firma". False for anything else."""
    name, _, rest = said.strip().partition(" ")
    return fold(name) not in ON_A_PAGE and run(visit, fold(name), rest)


def move(visit: Visit, code: TalkCode) -> str | None:
    """A pressed button of the conversation. Returns the label to draw over the buttons."""
    with_argument = MOVES_WITH_ARGUMENT.get(code.verb)
    if with_argument is not None:
        with_argument(visit, code.argument)
    elif (deed := MOVES.get(code.verb)) is not None:
        deed(visit)
    else:
        return None
    return f"label.{LABELS.get(code.verb, code.verb)}"


def send(visit: Visit) -> None:
    """*Enviar*: the case is filed; pressed twice it files nothing twice."""
    if visit.here.form != open_ticket_form.NAME:
        nothing_pending(visit)
        return
    if not duplicates.ask(visit, visit.here.answers):
        open_ticket.send(visit)


def show_case(visit: Visit, number: int) -> bool:
    """One case by its number. Raises Refusal("not_found") for one of another institution."""
    actor = actor_of(visit.person)
    ticket = visit.turn.tickets.find(number)
    if ticket is None or not allowed(actor, "glance", ticket):
        raise Refusal("not_found", number=number)
    if allowed(actor, "read", ticket):
        mine.show(visit, ticket)
    else:
        mine.glance(visit, ticket)
    return True


def _alone(reading: Reading) -> str | None:
    """A message that is nothing but the name of a command, whatever its slash and accents."""
    name = fold(reading.text).replace(" ", "_")
    return name if name in COMMANDS and name not in NOT_ALONE else None


def _case(visit: Visit, args: str) -> bool:
    digits = "".join(c for c in args if c.isdecimal())[:9]
    if not digits:
        visit.say("help.which_case", {}, [talk_button("list", "label.my_cases")])
        return True
    return show_case(visit, int(digits))


def _is_case_number(visit: Visit, reading: Reading) -> bool:
    if visit.here.form is not None or len(reading.numbers) != 1:
        return False
    words = fold(reading.text).split()
    asks = "status" in reading.intents and len(words) <= 8
    return asks or (len(words) <= 3 and (len(words) == 1 or words[0] in CASE_WORDS))


def _start(visit: Visit) -> None:
    triage.hello(visit)


def _new(visit: Visit) -> None:
    pauses.end(visit, draft=visit.here.draft)
    intake.begin(visit, None)


def _leave(visit: Visit) -> None:
    new = talk_button("new", "label.new_case")
    if visit.here.form is None:
        name = {"name": visit.person.first_name}
        visit.say("talk.bye", name)
        return
    told = pauses.put_aside(visit)
    if told:
        visit.say("intake.left", {}, [new])
    else:
        visit.say("intake.left_empty", {}, [new, talk_button("list", "label.my_cases")])


def _help(visit: Visit) -> None:
    if visit.here.form is not None:
        ways = [
            talk_button("back", "label.back"),
            talk_button("exit", "label.exit"),
            talk_button("person", "label.person"),
        ]
        visit.say("help.short", {}, ways)
        return
    menu = [
        talk_button("new", "label.new_case"),
        talk_button("list", "label.my_cases"),
        talk_button("person", "label.person"),
    ]
    visit.say("help.text", {}, menu)


def _language(visit: Visit) -> None:
    choices = [
        talk_button("language", "label.spanish", "es"),
        talk_button("language", "label.english", "en"),
    ]
    visit.say("first.ask_language", {}, choices)


def _set_language(visit: Visit, language: str) -> None:
    if language not in visit.turn.book.desk.languages:
        raise Refusal("wrong_choice")
    visit.turn.people.set_language(visit.person.id, language)
    visit.person = visit.turn.people.get(visit.person.id)
    visit.say("first.language_changed")


def _resume(visit: Visit) -> None:
    """*Seguir*: a running form asks again; a draft goes on where it stood."""
    if visit.here.form == open_ticket_form.NAME:
        intake.again(visit)
        return
    draft = visit.here.draft
    if not draft:
        new = talk_button("new", "label.new_case")
        visit.say("intake.nothing_to_resume", {}, [new])
        return
    memory = {k: v for k, v in dict(draft.get("memory", {})).items() if k == "files"}
    visit.save(draft={}, memory={**visit.here.memory, **memory})
    visit.above("intake.resumed")
    trail = [str(name) for name in draft.get("trail", ())]
    intake.begin(visit, None, trail, **dict(draft.get("answers", {})))


def _discard(visit: Visit) -> None:
    pauses.end(visit)
    visit.say("intake.discarded", {}, [talk_button("new", "label.new_case")])


def _back(visit: Visit) -> None:
    if visit.here.form == open_ticket_form.NAME:
        intake.back(visit)
    elif visit.here.form is not None:
        _leave(visit)
    else:
        nothing_pending(visit)


def _something_new(visit: Visit) -> None:
    """*Es algo nuevo*: what was held starts a case of its own."""
    reading = held.take(visit)
    visit.save(focus=None, focus_until=None)
    intake.begin(visit, reading)


def _accept(visit: Visit) -> None:
    """Consent given; an old button, once it was given, says nothing new."""
    if not enrol.must_consent(visit):
        nothing_pending(visit)
        return
    enrol.consent(visit, "yes")


def _decline(visit: Visit) -> None:
    if visit.turn.book.desk.consent != "ask":
        nothing_pending(visit)
        return
    enrol.consent(visit, "no")


def _understood(visit: Visit) -> None:
    visit.say("refusal.understood")


def _guide(visit: Visit, article: str) -> None:
    name = article or str(visit.here.memory.get("article") or "")
    deflect.show(visit, name)


Deed = Callable[[Visit], None]

COMMANDS: dict[str, Deed] = {
    **dict.fromkeys(("start", "hola", "hello"), _start),
    **dict.fromkeys(("nuevo", "new", "ticket"), _new),
    **dict.fromkeys(("mis_tickets", "casos", "mis_casos", "cases"), mine.show_list),
    **dict.fromkeys(("salir", "cancelar", "cancel", "exit"), _leave),
    **dict.fromkeys(("persona", "person"), person_wanted.wanted),
    **dict.fromkeys(("guias", "guides"), deflect.guides),
    **dict.fromkeys(("privacidad", "privacy"), privacy.show),
    **dict.fromkeys(("politica", "policy"), policy_read.show),
    **dict.fromkeys(("ayuda", "help"), _help),
    **dict.fromkeys(("idioma", "language"), _language),
    **dict.fromkeys(modal_change.WORDS, modal_change.begin),
    "volver": _back,
    "novedad": case_words.news,
    "retirar": case_words.withdraw,
    "empeoro": case_words.worse,
}

MOVES: dict[str, Deed] = {
    "send": send,
    "back": _back,
    "exit": _leave,
    "person": person_wanted.wanted,
    "new": _new,
    "list": mine.show_list,
    "resume": _resume,
    "discard": _discard,
    "all": summary_moves.see_all,
    "photo": summary_moves.photo,
    "helped": deflect.helped,
    "not_it": deflect.not_it,
    "register": deflect.register,
    "join": duplicates.join,
    "other_case": duplicates.other,
    "maybe_same": duplicates.maybe,
    "is_new": follow_up.new,
    "still_same": summary_moves.still_same,
    "something_new": _something_new,
    "accept": _accept,
    "decline": _decline,
    "see_policy": enrol.show_policy,
    "tell_boss": reactivation.tell_boss,
    "urgent": exceptions.urgent,
    "commercial": lambda visit: reactivation.commercial(visit, "commercial"),
    "account_manager": lambda visit: reactivation.commercial(visit, "account_manager"),
    "quote": lambda visit: reactivation.commercial(visit, "quote"),
    "something_else": deflect.something_else,
    "appeal": misuse.appeal,
    "receipt": reactivation.ask_receipt,
    "payments": reactivation.payments,
    "understood": _understood,
    "my_data": privacy.data,
    "erase": privacy.ask_erase,
    "erase_yes": privacy.erase,
    "all_good": privacy.all_good,
}

MOVES_WITH_ARGUMENT: dict[str, Callable[[Visit, str], None]] = {
    "fix": summary_moves.fix,
    "guide": _guide,
    "guides": deflect.guides,
    "language": _set_language,
    "policy": policy_read.show,
    "erase_message": erase_words.erase,
    "leave_message": erase_words.leave,
}

LABELS = {  # verbs whose label has another name
    "new": "new_case",
    "join": "same_join",
    "maybe_same": "dont_know",
    "list": "my_cases",
    "all": "see_all",
    "photo": "add_photo",
    "is_new": "something_new",
    "urgent": "is_urgent",
    "appeal": "ask_review",
    "receipt": "send_receipt",
    "payments": "talk_payments",
    "my_data": "see_my_data",
    "erase": "erase_me",
    "guide": "see_guide",
    "language": "choose",
    "policy": "policy_more",
}
