"""The ids of all requirements and decisions, known apart from the packs; labels are our own."""

from functools import cache
from pathlib import Path

LIST = Path(__file__).with_name("ids.txt")
SOURCES = {"S0": "imexhs", "S1": "sgm", "S2": "generic", "S3": "ogtic", "S4": "contractor"}
DECISIONS = "D"


@cache
def labels() -> dict[str, str]:
    """Id to its short label, in the order of the list."""
    lines = LIST.read_text(encoding="utf-8").splitlines()
    return {id: label for id, _, label in (line.partition(" ") for line in lines)}


def source_of(id: str) -> str:
    """ "S0" to "S4", or "D" for a decision."""
    return id.partition("-")[0] if "-" in id else DECISIONS
