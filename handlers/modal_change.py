"""The change form as a page: a client in Slack answers all of it at once (S3-14)."""

from handlers import open_ticket
from handlers.conversation import change_form, intake, pauses
from handlers.inbound import Commanded, Done, Faults, Receipt, ShowForm, Submitted, Toast
from handlers.visit import Visit
from policy import changes
from policy.pack import Policy

FORM = "change"
WORDS = ("cambio", "change")


def is_asked(command: Commanded) -> bool:
    """Whether it is /cambio, or /radica cambio."""
    words = (command.name, *command.args.lower().split()[:1])
    return words[0] in WORDS or (words[0] == "radica" and words[-1] in WORDS)


def show(policy: Policy) -> Receipt:
    """The form; where the policy has none, what to do instead."""
    if changes.entry(policy) is None:
        return Toast(key="toast.no_change_form")
    return ShowForm(form=FORM)


def begin(visit: Visit) -> None:
    """The same, asked step by step; where the policy has no form, a case as any other."""
    pauses.end(visit)
    typology = changes.entry(visit.turn.book)
    intake.begin(visit, None, **({"typology": typology, "kind": changes.KIND} if typology else {}))


def submit(visit: Visit, form: Submitted) -> Receipt:
    """File it; what is missing or says too little comes back with its fault."""
    policy = visit.turn.book
    typology = changes.entry(policy)
    asked = change_form.questions(policy, typology, visit.words.language)
    given = {one.name: one.accept(form.answers.get(one.name, "")) for one in asked}
    faults = {name: "form.fault.change_short" for name, value in given.items() if value is None}
    if faults or not asked:
        return Faults(faults=faults)
    row = policy.typology(str(typology))
    open_ticket.send(visit, **given, typology=row.id, category=row.category, kind=row.kind)
    return Done()
