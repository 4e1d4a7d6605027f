"""Telegram as a Channel: letters out through the real Bot, each attempt told truthfully."""

import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import replace
from typing import Any

from telegram.error import InvalidToken, TelegramError

from bot.channels.call import Call
from bot.channels.health import Health
from bot.channels.telegram import announce
from bot.channels.telegram.announce import Announcement
from bot.channels.telegram.files import Files, Source, gathered
from bot.channels.telegram.floods import Floods
from bot.channels.telegram.links import deep_link
from bot.channels.telegram.media import FIELDS
from bot.channels.telegram.outcome import outcome_of
from bot.channels.telegram.render import render
from bot.channels.telegram.secrets import quiet, redact
from bot.channels.telegram.wire import PUBLIC_API, Wire, uploaded
from handlers.letters.letter import LetterFile
from policy.errors import Outage
from scheduler.channel import Delivery, Outcome, Result, SetupFault

log = logging.getLogger(__name__)

_HALF_SENT = 200  # letters whose first parts are remembered between two attempts

Sent = list[tuple[Call, tuple[str, ...]]]


class Telegram:
    """One bot account. `account` is its id, the public half of the token."""

    name = "telegram"

    def __init__(
        self,
        token: str,
        *,
        api_url: str = PUBLIC_API,
        announcements: Sequence[Announcement] = (),
        source: Source | None = None,
        patience: float = 10.0,
    ) -> None:
        """`source` reads files that came in on another channel; `patience` is for one answer, in
        seconds. Raises SetupFault."""
        quiet()
        self.account = token.partition(":")[0]
        if not self.account.isdecimal():
            raise SetupFault("TELEGRAM_BOT_TOKEN is not a bot token (123456:ABC...)")
        self.wire = Wire(token, api_url, patience)
        self.username = ""
        self._announcements = announcements
        self._source = source
        self._files = Files(self.wire)
        self._half_sent: OrderedDict[int, Sent] = OrderedDict()
        self._health = Health("stopped")
        self._floods = Floods()

    async def start(self) -> None:
        """Check the token. Raises Outage or SetupFault."""
        try:
            await self.wire.initialize()
        except InvalidToken:
            self._health = Health("down", "invalid_token")
            raise SetupFault("Telegram refuses the token (or TELEGRAM_API_URL is wrong)") from None
        except Exception as error:
            self._health = Health("degraded", outcome_of(error).code)
            raise Outage(redact(f"Telegram is away: {error}")) from None
        self.username = self.wire.username
        self._health = Health("ok")

    async def announce(self) -> None:
        """Have Telegram show the menu and the description; what fails waits for the next start."""
        await self.perform(announce.calls(self._announcements))

    async def stop(self) -> None:
        """Close connections; safe to call twice."""
        self._health = Health("stopped")
        await self._files.close()
        await self.wire.shutdown()

    @property
    def health(self) -> Health:
        """As the last attempt left it."""
        return self._health

    def link(self, payload: str = "") -> str:
        """A link into the chat, once started; the payload arrives as `/start PAYLOAD`."""
        return deep_link(self.username, payload)

    async def deliver(self, delivery: Delivery) -> Outcome:
        """Send, edit, delete or react, as the letter says.

        A letter of several calls that stopped half way goes on from there when it is tried again,
        here or in another replica: what was sent is not sent twice.
        """
        try:
            calls = render(delivery)
        except ValueError as error:
            return Outcome(result=Result.PERMANENT, code=f"render: {error}"[:200])
        sent = self._begun(delivery, calls)
        for call in calls[len(sent) :]:
            outcome = await self._attempt(call)
            if outcome.result is not Result.SENT:
                self._remember(delivery.outbox_id, sent)
                return replace(outcome, refs=_refs(sent))
            sent.append((call, outcome.refs))
        return Outcome(result=Result.SENT, refs=_refs(sent))

    async def reconcile(self, delivery: Delivery) -> Outcome | None:
        """Telegram cannot tell what it sent: it takes no key with a message."""
        return None

    def fetch(self, file: LetterFile) -> AsyncIterator[bytes]:
        """The bytes of a file that came in here. Raises Refusal or Outage while streaming."""
        return self._files.fetch(file)

    async def perform(self, calls: Iterable[Call]) -> Sequence[Call]:
        """Calls whose failure changes nothing: callback answers, drawn keyboards, menus.

        Returns those that certainly did not come to pass.
        """
        undone: list[Call] = []
        for call in calls:
            outcome = await self._attempt(call)
            if outcome.result is not Result.SENT:
                log.info("%s not done: %s", call.method, outcome.code)
            if outcome.result in (Result.PERMANENT, Result.NOT_SENT):
                undone.append(call)
        return undone

    async def _attempt(self, call: Call) -> Outcome:
        try:
            result = await self.wire.call(call.method, await self._form(call))
        except Exception as error:
            outcome = outcome_of(error)
        else:
            refs = _refs_of(call, result)
            if refs is None:
                outcome = Outcome(result=Result.UNKNOWN, code="garbage")
            else:
                outcome = Outcome(result=Result.SENT, refs=refs)
        if call.method.startswith("send"):
            outcome = self._floods.judged(str(call.params["chat_id"]), outcome)
        self._note(outcome)
        return outcome

    async def _form(self, call: Call) -> dict[str, Any]:
        """The parameters with the uploads in their places."""
        form = dict(call.params)
        for number, file in enumerate(call.files):
            content = await gathered(file, self._source)
            # An album names its parts inside `media`; a single file is its parameter's own part.
            name = next((name for name in FIELDS if name in form), f"file{number}")
            form[name] = uploaded(content, file.name)
        return form

    def _note(self, outcome: Outcome) -> None:
        if outcome.result is Result.AUTH:
            self._health = Health("down", outcome.code)
        elif outcome.result in (Result.NOT_SENT, Result.UNKNOWN):
            self._health = Health("degraded", outcome.code)
        else:
            self._health = Health("ok")

    def _begun(self, delivery: Delivery, calls: Sequence[Call]) -> Sent:
        before = self._half_sent.pop(delivery.outbox_id, None)
        if before is None:
            return _resumed(calls, delivery.sent)
        # Composed anew and no longer the same: what was sent belongs to another text.
        same = [call for call, _ in before] == list(calls[: len(before)])
        return before if same else []

    def _remember(self, outbox_id: int, sent: Sent) -> None:
        if sent:
            self._half_sent[outbox_id] = sent
            while len(self._half_sent) > _HALF_SENT:
                self._half_sent.popitem(last=False)


