"""A letter's blocks in reading order, the same for a message and for Home. Pure."""

from collections.abc import Iterator

from bot.channels.slack import blocks as kit
from bot.channels.slack.blocks import Block
from handlers.letters.letter import Card, Letter, plain

CARD_LINES = 2400  # units of all lines of a card together; the desk writes 900
ACTS = 24


def content(letter: Letter) -> Iterator[Block]:
    """The letter's blocks in reading order: card, text, paragraphs, items, choices."""
    if letter.card is not None:
        yield from card(letter.card)
    yield from kit.paragraphs((letter.text, *letter.blocks))
    for at, item in enumerate(letter.items):
        yield from kit.paragraphs((item.text,))
        yield from kit.buttons(item.choices, f"item{at}-")
    if letter.listed:
        yield from kit.selects(letter.choices, letter.listed, "list")
    else:
        yield from kit.buttons(letter.choices, "choice")


def card(card: Card) -> Iterator[Block]:
    """A ticket's card. Its block id carries number and tone, so that a screen may colour it;
    the words say the same."""
    yield {
        "type": "header",
        "block_id": f"card:{card.number}:{card.tone}",
        "text": kit.plain_text(plain(card.title), kit.HEADER),
    }
    room = CARD_LINES // max(len(card.lines), 1)
    lines = [kit.shortened(line, room) for line in card.lines if plain(line).strip()]
    yield from kit.paragraphs([kit.joined(lines)])
    acts = [kit.button(one, f"card{at}") for at, one in enumerate(card.buttons[:ACTS])]
    if card.menu:
        acts.append(kit.menu(card.menu, card.menu_label, "menu"))
    if acts:
        yield {"type": "actions", "block_id": f"acts:{card.number}", "elements": acts}
