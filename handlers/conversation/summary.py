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
    detail = str(answers.get("detail") or "")
    if group is None and detail and detail != UNKNOWN:
        return shortened(detail, SUBJECT_LENGTH)
    if group is None:
        return shortened(str(answers.get("text") or "—"), SUBJECT_LENGTH)
    return group.label[language]


def details(words: Words, answers: Answers) -> str:
    """Device, place, since when and how far, as one line; empty when nothing is known."""
    parts = [str(answers[name]) for name in ("device", "place") if answers.get(name)]
    since = answers.get("since")
    if since and since != UNKNOWN:
        parts.append(_since(words, since, answers))
    scope = answers.get("scope")
    if answers.get("stopped"):
        parts.append(words.line("label.stopped").lower())
    elif scope and scope != UNKNOWN:
        parts.append(words.line(f"scope.{scope}"))
    line = ", ".join(parts)
    return line[:1].upper() + line[1:]


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


def _since(words: Words, since: Any, answers: Answers) -> str:
    """The words chosen, the hour, or the day alone where no hour was told."""
    if since in ("now", "today", "before"):
        return words.line(f"since.{since}")
    for name, key in (("since_at", "since.at"), ("since_day", "since.day")):
        at = answers.get(name)
        if at:
            moment = at if isinstance(at, datetime) else datetime.fromisoformat(str(at))
            return words.line(key, at=moment)
    return str(since)