async def use_webhook(channel: Telegram, url: str, secret: str, updates: Sequence[str]) -> None:
    """Have Telegram post updates to `url`. Raises Outage, or SetupFault when it refuses."""
    params = {"url": url, "secret_token": secret, "allowed_updates": list(updates)}
    try:
        await channel.wire.call("setWebhook", params)
    except TelegramError as error:
        outcome = outcome_of(error)
        fault = SetupFault if outcome.result in (Result.PERMANENT, Result.AUTH) else Outage
        raise fault(redact(f"setWebhook: {error}")) from None


def _refs(sent: Sent) -> tuple[str, ...]:
    return tuple(ref for _, refs in sent for ref in refs)


def _resumed(calls: Sequence[Call], refs: Sequence[str]) -> Sent:
    """What another replica has sent of these calls, by the refs that it left behind."""
    sent: Sent = []
    left = list(refs)
    for call in calls:
        count = _messages_of(call)
        if count > len(left):
            break
        sent.append((call, tuple(left[:count])))
        left = left[count:]
    while sent and not sent[-1][1]:
        sent.pop()  # nothing tells that it was done, and doing it again changes nothing
    return sent


def _messages_of(call: Call) -> int:
    """How many refs a call gives when it is done."""
    if call.method == "sendMediaGroup":
        return len(call.params["media"])
    return int(call.method.startswith(("send", "edit")))


def _refs_of(call: Call, result: Any) -> tuple[str, ...] | None:
    """The ids of the messages made or changed; None for an answer that cannot be Telegram's."""
    if call.method.startswith("edit"):
        return (str(call.params["message_id"]),)
    if not call.method.startswith("send"):
        return ()
    messages = result if isinstance(result, list) else [result]
    ids = [one.get("message_id") if isinstance(one, dict) else None for one in messages]
    if not ids or not all(isinstance(one, int) for one in ids):
        return None
    return tuple(str(one) for one in ids)
