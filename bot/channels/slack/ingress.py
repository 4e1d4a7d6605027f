"""The one seam of both ways in: a payload of Slack's -> a turn -> the acknowledgement.

What Bolt took in has its turn in Bolt's `before_authorize`: after the signature, before any
network call. What is answered here is answered after the commit; an exception becomes a 500,
which Slack reads as "not acknowledged" (it sends events again, and shows a presser its own
failure sign).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient
from typing_extensions import override

from bot.channels.aside import Aside, written
from bot.channels.call import Call
from bot.channels.slack import parse, show
from bot.channels.slack.api import quiet
from bot.channels.slack.channel import Slack
from bot.channels.slack.shape import IDENT, ParseFault
from handlers.inbound import Done, Inbound, Receipt
from policy.errors import Outage
from policy.evolved import evolved
from scheduler.channel import Outcome, Result
from scheduler.clock import Clock
from scheduler.points import Points, nowhere
from scheduler.trace import at_event
from scheduler.waiting import Patience

log = logging.getLogger(__name__)

BUDGET = 2.5  # seconds for a name and the turn; Slack waits three in all
SHOWING = 0.4  # seconds for the receipt's words, after the commit
# Bolt makes a client with every request. Nothing here calls it, and it must reach nobody: what it
# would send ends at this machine's discard port, and no environment is asked for a way out.
NOWHERE = "http://127.0.0.1:9"
EVENTS = frozenset({"event_callback"})
HANDSHAKES = frozenset({"url_verification"})
Next = Callable[[], Awaitable[BoltResponse]]
Step = Callable[[AsyncBoltRequest, Next], Awaitable[BoltResponse]]
LATE_TRIGGER = frozenset({"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"})


class Desk(Protocol):
    """What the edge needs of the desk."""

    def begin(self, inbound: Inbound) -> "asyncio.Task[Receipt]":
        """Done after the commit, whoever waits; fails with Outage when nothing was stored."""
        ...

    async def show(self, receipt: Receipt, inbound: Inbound) -> show.Shown:
        """The receipt in words."""
        ...


class Ingress:
    """Owns the Bolt app, which `dispatch` and Socket Mode call alike."""

    def __init__(
        self,
        desk: Desk,
        channel: Slack,
        clock: Clock,
        aside: Aside,
        *,
        budget: float = BUDGET,
        points: Points = nowhere,
    ) -> None:
        self._desk = desk
        self._channel = channel
        self._clock = clock
        self._aside = aside
        self._budget = budget
        self._points = points
        self._beside: set[asyncio.Task[None]] = set()
        self._patience = Patience()
        self.app = AsyncApp(
            name="radica",
            logger=quiet("slack.bolt"),
            process_before_response=True,
            client=AsyncWebClient(proxy=NOWHERE, retry_handlers=[]),
            request_verification_enabled=False,
            before_authorize=_Before(self._step),
            authorize=_authorize,
        )

    async def dispatch(self, request: AsyncBoltRequest) -> BoltResponse:
        """Bolt's whole way: its middleware, and in it the turn."""
        return await self.app.async_dispatch(request)

    async def interact(self, payload: Mapping[str, Any]) -> BoltResponse:
        """A press, a form or a shortcut that is read already. Of all that Bolt would lay out
        round it, a client and a context of a dozen names, the turn looks at nothing."""
        try:
            return await self._turn(payload)
        except Exception:
            log.exception("slack interaction failed")
            return BoltResponse(status=500, body="")

    async def settle(self) -> None:
        """Wait for what is still being shown. Called on stop, and by tests."""
        while self._beside:
            await asyncio.gather(*self._beside)

    async def _step(self, req: AsyncBoltRequest, next: Next) -> BoltResponse:
        return await (next() if req.body.get("type") in HANDSHAKES else self._turn(req.body))

    async def _turn(self, payload: Mapping[str, Any]) -> BoltResponse:
        try:
            inbound = self._inbound(payload)
        except ParseFault as fault:
            return BoltResponse(status=await self.set_aside(payload, str(fault)), body="")
        if inbound is None:
            return BoltResponse(status=200, body="")
        with at_event("slack", self._channel.account, inbound.key):
            return await self._taken(inbound, payload)

    async def _taken(self, inbound: Inbound, payload: Mapping[str, Any]) -> BoltResponse:
        loop = asyncio.get_running_loop()
        until = loop.time() + self._budget
        inbound = await self._introduced(inbound)
        receipt = await self._received(inbound, until - loop.time())
        if receipt is None:
            return BoltResponse(status=503, body="")
        body = await self._answer(receipt, inbound, payload)
        self._points("before_ack")
        return BoltResponse(status=200, body=body)

    def _inbound(self, body: Mapping[str, Any]) -> Inbound | None:
        account, at = self._channel.account, self._clock.now()
        if body.get("type") in EVENTS:
            return parse.event(body, account)
        if "command" in body:
            return parse.command(body, account, at=at)
        if "type" in body:
            return parse.interaction(body, account, at=at)
        raise ParseFault("type", "none")

    async def set_aside(self, body: Mapping[str, Any], reason: str) -> int:
        """Authentic and unreadable: kept, once. An event is acknowledged, or Slack would send it
        again and again; whoever pressed or commanded sees Slack's own failure sign (F08)."""
        log.warning("slack payload not read: %s", reason)
        key = _key(body)
        if key is None:
            return 400  # not even an envelope of Slack's (F17)
        account, kept = self._channel.account, written(body, reason)
        try:
            await self._aside(
                channel="slack", account=account, key=key, kind=ParseFault.__name__, body=kept
            )
        except Outage:
            return 503
        return 200 if body.get("type") in EVENTS else 400

    async def _introduced(self, inbound: Inbound) -> Inbound:
        """The event with its person's name, which Slack keeps out of its events."""
        address = inbound.address
        told = await self._channel.directory.profile(address.user)
        name, language = told.name or address.name, told.language or address.language
        if (name, language) == (address.name, address.language):
            return inbound
        return evolved(inbound, address=evolved(address, name=name, language=language))

    async def _received(self, inbound: Inbound, seconds: float) -> Receipt | None:
        """The turn's receipt; None when it must not be acknowledged. A late turn is left to end:
        what it commits is met by the dedupe row when Slack sends the event again."""
        turn = self._desk.begin(inbound)
        if not await self._patience.ends(turn, seconds):
            turn.add_done_callback(_forgotten)
            log.warning("slack turn late: %s", type(inbound).__name__)
            return None
        try:
            return turn.result()
        except Outage as outage:
            log.warning("slack turn postponed: %s", outage)
            return None

    async def _answer(
        self, receipt: Receipt, inbound: Inbound, body: Mapping[str, Any]
    ) -> dict[str, Any] | str:
        """The acknowledgement's body. The commit stands, so no failure here may undo it."""
        if isinstance(receipt, Done) and receipt.chosen is None:
            return ""
        try:
            async with asyncio.timeout(SHOWING):
                shown = await self._desk.show(receipt, inbound)
            message = body.get("message")
            calls = show.calls(shown, inbound, message if isinstance(message, Mapping) else None)
            if calls:
                self._start(self._show(calls, shown, inbound))
            return show.ack(shown, inbound) or ""
        except Exception:
            log.exception("slack receipt not shown")
            return ""

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    async def _show(self, calls: list[Call], shown: show.Shown, inbound: Inbound) -> None:
        """Best effort, once: a trigger lives three seconds, and nothing here carries state."""
        for call in calls:
            outcome = await self._channel.perform(call)
            if outcome.result is Result.SENT:
                continue
            log.info("slack %s not shown: %s", call.method, outcome.code)
            if _too_late(call, outcome) and shown.form is not None:
                await self._channel.perform(show.unopened(shown.form, inbound))


class _Before(AsyncMiddleware):
    """A step of Bolt's as an object of its own: for a plain function Bolt would gather, with
    every request, all that a function might ask for by name."""

    def __init__(self, step: Step) -> None:
        self._step = step

    @override
    async def async_process(
        self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Next
    ) -> BoltResponse:
        return await self._step(req, next)


def _key(body: Mapping[str, Any]) -> str | None:
    """What Slack knows this payload by, under the names of those that can be read."""
    for prefix, name in (("event", "event_id"), ("trigger", "trigger_id")):
        ident = body.get(name)
        if isinstance(ident, str) and IDENT.fullmatch(ident):
            return f"{prefix}:{ident}"
    return None


def _too_late(call: Call, outcome: Outcome) -> bool:
    return call.method == "views.open" and outcome.code in LATE_TRIGGER


def _forgotten(turn: "asyncio.Future[Receipt]") -> None:
    """Nobody waits for a late turn any more: its failure is told to the log."""
    if not turn.cancelled() and turn.exception() is not None:
        log.warning("late slack turn failed: %s", type(turn.exception()).__name__)


async def _authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
    """Without a network: only the handshake ever comes this far."""
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)
