"""The client's own checks before a case (Tabla 4): first somebody of IT, then one by one.

Answers: `it_here` ("yes", "no", "all" for a general stop), `where` ("site", "outside"), and for
each check `check-<key>`: "ok", "found" (that was it) or UNKNOWN; after a "found", `fixed-<key>`
says whether that was all. Whatever says that everybody is stopped ends the list at once (U16).
"""

from collections.abc import Mapping
from typing import Any

from handlers.conversation.form import UNKNOWN, Answers, Option, Question
from policy import checklist
from policy.pack import Policy
from policy.shapes_rules import Check

IT, WHERE, CHECK, FIXED = "it_here", "where", "check-", "fixed-"
LISTED = "check"  # the part of a form whose questions are counted "2 de 3"
AFTER = "fixed"
PARTS = frozenset({IT, WHERE, LISTED, AFTER})

HELPERS = (
    Option(value="yes", label="label.it_yes"),
    Option(value="no", label="label.it_no"),
    Option(value="all", label="label.it_all"),
)
PLACES = (
    Option(value="site", label="label.where_site"),
    Option(value="outside", label="label.where_outside"),
)
RESULTS = (
    Option(value="ok", label="label.check_ok"),
    Option(value="found", label="label.check_found"),
    Option(value=UNKNOWN, label="label.check_unknown"),
)
ENDS = (
    Option(value="yes", label="label.fixed_yes"),
    Option(value="no", label="label.fixed_no"),
)


def questions(
    policy: Policy, typology: str | None, language: str, *, admin: bool
) -> tuple[Question, ...]:
    """The checks of an entry of the catalogue as questions, in the order of the pack."""
    mine = checklist.in_chat(policy, typology, admin=admin, outside=True)
    if not mine:
        return ()
    first = [_helper(mine)] if _needs_it(mine) else []
    if checklist.depends_on_place(policy, typology):
        first.append(_place(mine))
    asked = (q for check in mine for q in (_check(check, mine, language), _fixed(check, language)))
    return (*first, *asked)


def results(kept: Mapping[str, Any]) -> dict[str, str]:
    """What is known of each check, by its key; from answers or from a ticket's details."""
    return {k.removeprefix(CHECK): str(v) for k, v in kept.items() if k.startswith(CHECK)}


def solved_by(answers: Answers) -> str | None:
    """The key of the check that was the cause, once the person says that all works again."""
    fixed = (
        k.removeprefix(FIXED) for k, v in answers.items() if k.startswith(FIXED) and v == "yes"
    )
    return next(fixed, None)


def names(policy: Policy, answers: Answers, result: str, language: str) -> str:
    """The short names of the checks with this result, in one line."""
    found = (policy.check(key) for key, value in results(answers).items() if value == result)
    return ", ".join(check.short[language] for check in found)


def is_stop(answers: Answers) -> bool:
    """Whether the person says that everybody is stopped."""
    return bool(answers.get("stopped")) or answers.get(IT) == "all"


def _calm(answers: Answers) -> bool:
    return not is_stop(answers) and answers.get("scope") != "all"


def _needs_it(mine: tuple[Check, ...]) -> bool:
    return any(check.by == "client" for check in mine)


def _going_on(answers: Answers, mine: tuple[Check, ...]) -> bool:
    return _calm(answers) and (answers.get(IT) == "yes" or not _needs_it(mine))


def _helper(mine: tuple[Check, ...]) -> Question:
    return Question(
        name=IT,
        ask="intake.ask.it",
        when=_calm,
        unknown="label.it_no",
        part=IT,
        facts={"count": sum(check.only_if is None for check in mine)},
    ).answered_by(HELPERS)


def _place(mine: tuple[Check, ...]) -> Question:
    return Question(
        name=WHERE,
        ask="intake.ask.where",
        when=lambda answers: _going_on(answers, mine),
        unknown="label.where_site",
        part=WHERE,
    ).answered_by(PLACES)


def _check(check: Check, mine: tuple[Check, ...], language: str) -> Question:
    def applies(answers: Answers) -> bool:
        here = check.only_if is None or answers.get(WHERE) == "outside"
        return here and _going_on(answers, mine)

    return Question(
        name=f"{CHECK}{check.key}",
        ask="intake.ask.check",
        when=applies,
        unknown="label.check_unknown",
        part=LISTED,
        heard={"yes": "ok", "no": "found", "not_yet": UNKNOWN},
        facts={
            "check": check.ask[language] if check.ask else check.short[language],
            "how": check.how[language] if check.how else None,
        },
    ).answered_by(RESULTS)


def _fixed(check: Check, language: str) -> Question:
    return Question(
        name=f"{FIXED}{check.key}",
        ask="intake.ask.fixed",
        when=lambda answers: _calm(answers) and answers.get(f"{CHECK}{check.key}") == "found",
        unknown="label.fixed_no",
        part=AFTER,
        heard={"yes": "yes", "thanks": "yes", "no": "no", "not_yet": "no"},
        facts={"check": check.short[language]},
    ).answered_by(ENDS)
