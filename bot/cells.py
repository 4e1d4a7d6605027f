"""Cells of tables: text stays text, in a spreadsheet and back, and on a terminal (G11)."""

import re

# What spreadsheets begin a formula with, also in their wide East Asian shapes; and our own mark.
BEGINS = "=+\\-@\\t'＝＋－＠"
UNSEEN = "[^\\S\\t\\r\\n]|[\\u200b-\\u200f\\u2060\\ufeff]"
LINE = "(?:\\A|(?<=[\\r\\n]))"
OPEN = re.compile(f"{LINE}(?=(?:{UNSEEN})*[{BEGINS}])")
MARKED = re.compile(f"{LINE}'(?=(?:{UNSEEN})*[{BEGINS}])")
# What moves a terminal's cursor, colours it, renames its window, or turns a line around.
COMMANDS = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069]")


def visible(text: str) -> str:
    """The text as a terminal may be given it: whatever would command it is a question mark."""
    return COMMANDS.sub("?", text)


def guarded(text: str) -> str:
    """The text with a quote before every line that a spreadsheet could compute."""
    return OPEN.sub("'", text.replace("\0", ""))


def unguarded(text: str) -> str:
    """What `guarded` was given: the quotes that it wrote are gone, and no other."""
    return MARKED.sub("", text)
