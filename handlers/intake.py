"""The front door: one event in, one turn, one receipt out; the same for every platform."""

import logging
from concurrent.futures import Future
from dataclasses import asdict
from typing import TypeVar

from handlers.inbound import Done, Inbound, Receipt, Toast
from handlers.router import route
from policy.errors import Outage
from store.errors import StaleTurn
from store.turn import Turn, Turns
from store.values import Destination

log = logging.getLogger(__name__)

T = TypeVar("T")


def receive(turns: Turns, inbound: Inbound) -> Receipt:
    """Handle one event durably. Blocks; returns after the commit.

    Raises Outage (the database is away, or too busy to begin): nothing was stored, and the
    platform must not be acknowledged. A turn that fails on its own is tried once more alone,
    then kept in quarantine with an apology, so that it is not redelivered for days.
    """
    for alone in (False, True):
        try:
            return _wait(turns.run(lambda turn: handle(turn, inbound), alone=alone))
        except Outage:
            raise
        except StaleTurn:
            log.info("turn raced, tried again")
        except Exception:
            log.exception("turn failed")
    return _wait(turns.run(lambda turn: _quarantine(turn, inbound), alone=True))


def handle(turn: Turn, inbound: Inbound) -> Receipt:
    """The turn itself: an event seen before changes nothing."""
    address = inbound.address
    if not turn.inbox.is_new(address.channel, address.account, inbound.key, inbound.at):
        return Done()
    return route(turn, inbound)


def _wait(future: "Future[T]") -> T:
    return future.result()


def _quarantine(turn: Turn, inbound: Inbound) -> Receipt:
    address = inbound.address
    if not turn.inbox.is_new(address.channel, address.account, inbound.key, inbound.at):
        return Done()
    reference = turn.quarantine.add(
        channel=address.channel,
        account=address.account,
        key=inbound.key,
        kind=type(inbound).__name__,
        body=asdict(inbound),
    )
    if address.private:
        place = Destination(channel=address.channel, account=address.account, chat=address.chat)
        turn.say(place, "quarantine.apology", {"reference": reference})
    return Toast(key="quarantine.toast", facts={"reference": reference})
