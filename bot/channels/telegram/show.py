"""A receipt on Telegram: the callback is answered, and the pressed keyboard becomes the answer.

Best effort, straight after the commit: losing it loses nothing (PLATFORM.md, consequence 5).
"""

from collections.abc import Iterable
from typing import Protocol

from bot.channels.call import Call
from bot.channels.telegram import limits
from bot.channels.telegram.keyboard import LABEL, NONE, Markup
from bot.channels.telegram.text import shortened
from handlers.inbound import Commanded, Inbound, Pressed

INERT = "-"  # the code of a button that only shows the answer given
ALERT_FROM = 80  # units: a longer toast would be gone before it is read


class Shown(Protocol):
    """What the desk drew of a receipt. `chosen`: None leaves the keyboard, "" takes it away."""

    @property
    def toast(self) -> str | None:
        """One short sentence for this person alone."""
        ...

    @property
    def chosen(self) -> str | None:
        """The label of the answer given."""
        ...


def is_inert(inbound: Inbound) -> bool:
    """Whether it is a press on an answer already given: nothing to do but stop the spinner."""
    return isinstance(inbound, Pressed) and inbound.code == INERT


def calls(shown: Shown | None, inbound: Inbound) -> list[Call]:
    """The calls to make at once. A press is always answered, or its button spins on."""
    toast = (shown.toast if shown else None) or ""
    if isinstance(inbound, Commanded) and inbound.address.private and toast:
        return [_message(toast, inbound)]
    if not isinstance(inbound, Pressed):
        return []  # a client's message is answered by a letter; there is nobody to nudge
    made = [_answer(toast, inbound)] if inbound.trigger else []
    if shown and shown.chosen is not None and inbound.ref is not None:
        made.append(_settled(shown.chosen, inbound.address.chat, inbound.ref))
    return made


def otherwise(undone: Iterable[Call], inbound: Inbound) -> list[Call]:
    """A word to whoever pressed, as a message, where the press was too old to be answered (F54)."""
    said = [call.params["text"] for call in undone if "text" in call.params]
    if not isinstance(inbound, Pressed) or not inbound.address.private:
        return []
    return [_message(str(text), inbound) for text in said]


def _answer(toast: str, pressed: Pressed) -> Call:
    params: dict[str, object] = {"callback_query_id": pressed.trigger}
    if toast:
        params["text"] = shortened(toast, limits.TOAST)
        params["show_alert"] = len(toast) > ALERT_FROM
    return Call("answerCallbackQuery", params)


def _settled(chosen: str, chat: str, ref: str) -> Call:
    given = {"text": shortened(f"✔ {chosen}", LABEL), "callback_data": INERT}
    markup: Markup = {"inline_keyboard": [[given]]} if chosen else NONE
    params = {"chat_id": int(chat), "message_id": int(ref), "reply_markup": markup}
    return Call("editMessageReplyMarkup", params)


def _message(toast: str, inbound: Inbound) -> Call:
    return Call("sendMessage", {"chat_id": int(inbound.address.chat), "text": toast})
