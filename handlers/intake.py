"""The front door: one event in, one turn, one receipt out; the same for every platform."""

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

from handlers.inbound import Address, Done, Inbound, Receipt, Toast
from handlers.router import route
from policy.errors import Outage
from store.errors import Busy, StaleTurn
from store.turn import Turn
from store.values import Destination

log = logging.getLogger(__name__)

TOGETHER, ALONE, KEEPING = range(3)  # how far the attempts at one event have come
KEPT = "quarantine.toast"  # what an event is answered that was kept in quarantine

Points = Callable[[str], None]  # named places where a test may stop the process


def _nowhere(_point: str) -> None:
    """Outside of fault tests every point is passed without a look."""


@dataclass(frozen=True)
class Attempt:
    """One try at handling an event durably: a turn to run, and what follows when it fails.

    A turn that fails on its own is tried once more alone, then the event is kept in quarantine
    with an apology, so that it is not redelivered for days. A turn that another was faster than
    is run once more from the start.
    """

    inbound: Inbound
    points: Points = _nowhere
    stage: int = TOGETHER
    raced: bool = False
    failure: str = ""

    @property
    def alone(self) -> bool:
        """Whether no other turn may share its commit."""
        return self.stage != TOGETHER

    def work(self, turn: Turn) -> Receipt:
        """The turn."""
        if self.stage == KEEPING:
            return _quarantine(turn, self.inbound, self.failure)
        receipt = handle(turn, self.inbound, self.points)
        self.points("before_commit")
        return receipt

    def after(self, error: Exception) -> "Attempt":
        """What to try next. Raises Outage (the database is away, too busy to begin, or others
        held the rows twice, F23): nothing was stored, and nothing may be acknowledged."""
        if isinstance(error, StaleTurn):
            if self.raced:
                raise Busy("the turn raced twice") from error
            log.info("turn raced, tried again")
            return replace(self, raced=True)
        if isinstance(error, Outage) or self.stage == KEEPING:
            raise error
        log.error("turn failed", exc_info=error)
        return replace(self, stage=self.stage + 1, raced=False, failure=repr(error))


def handle(turn: Turn, inbound: Inbound, points: Points = _nowhere) -> Receipt:
    """The turn itself: an event seen before changes nothing."""
    address = inbound.address
    turn.people.expect(address.channel, address.account, address.user)
    if address.private:
        place = (address.channel, address.account, address.chat, address.user)
        turn.conversations.expect(*place)
    if not turn.inbox.is_new(address.channel, address.account, inbound.key, inbound.at):
        return Done()
    points("after_dedupe")
    return route(turn, inbound)


def slow_down(turn: Turn, address: Address) -> None:
    """What a flood reads, once a minute, in the place of everything that was shed."""
    person = turn.people.find(address.channel, address.account, address.user)
    place = Destination(
        channel=address.channel,
        account=address.account,
        chat=address.chat,
        person=person.id if person else None,
    )
    turn.say(place, "talk.slow_down", replaces=f"slow:{address.chat}")


def _quarantine(turn: Turn, inbound: Inbound, failure: str) -> Receipt:
    address = inbound.address
    if not turn.inbox.is_new(address.channel, address.account, inbound.key, inbound.at):
        return Done()
    reference = turn.quarantine.add(
        channel=address.channel,
        account=address.account,
        key=inbound.key,
        kind=type(inbound).__name__,
        body=asdict(inbound),
        error=failure,
    )
    if address.private:
        place = Destination(channel=address.channel, account=address.account, chat=address.chat)
        turn.say(place, "quarantine.apology", {"reference": reference})
    return Toast(key=KEPT, facts={"reference": reference})
