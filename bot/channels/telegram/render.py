"""A letter to Bot API calls. Pure, and never a parse mode: what people wrote stays text."""

from typing import Any

from bot.channels.call import Call
from bot.channels.telegram import keyboard, limits, media
from bot.channels.telegram.keyboard import Markup
from bot.channels.telegram.text import Passage, joined, lay, split
from handlers.letters.letter import Card, Choice, Letter, Span, Text
from scheduler.channel import Delivery, Place

Params = dict[str, Any]


def render(delivery: Delivery) -> list[Call]:
    """The calls, in the order to send them. Empty where Telegram has nothing to show for it.

    Raises ValueError for a place or a ref that cannot be Telegram's.
    """
    letter, place = delivery.letter, delivery.place
    if letter.deletes is not None:
        return [Call("deleteMessage", _where(place) | {"message_id": int(letter.deletes)})]
    if letter.reacts is not None:
        return _reaction(place, *letter.reacts)
    if letter.edits is not None:
        return _edited(letter, place, int(letter.edits))
    return _sent(letter, place)


def _where(place: Place) -> Params:
    # A letter for one person's eyes: a Telegram user's id is also the chat with them.
    chat = place.only or place.chat
    return {"chat_id": chat if chat.startswith("@") else int(chat)}


def _manner(letter: Letter, place: Place) -> Params:
    manner = _where(place)
    if place.thread and not place.only:
        manner["message_thread_id"] = int(place.thread)
    if letter.silent:
        manner["disable_notification"] = True
    return manner


def _sent(letter: Letter, place: Place) -> list[Call]:
    manner = _manner(letter, place)
    body, pages = _body(letter), _pages(letter)
    account, files = place.account, letter.files
    together = len(files) == 1 or not pages
    fits = body.units <= limits.CAPTION and len(pages) <= 1
    if media.captioned(files, account) and together and fits:
        markup = pages[0] if pages else None
        calls = media.calls(files, account, manner, body, markup)
    else:
        calls = media.calls(files, account, manner) + _texts(body, pages, manner, letter)
    if calls and letter.replies_to is not None:
        calls[0].params["reply_parameters"] = {
            "message_id": int(letter.replies_to),
            "allow_sending_without_reply": True,
        }
    return calls


def _texts(body: Passage, pages: list[Markup], manner: Params, letter: Letter) -> list[Call]:
    """Text in parts; the first page of buttons under the last part, the others under a count."""
    parts = split(body)
    if not parts and pages:
        parts = [lay([Span(letter.listed or letter.fallback or "…")])]
    calls = [Call("sendMessage", manner | _written(part)) for part in parts]
    for number, page in enumerate(pages, start=1):
        if number > 1:
            counted = lay([Span(f"{number}/{len(pages)}")])
            calls.append(Call("sendMessage", manner | _written(counted)))
        calls[-1].params["reply_markup"] = page
    return calls


def _edited(letter: Letter, place: Place, message: int) -> list[Call]:
    """Rewrite a message; what does not fit follows as new ones."""
    target = _where(place) | {"message_id": message}
    body, pages = _body(letter), _pages(letter)
    markup = {"reply_markup": pages[0] if pages else keyboard.NONE}
    parts = split(body, limits.CAPTION if letter.files else limits.TEXT)
    if not parts:
        return [Call("editMessageReplyMarkup", target | markup)]
    if letter.files:
        words = {"caption": parts[0].text, "caption_entities": parts[0].entities()}
        return [Call("editMessageCaption", target | words | markup)]
    first = Call("editMessageText", target | _written(parts[0]) | markup)
    rest = [Call("sendMessage", _manner(letter, place) | _written(part)) for part in parts[1:]]
    return [first, *rest]


def _reaction(place: Place, ref: str, emoji: str) -> list[Call]:
    # Telegram knows its reactions without the variation selector, and only these.
    sign = emoji.replace("\ufe0f", "")
    if sign and sign not in limits.REACTIONS:
        return []
    reaction = [{"type": "emoji", "emoji": sign}] if sign else []
    params = _where(place) | {"message_id": int(ref), "reaction": reaction}
    return [Call("setMessageReaction", params)]


def _written(part: Passage) -> Params:
    written: Params = {"text": part.text, "link_preview_options": {"is_disabled": True}}
    entities = part.entities()
    return written | ({"entities": entities} if entities else {})


def _body(letter: Letter) -> Passage:
    paragraphs = [letter.text, *_card(letter.card), *letter.blocks, _described(letter.choices)]
    words = joined(paragraphs)
    said = lay(words).text
    findings = [(Span(file.alt),) for file in letter.files if file.alt and file.alt not in said]
    body = lay(joined([words, *findings]))
    if body.blank and not letter.files:
        return lay([Span(letter.fallback)])
    return body


def _card(card: Card | None) -> tuple[Text, ...]:
    if card is None:
        return ()
    title = tuple(Span(span.text, bold=True) for span in card.title)
    return (joined([title, *card.lines], between="\n"),)


def _described(choices: tuple[Choice, ...]) -> Text:
    """What WhatsApp and Slack show inside a list row; a Telegram button has no room for it."""
    lines = [
        (Span("• "), Span(choice.label, bold=True), Span(f": {choice.description}"))
        for choice in choices
        if choice.description
    ]
    return joined(lines, between="\n")


def _pages(letter: Letter) -> list[Markup]:
    choices = letter.choices
    if letter.card is not None:
        choices += letter.card.buttons + letter.card.menu
    return keyboard.pages(choices, listed=bool(letter.listed))
