"""One line of the doctor's report."""

from dataclasses import dataclass

OK, NOTE, FAULT = "ok", "note", "fault"


@dataclass(frozen=True)
class Finding:
    """`mend` is what to do, empty where nothing is."""

    level: str
    what: str
    mend: str = ""


def for_how_long(seconds: float) -> str:
    """A span as an operator says it."""
    for size, unit in ((86_400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return f"{int(seconds)} seconds"
