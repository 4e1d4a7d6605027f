"""What a supervisor decides with a button or a form, and what the clock decides in their place."""

from collections.abc import Callable

from handlers import exceptions, misuse, reviews
from handlers.inbound import Faults, Receipt, ShowForm, Submitted, Toast
from policy.access import allow
from policy.errors import Refusal
from store.turn import Turn
from store.values import Review, Timer

WITH_REASON: dict[str, Callable[[Turn, Review, str], Receipt]] = {
    "rv_open": exceptions.opened,
    "rv_keep": exceptions.kept,
    "rv_uphold": misuse.upheld,
}
AT_ONCE: dict[str, str] = {"rv_once": "once", "rv_clear": "cleared"}
VERBS = frozenset({*WITH_REASON, *AT_ONCE})


def pressed(turn: Turn, verb: str, argument: str) -> Receipt:
    """A button under a question: its form, or the deed itself. Raises Refusal for who may not."""
    review = _review(turn, argument)
    if review is None:
        return Toast(key="toast.old_button")
    if review.decided_at is not None:
        return reviews.decided(turn, review)
    if verb in WITH_REASON:
        return ShowForm(form=verb, meta={"review": review.id})
    return misuse.let_through(turn, review, AT_ONCE[verb])


def submitted(turn: Turn, form: Submitted) -> Receipt:
    """The reason, which is recorded and told. Raises Refusal for who may not."""
    review = _review(turn, str(form.meta.get("review", "")))
    if review is None:
        return Toast(key="toast.old_button")
    if review.decided_at is not None:
        return reviews.decided(turn, review)
    reason = " ".join(form.answers.get("reason", "").split())
    if not reason:
        return Faults(faults={"reason": "form.fault.empty"})
    return WITH_REASON[form.form](turn, review, _sentence(reason))


def _sentence(reason: str) -> str:
    """It stands among other sentences where the client reads it."""
    return reason if reason[-1] in ".!?…" else f"{reason}."


def remind(turn: Turn, timer: Timer) -> None:
    """Nobody has answered yet."""
    review = reviews.of_clock(turn, timer.about)
    if review is None:
        return
    if review.kind == reviews.EXCEPTION:
        exceptions.unanswered(turn, review, timer)
    else:
        misuse.remind(turn, review, timer)


def due(turn: Turn, timer: Timer) -> None:
    """The time for an answer is over."""
    review = reviews.of_clock(turn, timer.about)
    if review is not None and review.kind == reviews.APPEAL:
        misuse.lapsed(turn, review)


def _review(turn: Turn, argument: str) -> Review | None:
    if turn.actor is None:
        raise Refusal("not_allowed")
    review = turn.reviews.lock(int(argument)) if argument.isdecimal() else None
    if review is not None:
        allow(turn.actor, "exception" if review.kind == reviews.EXCEPTION else "appeal")
    return review
