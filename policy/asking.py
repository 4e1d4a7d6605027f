"""A deadline asked for in plain JSON and answered so: what `radica policy due` reads, writes."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from policy import hours, sla
from policy.calendar import HorizonExceeded
from policy.names import UnknownName
from policy.pack import PackFaults, Policy, load
from policy.sla import Interval
from policy.ticket import Pause, Promise


class BadQuestion(ValueError):
    """A question that cannot be answered; the text says which field, and why."""


def answer(question: object) -> dict[str, Any]:
    """The deadline with every interval on the way, or {"error": ...}. Never raises.

    Fields: policy, plan, country, priority, at; optionally complete_at, paused ([from, to] each),
    hybrid, typology. Times are ISO; without an offset they are the country's own.
    """
    try:
        return _answered(question)
    except PackFaults as faults:
        return {"error": f"policy: {faults.faults[0]}"}
    except (BadQuestion, UnknownName, HorizonExceeded) as fault:
        return {"error": str(fault)}
    except (ValueError, OverflowError) as fault:
        return {"error": f"a time out of range: {fault}"}


@lru_cache(maxsize=16)
def _policy(name: str) -> Policy:
    return load(name)


def _answered(question: object) -> dict[str, Any]:
    if not isinstance(question, Mapping):
        raise BadQuestion("a question is a JSON object")
    policy = _policy(_word(question, "policy"))
    country = _word(question, "country", needed=False)
    here = ZoneInfo(hours.zone_of(policy, country))
    at = _time(question.get("at"), "at", here)
    complete = question.get("complete_at")
    start = at if complete is None else max(at, _time(complete, "complete_at", here))
    pauses = _pauses(question.get("paused"), here)
    made = sla.candidates(
        policy,
        _plan(policy, question),
        country,
        _priority(policy, question),
        start,
        hybrid=_flag(question, "hybrid"),
        typology=_word(question, "typology", needed=False) or None,
    )
    promise = _earliest(made, pauses)
    return _told(policy, promise, pauses, at, here)


def _earliest(made: tuple[Promise, ...], pauses: tuple[Pause, ...]) -> Promise:
    """The candidate that is due first with the pauses counted (D4)."""
    dated = [(sla.due(one, pauses) or one.due, one) for one in made]
    known = [(due, i) for i, (due, _) in enumerate(dated) if due is not None]
    return made[min(known)[1]] if known else made[0]


def _told(
    policy: Policy, promise: Promise, pauses: tuple[Pause, ...], at: datetime, here: ZoneInfo
) -> dict[str, Any]:
    zone = here if promise.hours.always else ZoneInfo(promise.hours.zone)
    due = sla.due(promise, pauses)
    spans = sla.explain(promise, pauses)
    if at < promise.started_at:
        waited = Interval(start=at, end=promise.started_at, what="skipped", why="incomplete")
        spans = [waited, *spans]
    return {
        "due": due.astimezone(zone).isoformat() if due else None,
        "clause": policy.cite(promise.clause),
        "plan": promise.plan,
        "priority": promise.priority,
        "seconds": promise.seconds,
        "source": promise.source,
        "zone": zone.key,
        "intervals": [_interval(span, zone) for span in spans],
    }


def _interval(span: Interval, zone: ZoneInfo) -> dict[str, str]:
    return {
        "from": span.start.astimezone(zone).isoformat(),
        "to": span.end.astimezone(zone).isoformat(),
        "what": span.what,
        "why": span.why,
    }


def _plan(policy: Policy, question: Mapping[str, Any]) -> str:
    """The plan's name; where a pack has one plan only it need not be said."""
    if question.get("plan") in (None, "") and len(policy.plans) == 1:
        return policy.plans[0].key
    return policy.plan(_word(question, "plan")).key


def _priority(policy: Policy, question: Mapping[str, Any]) -> str:
    """The priority's name; a request's own row may stand for it."""
    typology = question.get("typology")
    if question.get("priority") in (None, "") and isinstance(typology, str):
        return policy.typology(typology).priority
    return policy.priority(_word(question, "priority")).key


def _word(question: Mapping[str, Any], field: str, *, needed: bool = True) -> str:
    value = question.get(field)
    if value is None and not needed:
        return ""
    if not isinstance(value, str) or (needed and not value.strip()):
        raise BadQuestion(f"{field}: {'is missing' if value is None else 'must be a name'}")
    return value


def _flag(question: Mapping[str, Any], field: str) -> bool:
    value = question.get(field, False)
    if not isinstance(value, bool):
        raise BadQuestion(f"{field}: must be true or false")
    return value


def _time(value: object, field: str, zone: ZoneInfo) -> datetime:
    if not isinstance(value, str):
        raise BadQuestion(f"{field}: {'is missing' if value is None else 'must be an ISO time'}")
    try:
        at = datetime.fromisoformat(value)
    except ValueError as error:
        raise BadQuestion(f"{field}: {value!r} is not an ISO time") from error
    return at.replace(tzinfo=zone) if at.tzinfo is None else at


def _pauses(value: object, zone: ZoneInfo) -> tuple[Pause, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise BadQuestion("paused: must be a list of [from, to]")
    return tuple(_pause(one, i, zone) for i, one in enumerate(value))


def _pause(value: object, i: int, zone: ZoneInfo) -> Pause:
    if not isinstance(value, list) or len(value) != 2:
        raise BadQuestion(f"paused[{i}]: must be [from, to]")
    since = _time(value[0], f"paused[{i}]", zone)
    until = None if value[1] is None else _time(value[1], f"paused[{i}]", zone)
    if until is not None and until < since:
        raise BadQuestion(f"paused[{i}]: ends before it begins")
    return Pause(since=since, until=until, cause="paused")
