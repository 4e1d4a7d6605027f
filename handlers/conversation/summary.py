"""What was understood, in one or two short lines, in the reader's words."""

from datetime import datetime
from typing import Any

from handlers.conversation import change_form
from handlers.conversation.form import UNKNOWN, Answers
from handlers.wording import Words
from policy.pack import Policy

SUBJECT_LENGTH = 60
ANSWER_LENGTH = 160


def subject(policy: Policy, answers: Answers, language: str) -> str:
    """The everyday name of what it is; the person's own words where the catalogue has none."""
    change = change_form.subject(policy, answers)
    if change:
        return shortened(change, SUBJECT_LENGTH)
    typology = answers.get("typology")
    if typology:
        return policy.typology(str(typology)).name[language]
    group = next((g for g in policy.groups if g.key == answers.get("what")), None)
    if group is None and answers.get("category"):
        return policy.category(str(answers["category"])).name[language]
    detail = str(answers.get("detail") or "")
    if group is None and detail and detail != UNKNOWN:
        return shortened(detail, SUBJECT_LENGTH)
    if group is None:
        return shortened(str(answers.get("text") or "—"), SUBJECT_LENGTH)
    return group.label[language]


def details(words: Words, answers: Answers) -> str:
    """Where, since when and how far, as one line; empty when nothing is known."""
    line = ", ".join(text for text in _known(words, answers).values() if text)
    return line[:1].upper() + line[1:]


def lines(words: Words, policy: Policy, answers: Answers) -> dict[str, str]:
    """What is known, at most four lines, each by the name of the question that mends it."""
    first = subject(policy, answers, words.language)
    error = answers.get("error")
    what = f"{first}: «{shortened(str(error), SUBJECT_LENGTH)}»" if error else first
    known = {"what": what, **_known(words, answers)}
    return {name: text[:1].upper() + text[1:] for name, text in known.items() if text}


def _known(words: Words, answers: Answers) -> dict[str, str]:
    """Where, since when and how far, each as it is said; empty where it is not known."""
    return {
        "spot": _where(answers),
        "since": _since(words, answers),
        "scope": _scope(words, answers),
    }


def _where(answers: Answers) -> str:
    spot = answers.get("spot")
    if spot:
        return "" if spot == UNKNOWN else shortened(str(spot), SUBJECT_LENGTH)
    parts = [str(answers[name]) for name in ("device", "place", "study") if answers.get(name)]
    return ", ".join(parts)


def _scope(words: Words, answers: Answers) -> str:
    scope = answers.get("scope")
    if answers.get("stopped"):
        return words.line("label.stopped").lower()
    return words.line(f"scope.{scope}") if scope and scope != UNKNOWN else ""


def whole(words: Words, policy: Policy, answers: Answers) -> str:
    """The summary shown before sending."""
    told = change_form.answered(policy, answers, words.language)
    if told:
        return "\n".join(f"• {label}: {_said(words, text)}" for label, text in told)
    first = subject(policy, answers, words.language)
    rest = details(words, answers)
    detail = str(answers.get("detail") or "")
    quoted = f"«{shortened(detail, 200)}»" if detail and detail not in (UNKNOWN, first) else ""
    return "\n".join(part for part in (" · ".join(p for p in (first, rest) if p), quoted) if part)


def _said(words: Words, text: str) -> str:
    return shortened(text, ANSWER_LENGTH) if text else words.line("label.dont_know").lower()


def shortened(text: str, length: int) -> str:
    """The text on one line, cut at a word with an ellipsis."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    return line[: length - 1].rsplit(" ", 1)[0] + "…"


def _since(words: Words, answers: Answers) -> str:
    """The words chosen, the hour, the part of the day, or the day alone: as much as was told."""
    since = answers.get("since")
    if not since or since == UNKNOWN:
        return ""
    if since in ("now", "today", "before"):
        return words.line(f"since.{since}")
    if answers.get("since_at"):
        return words.line("since.at", at=_moment(answers["since_at"]))
    if not answers.get("since_day"):
        return str(since)
    day, part = _moment(answers["since_day"]), answers.get("since_part")
    today = words.now is not None and words.local(day).date() == words.today()
    if not part:
        return words.line("since.today") if today else words.line("since.day", at=day)
    if today:
        return words.line(f"since.this_{part}")
    return words.line(f"since.part_{part}", at=day)


def _moment(at: Any) -> datetime:
    return at if isinstance(at, datetime) else datetime.fromisoformat(str(at))
