"""Whether what a pack says of channels, attention and contractors leads somewhere."""

from collections.abc import Iterator

from policy.faults import Fault, did_you_mean, path_of
from policy.raw import Table, keys, required, rows, table, unknown, unknown_in

# The ways that a plan may name without saying more of them.
WAYS = ("chat", "mail", "phone_in", "phone_out", "portal", "video")


def of_service(raw: Table) -> Iterator[Fault]:
    """Names of channels, priorities and typologies that lead nowhere; activities with a gap."""
    yield from _channels(raw)
    yield from _attention(raw)
    yield from _contractors(raw)
    yield from _dates(raw)


def _dates(raw: Table) -> Iterator[Fault]:
    """A missed visit needs the hour of one; an extension, a time that is an estimate."""
    kinds = keys(raw, "datings", "kind")
    for i, row in enumerate(rows(raw, "endings")):
        if row.get("key") == "missed_visit" and "visit" not in kinds:
            problem = "a visit cannot be missed where none can be agreed on"
            mend = "state a datings row of kind 'visit'"
            yield Fault(path_of(("endings", i, "key")), problem, mend)
    terms = [table(row.get("request")) for row in rows(raw, "typologies")]
    if "extension" in kinds and not any(one.get("estimated") for one in terms):
        problem = "no request's time is an estimate: nothing could be extended"
        where = ("datings", kinds.index("extension"), "kind")
        yield Fault(path_of(where), problem, "mark a request with estimated = true")


def _channels(raw: Table) -> Iterator[Fault]:
    known = {*WAYS, *keys(raw, "channels")}
    plans = [(("plans", i), row) for i, row in enumerate(rows(raw, "plans"))]
    for where, row in (*plans, (("hybrid",), table(raw.get("hybrid")))):
        bought = table(row.get("channels"))
        for name in ("intake", "follow_up"):
            yield from unknown_in("channel", (*where, "channels", name), bought.get(name), known)
    told = table(raw.get("out_of_hours")).get("channels")
    yield from unknown_in("channel", ("out_of_hours", "channels"), told, keys(raw, "channels"))


def _attention(raw: Table) -> Iterator[Fault]:
    attention, known = table(raw.get("attention")), required(raw, "priorities")
    for i, row in enumerate(rows(attention, "turns")):
        yield from unknown("priority", ("attention", "turns", i, "key"), row.get("key"), known)
    if attention.get("promises") is False:
        for i, row in enumerate(rows(raw, "plans")):
            for key in table(row.get("response")):
                problem = "a figure, where attention.promises says that none is promised"
                mend = f"write it as the estimate of attention.turns {key!r}"
                yield Fault(path_of(("plans", i, "response", key)), problem, mend)


def _contractors(raw: Table) -> Iterator[Fault]:
    known = required(raw, "typologies", "id")
    for i, row in enumerate(rows(raw, "services")):
        for name in ("typologies", "network_typologies"):
            yield from unknown_in("typology", ("services", i, name), row.get(name), known)
    numbers = [row.get("number") for row in rows(raw, "activities")]
    if numbers != list(range(1, len(numbers) + 1)):
        yield Fault(
            "activities", f"they are numbered 1, 2, 3... without a gap; these are {numbers}"
        )
    found = table(raw.get("classification"))
    classes, default = found.get("classes"), found.get("default")
    if isinstance(classes, list) and isinstance(default, str) and default not in classes:
        names = [one for one in classes if isinstance(one, str)]
        problem = f"no such class: {default!r}"
        yield Fault("classification.default", problem, did_you_mean(default, names))
