"""A message and a relayed word: catalogue text around facts, choices, files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from handlers.letters.letter import Choice, Letter, LetterFile, Span, Text, plain
from handlers.wording import Words
from store.say import OWED, owed
from store.turn import Turn
from store.values import Button, OutboxRow

LONGEST_DESCRIPTION = 72
BREAK = (Span("\n"),)
HELLO = "first.hello"  # how the keys begin that say it
GREETINGS = ("first.welcome", "first.draft_offer")  # they say hello themselves, unless it is said
AROUND = (OWED, "above", "below", "steps")  # facts that are no words of the sentence itself


def draw(row: OutboxRow, turn: Turn, words: Words, facts: Mapping[str, Any]) -> Letter:
    """The row's sentence with what stands above and below it, its choices and its files."""
    return finish(row, turn, words, whole(words, row.key, facts))


def relay(row: OutboxRow, turn: Turn, words: Words, facts: Mapping[str, Any]) -> Letter:
    """Somebody's own words, under their name; never parsed, never shortened."""
    key = row.key
    if facts.get("named") and words.has(f"{key}_first"):
        key = f"{key}_first"
    text = words.text(key, **{**facts, "text": facts.get("text") or ""})
    if not facts.get("text") and row.files and words.has(f"{key}_file"):
        text = words.text(f"{key}_file", **{**facts, "attached": _attached(turn, words, row)})
    return finish(row, turn, words, text)


def finish(row: OutboxRow, turn: Turn, words: Words, text: Text) -> Letter:
    """The letter around a text: what every kind of row shares."""
    return Letter(
        text=text,
        fallback=plain(text),
        choices=tuple(choice(words, button) for button in row.choices),
        listed=words.label(row.listed) if row.listed else "",
        files=files_of(turn, row.files),
        silent=row.silent,
        edits=row.edits,
        replies_to=row.quotes,
        language=words.language,
    )


@dataclass(frozen=True)
class Lines:
    """A sentence with what stands above and below it."""

    above: tuple[Text, ...]
    middle: Text
    below: tuple[Text, ...]


def whole(words: Words, key: str, facts: Mapping[str, Any]) -> Text:
    """The lines above, the sentence, the lines below, each on a line of its own."""
    lines = around(words, key, facts)
    return join([*lines.above, lines.middle, *lines.below])


def around(words: Words, key: str, facts: Mapping[str, Any]) -> Lines:
    """The sentence and its neighbours apart.

    `above` and `below` are a key, or a list of keys or of [key, facts]; their own facts win. What
    is owed stands above all.
    """
    filled = _with_lines(words, key, facts)
    return Lines(
        above=(
            *_neighbours(words, owed(facts), filled),
            *_neighbours(words, facts.get("above"), filled),
        ),
        middle=words.text(key, **filled),
        below=_neighbours(words, facts.get("below"), filled),
    )


def owing(row: OutboxRow, words: Words, facts: Mapping[str, Any]) -> Letter:
    """What a letter owes, alone: what it asked has no sense any more."""
    text = join(_neighbours(words, owed(facts), facts))
    return Letter(text=text, fallback=plain(text), silent=row.silent, language=words.language)


def join(parts: Sequence[Text], between: Text = BREAK) -> Text:
    """The texts one after the other, empty ones left out."""
    out: list[Span] = []
    for part in parts:
        if not part:
            continue
        out.extend(between if out else ())
        out.extend(part)
    return tuple(out)


def choice(words: Words, button: Button) -> Choice:
    """A button or a row of a list in the reader's words; cut to what platforms show."""
    label = button.text or words.label(button.label, **button.facts)
    more = str(button.facts.get("more") or "")
    if button.description:
        more = words.line(button.description, **button.facts)
    return Choice(
        code=button.code,
        label=label,
        description=cut(more, LONGEST_DESCRIPTION),
        style=button.style,
    )


def files_of(turn: Turn, ids: Sequence[int]) -> tuple[LetterFile, ...]:
    """The attachments by their platform's reference; one that is gone is left out."""
    found = [turn.files.get(file_id) for file_id in ids]
    return tuple(
        LetterFile(
            kind=file.kind,
            name=file.name,
            mime=file.mime,
            size=file.size,
            channel=file.channel,
            account=file.account,
            ref=file.ref,
            url=file.url,
        )
        for file in found
        if file is not None
    )


def with_rows(letter: Letter, rows: tuple[Choice, ...], opened_by: str) -> Letter:
    """The letter with rows of a list, opened by a label."""
    return replace(letter, choices=rows, listed=opened_by)


def _attached(turn: Turn, words: Words, row: OutboxRow) -> str:
    return ", ".join(words.line(f"file.{file.kind}") for file in files_of(turn, row.files))


def cut(text: str, length: int) -> str:
    """The text on one line, cut at a word with an ellipsis."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    head = line[: length - 1]
    return f"{head.rsplit(' ', 1)[0] if ' ' in head else head}…"


def _neighbours(words: Words, keys: Any, facts: Mapping[str, Any]) -> tuple[Text, ...]:
    items = [keys] if isinstance(keys, str) else keys or []
    return tuple(_neighbour(words, item, facts) for item in items)


def _neighbour(words: Words, item: Any, facts: Mapping[str, Any]) -> Text:
    if isinstance(item, str):
        return words.text(item, **facts)
    key, own = item
    return words.text(key, **{**facts, **own})


def _with_lines(words: Words, key: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Steps of a history become the lines that the sentence has a place for; hello is said once."""
    filled = {k: v for k, v in facts.items() if k not in AROUND}
    if any(line[0].startswith(HELLO) for line in owed(facts)):
        filled |= {"name": ""} if key in GREETINGS else {}
    steps = facts.get("steps")
    if steps:
        filled["lines"] = "\n".join(words.line("ticket.history_line", **step) for step in steps)
    return filled
