"""An article of the knowledge base as a letter: its Markdown becomes spans."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from handlers import codes
from handlers.letters import messages
from handlers.letters.letter import Choice, Letter, LetterFile, Span, Text
from handlers.wording import Words
from kb.library import Library, Picture
from store.turn import Turn
from store.values import OutboxRow

_MARKDOWN = MarkdownIt("commonmark")


def draw(
    row: OutboxRow, turn: Turn, words: Words, facts: Mapping[str, Any], library: Library
) -> Letter:
    """The article in the reader's language, under the lines above, over its question."""
    article = library.article(str(facts["article"]), words.language)
    if article is None:
        return gone(words, facts)
    parts = messages.around(words, row.key, facts)
    text = messages.join([*parts.above, spans(article.text), parts.middle, *parts.below])
    letter = messages.finish(row, turn, words, text)
    if article.picture is None:
        return letter
    return replace(letter, files=(*letter.files, _shown(article.picture, article.title)))


def _shown(picture: Picture, title: str) -> LetterFile:
    return LetterFile(
        kind="photo",
        name=picture.name,
        mime=picture.mime,
        size=len(picture.content),
        content=picture.content,
        alt=title,
    )


def offer(
    row: OutboxRow, turn: Turn, words: Words, facts: Mapping[str, Any], library: Library
) -> Letter:
    """The article's title in the reader's language, to be asked for."""
    article = library.article(str(facts["article"]), words.language)
    if article is None:
        return gone(words, facts)
    return messages.draw(row, turn, words, {**facts, "title": article.title})


def gone(words: Words, facts: Mapping[str, Any]) -> Letter:
    """Said in place of a guide that is no longer on the shelf."""
    ways = (("new", "label.new_case"), ("guides", "label.guides"))
    return Letter(
        text=messages.whole(words, "article.gone", facts),
        choices=tuple(Choice(code=codes.talk(v), label=words.label(k)) for v, k in ways),
        language=words.language,
    )


def spans(markdown: str) -> Text:
    """Markdown as spans: bold, italic, code, numbered and plain lists; everything else is text."""
    lines: list[Text] = []
    counters: list[int | None] = []
    opening = ""
    for token in _MARKDOWN.parse(markdown):
        match token.type:
            case "ordered_list_open":
                counters.append(int(token.attrGet("start") or 1))
            case "bullet_list_open":
                counters.append(None)
            case "ordered_list_close" | "bullet_list_close":
                counters.pop()
            case "list_item_open":
                opening = _mark(counters)
            case "inline":
                lines.append(_line(token, opening))
                opening = ""
            case "fence" | "code_block":
                lines.append((Span(token.content.rstrip("\n"), code=True),))
            case "heading_open":
                opening = "#"
            case _:
                continue
    return messages.join(lines)


def _mark(counters: list[int | None]) -> str:
    number = counters[-1]
    if number is None:
        return "• "
    counters[-1] = number + 1
    return f"{number}. "


def _line(token: Token, opening: str) -> Text:
    """One line: after "#" it is a heading, bold whole; else `opening` is its number or bullet."""
    heading = opening == "#"
    out = [Span(opening)] if opening and not heading else []
    bold, italic = heading, False
    for child in token.children or ():
        match child.type:
            case "strong_open" | "strong_close":
                bold = heading or child.type == "strong_open"
            case "em_open" | "em_close":
                italic = child.type == "em_open"
            case "code_inline":
                out.append(Span(child.content, code=True))
            case "softbreak" | "hardbreak":
                out.append(Span(" " if child.type == "softbreak" else "\n"))
            case _ if child.content:
                out.append(Span(child.content, bold=bold, italic=italic))
            case _:
                continue
    return tuple(out)
