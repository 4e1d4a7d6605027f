"""Forms as modals and a person's Home tab, in Slack's own JSON. Pure."""

import json
from collections.abc import Sequence
from typing import Any

from bot.channels.slack import blocks as kit
from bot.channels.slack.blocks import Block
from bot.channels.slack.content import content
from bot.channels.slack.text import clean, cut
from handlers.letters.letter import Choice, Field, FormView, Letter, Span, Text

TITLE = 24
LONGEST = 3000
VIEW_BLOCKS = 100
RADIOS = 5  # up to here all options are seen at once
BOXES = 10
OPTIONS = 100
TICKED = "yes"  # the value of a box that stands alone


def view(form: FormView) -> dict[str, Any]:
    """The modal. A field's name is its block id: faults and answers come back under it.

    Raises ValueError when the meta does not fit: it may hold names and numbers only.
    """
    kept = json.dumps(
        {"form": form.form, "version": form.version, "meta": form.meta}, ensure_ascii=False
    )
    if len(kept) > LONGEST:
        raise ValueError(f"the meta of form {form.form} is longer than {LONGEST} characters")
    intro = list(kit.paragraphs([form.intro]))
    fields = [_field(one) for one in form.fields]
    return {
        "type": "modal",
        "callback_id": form.form,
        "title": kit.plain_text(form.title, TITLE),
        "submit": kit.plain_text(form.submit, TITLE),
        "close": kit.plain_text(form.cancel, TITLE),
        "private_metadata": kept,
        "blocks": [*intro, *fields][:VIEW_BLOCKS] or [kit.rich_text((Span("–"),))],
    }


def notice(title: str, text: str) -> dict[str, Any]:
    """A modal that only tells one thing."""
    said: Text = (Span(clean(text)),)
    return {
        "type": "modal",
        "title": kit.plain_text(title, TITLE),
        "blocks": list(kit.paragraphs([said])) or [kit.rich_text((Span("–"),))],
    }


def home(letter: Letter) -> dict[str, Any]:
    """The Home tab made of a letter's blocks."""
    blocks = list(content(letter))[:VIEW_BLOCKS]
    return {"type": "home", "blocks": blocks or [kit.rich_text((Span("–"),))]}


def _field(field: Field) -> Block:
    made: Block = {
        "type": "input",
        "block_id": field.name,
        "label": kit.plain_text(field.label, 200),
        "optional": field.optional or field.kind == "check",
        "element": _element(field),
    }
    if field.hint:
        made["hint"] = kit.plain_text(field.hint, 300)
    return made


def _element(field: Field) -> Block:
    match field.kind:
        case "choice" if field.options:
            return _choice(field)
        case "check":
            return _check(field)
        case kind:
            return _written(field, kind == "text")


def _written(field: Field, multiline: bool) -> Block:
    limit = min(max(field.limit, 1), LONGEST)
    made: Block = {
        "type": "plain_text_input",
        "action_id": field.name,
        "multiline": multiline,
        "max_length": limit,
    }
    if field.value:
        made["initial_value"] = cut(clean(field.value), limit)
    return made


def _choice(field: Field) -> Block:
    many = len(field.options) > RADIOS
    made: Block = {
        "type": "static_select" if many else "radio_buttons",
        "action_id": field.name,
    }
    if len(field.options) > OPTIONS:
        made["option_groups"] = _groups(field.options)
    else:
        made["options"] = [kit.option(one) for one in field.options]
    first = [one for one in field.options if one.code == field.value]
    if first:
        made["initial_option"] = kit.option(first[0])
    return made


def _groups(options: Sequence[Choice]) -> list[Block]:
    return [
        {
            "label": kit.plain_text(f"{start + 1}–{start + len(group)}", kit.LABEL),
            "options": [kit.option(one) for one in group],
        }
        for start in range(0, len(options), OPTIONS)
        for group in [options[start : start + OPTIONS]]
    ]


def _check(field: Field) -> Block:
    """Boxes: the answer is the ticked codes, joined by commas. One box stands for a yes."""
    options = field.options or (Choice(code=TICKED, label=field.label),)
    ticked = set(field.value.split(","))
    made: Block = {
        "type": "checkboxes",
        "action_id": field.name,
        "options": [kit.option(one) for one in options[:BOXES]],
    }
    first = [kit.option(one) for one in options[:BOXES] if one.code in ticked]
    return made | {"initial_options": first} if first else made
