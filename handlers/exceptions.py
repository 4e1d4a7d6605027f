"""*Es una urgencia* where a contract refuses: a supervisor opens the case all the same, or not.

Either way with a reason that is recorded and told; while nobody answers, the client is told so.
"""

from datetime import timedelta

from handlers import contract, open_ticket, reactivation, reviews
from handlers.conversation import pauses
from handlers.inbound import Done, Receipt, Toast
from handlers.lateness import Cue
from handlers.visit import Visit, talk_button
from policy.errors import Refusal
from store.turn import Turn
from store.values import Button, Review, Timer


def urgent(visit: Visit) -> None:
    """*Es una urgencia*: to the supervisors, with what was told and two buttons."""
    draft = visit.here.draft
    rule = visit.turn.book.emergency
    if not draft.get("refused") or rule is None:
        visit.say("talk.nothing_pending", {"name": visit.person.first_name}, _menu())
        return
    asked = visit.turn.reviews.open_of(visit.person.id, reviews.EXCEPTION)
    if asked:
        visit.say("refusal.urgent_again", {"since": asked[0].asked_at}, stays=True)
        return
    due = visit.turn.now + timedelta(seconds=rule.within)
    told = {"answers": draft.get("answers", {}), "files": _files(visit)}
    review = reviews.put(visit, reviews.EXCEPTION, str(draft["refused"]), told, due, due)
    _ask(visit.turn, review, "staff.urgent_refused")
    visit.turn.audit.add(None, "urgent_asked", {"person": visit.person.id})
    visit.say("refusal.urgent_sent", {"due": due}, stays=True)


def opened(turn: Turn, review: Review, reason: str) -> Receipt:
    """*Abrir como excepción*: the case is filed from the draft, marked and told with the reason."""
    visit = pauses.visit_of(turn, review.conversation)
    if visit is None or not visit.person.active:
        reviews.settle(turn, review, "moot")
        return Toast(key="toast.review_moot")
    if _is_back(visit):
        reviews.settle(turn, review, "moot")
        return Toast(key="toast.review_moot")
    answers = dict(review.told.get("answers", {}))
    ticket = open_ticket.let_through(visit, answers, reviews.files_of(review))
    reviews.settle(turn, review, "opened", reason, ticket.number)
    if dict(visit.here.draft.get("answers", {})) == answers:
        visit.save(draft={})
        turn.timers.cancel(str(visit.here.id), pauses.REACTIVATE)
    visit.above("refusal.urgent_granted", reason=reason)
    open_ticket.tell(visit, ticket)
    return Done()


def kept(turn: Turn, review: Review, reason: str) -> Receipt:
    """*Mantener la pausa*: the client reads why, and what is left to do."""
    reviews.settle(turn, review, "kept", reason)
    visit = pauses.visit_of(turn, review.conversation)
    if visit is not None and visit.person.active:
        facts = {"reason": reason}
        visit.say("refusal.urgent_denied", facts, _ways_left(visit, review), stays=True)
    return Done()


def unanswered(turn: Turn, review: Review, timer: Timer) -> None:
    """Nobody has decided: they are reminded once, and the client is not left guessing."""
    cue = Cue(timer.due_at)
    _ask(turn, review, "staff.urgent_reminder", cue)
    visit = pauses.visit_of(turn, review.conversation)
    if visit is not None:
        ways = _ways_left(visit, review)
        visit.say("refusal.urgent_waiting", {}, ways, stays=True, cue=Cue(timer.due_at, aloud=True))


def _ask(turn: Turn, review: Review, key: str, cue: Cue | None = None) -> None:
    choices = [reviews.button("rv_open", review, "primary"), reviews.button("rv_keep", review)]
    reviews.to_supervisors(turn, key, reviews.facts_of(turn, review), choices, cue)


def _ways_left(visit: Visit, review: Review) -> list[Button]:
    is_admin = "client_admin" in visit.person.roles
    if review.about in reactivation.ABOUT_MONEY and is_admin:
        return reactivation.money_buttons()
    understood = talk_button("understood", "label.understood")
    if review.about == reactivation.REACTIVATING:  # it is paid: nobody has to be told
        return [understood]
    person = talk_button("person", "label.person")
    return [person if is_admin else talk_button("tell_boss", "label.tell_boss"), understood]


def _is_back(visit: Visit) -> bool:
    """Whether the draft could be sent now: then it is offered, and nothing is excepted."""
    try:
        contract.allows(visit, dict(visit.here.draft.get("answers", {})))
    except Refusal:
        return False
    return True


def _files(visit: Visit) -> list[int]:
    memory = visit.here.draft.get("memory", {})
    return [int(file) for file in memory.get("files", ())]


def _menu() -> list[Button]:
    return [talk_button("new", "label.new_case"), talk_button("list", "label.my_cases")]
