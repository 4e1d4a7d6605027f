"""Cells of a table that a spreadsheet may open: text stays text, out and back in (G11)."""

import re

# What spreadsheets begin a formula with, also in their wide East Asian shapes; and our own mark.
BEGINS = "=+\\-@\\t'＝＋－＠"
UNSEEN = "[^\\S\\t\\r\\n]|[\\u200b-\\u200f\\u2060\\ufeff]"
LINE = "(?:\\A|(?<=[\\r\\n]))"
OPEN = re.compile(f"{LINE}(?=(?:{UNSEEN})*[{BEGINS}])")
MARKED = re.compile(f"{LINE}'(?=(?:{UNSEEN})*[{BEGINS}])")


def guarded(text: str) -> str:
    """The text with a quote before every line that a spreadsheet could compute."""
    return OPEN.sub("'", text.replace("\0", ""))


def unguarded(text: str) -> str:
    """What `guarded` was given: the quotes that it wrote are gone, and no other."""
    return MARKED.sub("", text)
