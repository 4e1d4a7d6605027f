"""The front door: one event in, one turn, one receipt out; the same for every platform."""

import logging
from collections.abc import Callable
from dataclasses import asdict

from handlers.inbound import Address, Done, Inbound, Receipt, Toast
from handlers.router import route
from policy.errors import Outage
from store.errors import Busy, StaleTurn
from store.turn import Turn, Turns
from store.values import Destination

log = logging.getLogger(__name__)

KEPT = "quarantine.toast"  # what an event is answered that was kept in quarantine

Points = Callable[[str], None]  # named places where a test may stop the process


def _nowhere(_point: str) -> None:
    """Outside of fault tests every point is passed without a look."""


def receive(turns: Turns, inbound: Inbound, points: Points = _nowhere) -> Receipt:
    """Handle one event durably. Blocks; returns after the commit.

    Raises Outage (the database is away, too busy to begin, or others held the rows): nothing was
    stored, and the platform must not be acknowledged. A turn that fails on its own is tried once
    more alone, then kept in quarantine with an apology, so that it is not redelivered for days.
    """

    def work(turn: Turn) -> Receipt:
        receipt = handle(turn, inbound, points)
        points("before_commit")
        return receipt

    failure = ""
    for alone in (False, True):
        try:
            return _run(turns, work, alone=alone)
        except Outage:
            raise
        except Exception as error:
            failure = repr(error)
            log.exception("turn failed")
    return _run(turns, lambda turn: _quarantine(turn, inbound, failure), alone=True)


def handle(turn: Turn, inbound: Inbound, points: Points = _nowhere) -> Receipt:
    """The turn itself: an event seen before changes nothing."""
    address = inbound.address
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


def _run(turns: Turns, work: Callable[[Turn], Receipt], *, alone: bool) -> Receipt:
    """One turn, run once more from the start when another was faster. A second lost race is no
    fault of the event's: it is Busy, and the event comes again (F23)."""
    try:
        return turns.run(work, alone=alone).result()
    except StaleTurn:
        log.info("turn raced, tried again")
    try:
        return turns.run(work, alone=alone).result()
    except StaleTurn as race:
        raise Busy("the turn raced twice") from race


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
