"""What the five sources say, written down by hand beside the packs, requirement by requirement.

Nothing here is read from a pack. A value is a part of what must be found at its path of
`radica policy facts --json`: a table must have these fields, a list must be exactly this one.
"""

from typing import Any

Law = dict[str, dict[str, Any]]


def h(hours: float) -> int:
    """Hours in seconds."""
    return round(hours * 3600)


def m(minutes: int) -> int:
    """Minutes in seconds."""
    return minutes * 60


def both(window: str, response: str = "") -> dict[str, list[str]]:
    """The two clocks of a country, Monday to Friday."""
    return {
        "attention": [f"mon-fri {window}"],
        "response": [f"mon-fri {response or window}"],
    }


def told(clause: str, way: str = "told") -> dict[str, str]:
    """A sentence of the pack's rules: where it comes from, and how it is kept."""
    return {"clause": clause, "way": way}
