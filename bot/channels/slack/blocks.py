"""Block Kit pieces from the desk's own values. User text only ever sits in text elements.

A rich_text text element and a plain_text object are not markup: Slack reads no mention, link,
channel call or style out of them. Nothing here uses mrkdwn.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bot.channels.slack.text import clean, cut, pieces, units
from handlers.letters.letter import Choice, Span, Text

Block = dict[str, Any]

LABEL = 75  # of a button or an option
VALUE = 2000  # of a button
PLACEHOLDER = 150
HEADER = 150
ROW = 5  # buttons side by side
OPTIONS = 100  # of one menu
MENU = 5  # entries of an overflow menu
PART = 2400  # units of one rich_text block: far below every limit seen
RUNS = 40  # styled runs in one block
BUDGET = 10_000  # characters of JSON a message: Slack refused some above 13,000


def plain_text(text: str, limit: int) -> Block:
    """A text without markup or emoji names; Slack refuses an empty one, so a dash stands for it."""
    return {"type": "plain_text", "text": cut(clean(text), limit) or "–", "emoji": False}


def rich_text(text: Text) -> Block:
    """Spans as one rich_text block; a table in code style becomes a preformatted part."""
    elements: list[Block] = []
    flow: list[Block] = []
    for span in text:
        if span.code and "\n" in span.text:
            _close(elements, flow)
            flow = []
            elements.append({"type": "rich_text_preformatted", "elements": [_run(span, {})]})
        elif span.text:
            flow.append(_run(span, _style(span)))
    _close(elements, flow)
    return {"type": "rich_text", "elements": elements}


def _close(elements: list[Block], flow: list[Block]) -> None:
    if flow:
        elements.append({"type": "rich_text_section", "elements": flow})


def _run(span: Span, style: dict[str, bool]) -> Block:
    run: Block = {"type": "text", "text": span.text}
    return run | {"style": style} if style else run


def _style(span: Span) -> dict[str, bool]:
    names = {"bold": span.bold, "italic": span.italic, "code": span.code}
    return {name: True for name, on in names.items() if on}


def paragraphs(texts: Iterable[Text], limit: int = PART) -> Iterator[Block]:
    """Each text as one block, or as several where it is long."""
    for text in texts:
        for part in parts(text, limit):
            yield rich_text(part)


def parts(text: Text, limit: int) -> Iterator[Text]:
    """The same text in parts of at most `limit` units. Parts without a visible run are left out."""
    here: list[Span] = []
    room = limit
    for span in cleaned(text):
        for piece in pieces(span.text, limit):
            if units(piece) > room or len(here) == RUNS:
                yield from _visible(here)
                here.clear()
                room = limit
            here.append(Span(piece, span.bold, span.italic, span.code))
            room -= units(piece)
    yield from _visible(here)


def _visible(here: list[Span]) -> Iterator[Text]:
    if any(span.text.strip() for span in here):
        yield tuple(here)


def cleaned(text: Text) -> Text:
    """The spans without the characters that no message can carry."""
    return tuple(Span(clean(span.text), span.bold, span.italic, span.code) for span in text)


def joined(lines: Sequence[Text]) -> Text:
    """Lines under one another, as one text."""
    spans: list[Span] = []
    for at, line in enumerate(lines):
        if at:
            spans.append(Span("\n"))
        spans.extend(line)
    return tuple(spans)


def shortened(text: Text, limit: int) -> Text:
    """The text cut to `limit` units, styles kept."""
    spans: list[Span] = []
    room = limit
    for span in cleaned(text):
        if room <= 1:
            break
        kept = cut(span.text, room)
        spans.append(Span(kept, span.bold, span.italic, span.code))
        room -= units(span.text)
    return tuple(spans)


def buttons(choices: Sequence[Choice], name: str) -> Iterator[Block]:
    """Rows of buttons."""
    for start in range(0, len(choices), ROW):
        row = choices[start : start + ROW]
        yield {
            "type": "actions",
            "block_id": f"{name}{start}",
            "elements": [button(one, f"{name}{start + at}") for at, one in enumerate(row)],
        }


def button(choice: Choice, name: str) -> Block:
    """One button: a code to press, or a link to follow."""
    made: Block = {
        "type": "button",
        "action_id": name,
        "text": plain_text(choice.label, LABEL),
    }
    if choice.url:
        return made | {"url": choice.url}
    made["value"] = choice.code
    if choice.style in ("primary", "danger"):
        made["style"] = choice.style
    return made


def option(choice: Choice) -> Block:
    """One row of a menu."""
    made: Block = {"text": plain_text(choice.label, LABEL), "value": choice.code}
    if choice.description:
        made["description"] = plain_text(choice.description, LABEL)
    return made


def selects(choices: Sequence[Choice], label: str, name: str) -> Iterator[Block]:
    """Rows of a list, in one menu or, when they are very many, in several."""
    for at, batch in enumerate(batches(choices)):
        yield {
            "type": "actions",
            "block_id": f"{name}{at}",
            "elements": [select(batch, label, f"{name}{at}")],
        }


def select(choices: Sequence[Choice], label: str, name: str) -> Block:
    """A menu opened by `label`."""
    return {
        "type": "static_select",
        "action_id": name,
        "placeholder": plain_text(label, PLACEHOLDER),
        "options": [option(one) for one in choices],
    }


def batches(choices: Sequence[Choice]) -> Iterator[Sequence[Choice]]:
    """Groups whose menus stay well inside one message."""
    here: list[Choice] = []
    heavy = 0
    for choice in choices:
        cost = weight([option(choice)])
        if here and (heavy + cost > BUDGET // 2 or len(here) == OPTIONS):
            yield tuple(here)
            here.clear()
            heavy = 0
        here.append(choice)
        heavy += cost
    if here:
        yield here


def menu(choices: Sequence[Choice], label: str, name: str) -> Block:
    """A card's further acts: the three dots for a few, a menu with its label for more."""
    if len(choices) > MENU:
        return select(choices[:OPTIONS], label, name)
    return {"type": "overflow", "action_id": name, "options": [option(one) for one in choices]}


def weight(blocks: Sequence[Block]) -> int:
    """What the blocks cost of a message's budget."""
    return units(json.dumps(blocks, ensure_ascii=False))
