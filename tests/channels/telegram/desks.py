"""A desk that only writes down what came in, and can refuse to."""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from handlers.inbound import Done, Inbound, Receipt, Toast
from handlers.letters.letter import Choice, Letter, Span
from policy.errors import Outage
from scheduler.channel import Delivery, Place

NOON = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Shown:
    """A receipt in words."""

    toast: str | None = None
    chosen: str | None = None


@dataclass
class RecordingDesk:
    """`seen` is what was committed. `on_event` runs before: it may wait or raise."""

    seen: list[Inbound] = field(default_factory=list)
    started: list[str] = field(default_factory=list)
    toast: str | None = None
    chosen: str | None = None
    on_event: Callable[[Inbound], Awaitable[None]] | None = None

    async def receive(self, inbound: Inbound) -> Receipt:
        """Commit, unless told otherwise."""
        self.started.append(inbound.key)
        if self.on_event is not None:
            await self.on_event(inbound)
        self.seen.append(inbound)
        return Toast(key="any") if self.toast else Done(chosen=self.chosen)

    async def show(self, receipt: Receipt, inbound: Inbound) -> Shown:
        """The words that the test chose."""
        return Shown(self.toast, self.chosen)

    def said(self) -> dict[str, list[str]]:
        """Texts by chat, in the order of their commits."""
        texts: dict[str, list[str]] = defaultdict(list)
        for one in self.seen:
            texts[one.address.chat].append(getattr(one, "text", ""))
        return texts


@dataclass
class Quarantine:
    """What was set aside; `away` makes it refuse, as a database that is down."""

    kept: list[dict[str, Any]] = field(default_factory=list)
    away: bool = False

    async def __call__(
        self, *, channel: str, account: str, key: str, kind: str, body: dict[str, Any]
    ) -> None:
        """Keep one."""
        if self.away:
            raise Outage("away")
        self.kept.append({"account": account, "key": key, "kind": kind, **body})


def noon() -> datetime:
    """A clock that stands."""
    return NOON


def letter(text: str = "", *choices: str, **more: Any) -> Letter:
    """A plain letter with buttons."""
    buttons = tuple(Choice(code=f"c:{label}", label=label) for label in choices)
    return Letter(text=(Span(text),) if text else (), choices=buttons, **more)


def to(chat: int | str, what: Letter, *, number: int = 1, account: str = "123456789") -> Delivery:
    """A claimed outbox row."""
    place = Place(account=account, chat=str(chat))
    return Delivery(outbox_id=number, attempt=1, place=place, letter=what)
