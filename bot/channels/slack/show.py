"""What is shown at once -> the answer inside the acknowledgement, and the calls beside it. Pure.

A submission and a command are answered in the acknowledgement itself; a form needs the trigger
of the press, a word to a presser an ephemeral message. None of it is kept, and losing it loses
nothing.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from bot.channels.call import Call
from bot.channels.slack import blocks as kit
from bot.channels.slack.people import bare
from bot.channels.slack.text import cut, spoken
from bot.channels.slack.views import notice, view
from handlers.inbound import Commanded, Inbound, Pressed, Submitted
from handlers.letters.letter import Choice, FormView, Span

BRIEF = 600
TITLE = "Radica"


class Shown(Protocol):
    """A receipt in words: at most one of toast, form and faults says something."""

    @property
    def toast(self) -> str | None: ...
    @property
    def form(self) -> FormView | None: ...
    @property
    def faults(self) -> Mapping[str, str] | None: ...
    @property
    def chosen(self) -> str | None: ...


def ack(shown: Shown, inbound: Inbound) -> dict[str, Any] | None:
    """The body of the acknowledgement; None for an empty one."""
    match inbound:
        case Submitted() if shown.faults:
            errors = {name: cut(said, BRIEF) for name, said in shown.faults.items()}
            return {"response_action": "errors", "errors": errors}
        case Submitted() if shown.form is not None:
            return {"response_action": "update", "view": view(shown.form)}
        case Submitted() if shown.toast:
            return {"response_action": "update", "view": notice(TITLE, shown.toast)}
        case Commanded() if shown.toast and shown.form is None:
            text = spoken(shown.toast)
            return {"response_type": "ephemeral", "text": text, **_only(shown.toast)}
        case _:
            return None


def calls(shown: Shown, inbound: Inbound, message: Mapping[str, Any] | None = None) -> list[Call]:
    """The calls to make after the commit. `message` is the one that carried the pressed button."""
    made: list[Call] = []
    if isinstance(inbound, Pressed) and shown.chosen is not None and message is not None:
        made.extend(_answered(inbound, message, shown.chosen))
    if shown.form is not None and not isinstance(inbound, Submitted):
        made.extend(_opened(shown.form, inbound))
    elif shown.toast and not isinstance(inbound, Submitted | Commanded):
        made.append(_whispered(inbound, shown.toast))
    return made


def unopened(form: FormView, inbound: Inbound) -> Call:
    """After a trigger that came too late: the same press offered again, with a fresh one."""
    blocks = list(kit.paragraphs([form.intro])) or [kit.rich_text((Span(form.title),))]
    if isinstance(inbound, Pressed):
        blocks.extend(kit.buttons([Choice(code=inbound.code, label=form.title)], "again"))
    return _private(inbound, form.title, blocks)


def _opened(form: FormView, inbound: Inbound) -> list[Call]:
    if isinstance(inbound, Pressed) and inbound.view:
        return [Call("views.update", {"view_id": inbound.view, "view": view(form)})]
    if isinstance(inbound, Pressed | Commanded) and inbound.trigger:
        return [Call("views.open", {"trigger_id": inbound.trigger, "view": view(form)})]
    return []


def _whispered(inbound: Inbound, toast: str) -> Call:
    return _private(inbound, toast, _only(toast)["blocks"])


def _private(inbound: Inbound, text: str, blocks: list[dict[str, Any]]) -> Call:
    address = inbound.address
    params: dict[str, Any] = {
        "channel": address.chat,
        "user": bare(address.user),
        "text": spoken(text),
        "blocks": blocks,
        "parse": "none",
    }
    if address.thread:
        params["thread_ts"] = address.thread
    return Call("chat.postEphemeral", params)


def _only(toast: str) -> dict[str, Any]:
    return {"blocks": list(kit.paragraphs([(Span(toast),)]))}


def _answered(inbound: Pressed, message: Mapping[str, Any], chosen: str) -> list[Call]:
    """The answer given in the place of the buttons, which go without a trace when it is empty.

    An ephemeral message cannot be rewritten so.
    """
    if inbound.ref is None or message.get("is_ephemeral"):
        return []
    kept = [one for one in message.get("blocks") or () if one.get("type") != "actions"]
    if chosen:
        kept.append(kit.rich_text(kit.cleaned((Span("✔ " + chosen),))))
    text = str(message.get("text") or "") or spoken(chosen)
    params = {
        "channel": inbound.address.chat,
        "ts": inbound.ref,
        "text": text,
        "blocks": kept,
        "parse": "none",
    }
    return [Call("chat.update", params)]
