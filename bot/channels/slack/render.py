"""Letter -> calls of Slack's Web API. Pure: the console draws the very same calls.

A chat that is a user id means that person's direct messages, or their Home tab where the letter
says so. Edits, deletions and marks are calls of their own.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from bot.channels.call import Call
from bot.channels.slack import blocks as kit
from bot.channels.slack.blocks import Block
from bot.channels.slack.content import content
from bot.channels.slack.emoji import code
from bot.channels.slack.people import bare
from bot.channels.slack.text import clean, cut, spoken
from bot.channels.slack.views import home, view
from handlers.letters.letter import Letter, LetterFile, Span, Text, plain
from scheduler.channel import Delivery, Place

__all__ = ["METADATA", "render", "view"]

METADATA = "radica_letter"  # event_type of a message's metadata: how an unknown outcome is settled
BLOCKS = 50


def render(delivery: Delivery) -> list[Call]:
    """The calls that carry the letter, in order. An empty letter makes none."""
    letter, place = delivery.letter, delivery.place
    if letter.home:
        return [Call("views.publish", {"user_id": bare(place.chat), "view": home(letter)})]
    if letter.reacts is not None:
        return _marks(letter.reacts, letter.reacts_instead, place)
    if letter.deletes is not None:
        return [Call("chat.delete", {"channel": place.chat, "ts": letter.deletes})]
    return [*_messages(delivery), *_uploads(letter.files, place)]


def _marks(mark: tuple[str, str], instead: str, place: Place) -> list[Call]:
    """A mark, and before it the end of the one it replaces: Slack would keep both."""
    ref, emoji = mark
    on = {"channel": place.chat, "timestamp": ref}
    gone = [Call("reactions.remove", on | {"name": code(instead)})] if instead else []
    return [*gone, Call("reactions.add", on | {"name": code(emoji)})]


def _messages(delivery: Delivery) -> Iterator[Call]:
    letter = delivery.letter
    groups = list(_packed(list(content(letter))))
    if not groups:
        groups = list(_packed(list(kit.paragraphs([(Span(letter.fallback),)]))))
    for at, group in enumerate(groups):
        text = fallback(letter) if at == 0 else _spoken(group)
        yield _message(delivery, at, {"text": text, "blocks": group})


def _message(delivery: Delivery, at: int, said: dict[str, Any]) -> Call:
    place, edits = delivery.place, delivery.letter.edits
    params = {"channel": place.chat, **said}
    if place.only is not None:
        private = params | {"user": bare(place.only), "parse": "none"}
        return Call("chat.postEphemeral", _threaded(private, place))
    params["metadata"] = {
        "event_type": METADATA,
        "event_payload": {"letter": delivery.outbox_id, "part": at},
    }
    if edits is not None and at == 0:
        return Call("chat.update", params | {"ts": edits, "parse": "none"})
    params |= {"parse": "none", "unfurl_links": False, "unfurl_media": False}
    return Call("chat.postMessage", _threaded(params, place))


def _threaded(params: dict[str, Any], place: Place) -> dict[str, Any]:
    return params if place.thread is None else params | {"thread_ts": place.thread}


def _uploads(files: Sequence[LetterFile], place: Place) -> Iterator[Call]:
    """One call with all files. What one person alone may see goes to their direct messages."""
    if not files:
        return
    titles = [
        {"id": f"attach://{at}", "title": cut(clean(one.alt or one.name), 200) or one.kind}
        for at, one in enumerate(files)
    ]
    chat = place.chat if place.only is None else bare(place.only)
    params: dict[str, Any] = {"channel_id": chat, "files": titles}
    if place.only is None:
        params = _threaded(params, place)
    yield Call("files.completeUploadExternal", params, tuple(files))


def fallback(letter: Letter) -> str:
    """What a notification and a screen reader say; escaped, for this text alone is markup."""
    title: Text = letter.card.title if letter.card is not None else ()
    said = (letter.fallback, plain(letter.text), plain(title), *map(plain, letter.blocks))
    return spoken(next((one for one in said if clean(one).strip()), ""))


def _spoken(group: Sequence[Block]) -> str:
    words = [
        run["text"]
        for block in group
        if block["type"] == "rich_text"
        for part in block["elements"]
        for run in part["elements"]
    ]
    return spoken("".join(words))


def _packed(content: Sequence[Block]) -> Iterator[list[Block]]:
    """Blocks in messages: each under the number of blocks and the budget of characters."""
    here: list[Block] = []
    heavy = 0
    for block in content:
        cost = kit.weight([block])
        if here and (len(here) == BLOCKS or heavy + cost > kit.BUDGET):
            yield here
            here, heavy = [block], cost
            continue
        here.append(block)
        heavy += cost
    if here:
        yield here
