"""What every rule needs: the town, hands, the laws after each step, and the rest at the end."""

import asyncio
import logging
from collections.abc import Coroutine, Iterable
from datetime import timedelta
from typing import Any, ClassVar

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant
from typing_extensions import override

from handlers.inbound import Inbound
from tests.machine.acts import Hands
from tests.machine.bases import Base
from tests.machine.cast import CLIENTS, STAFF, Someone
from tests.machine.ends import at_rest
from tests.machine.laws import Laws
from tests.machine.life import Crash
from tests.machine.tally import Faults, Tally
from tests.machine.town import Town

# No choice depends on what the desk does, so that two runs of an example choose alike: a number
# that is too large for what there is wraps around.
ANY = st.integers(0, 40)
CLIENT = st.sampled_from(CLIENTS)
ENGINEER = st.sampled_from(STAFF)
AFTER = st.sampled_from(("waits", "waits", "works", "nothing", "late"))  # see `act`
SOON = timedelta(seconds=3)
DRAIN = timedelta(hours=3)


class Core(RuleBasedStateMachine):
    """People, platforms, time and death around one desk."""

    base: ClassVar[Base]
    tally: ClassVar[Tally] = Tally(examples=0)
    town: Town
    hands: Hands
    laws: Laws

    def __init__(self) -> None:
        super().__init__()
        self.base.empty()
        self.loop = asyncio.new_event_loop()
        self.loop.set_exception_handler(self._stray)
        self.log = Faults()
        self.broken = False
        logging.getLogger().addHandler(self.log)

    def founds(self, policy: str) -> None:
        """A desk of that policy, and everybody around it."""
        self.town = Town(self.base, policy)
        self.hands = Hands(self.town)
        self.laws = Laws(self.town)
        self.run(self.town.found())

    @invariant()
    def laws_hold(self) -> None:
        self.check(self.laws.after_a_step())

    @override
    def teardown(self) -> None:
        try:
            if not self.broken:
                self.run(self._rest())
                self.check(self.laws.after_a_step())
                self.check(at_rest(self.town, self.laws.trail))
        finally:
            self.loop.run_until_complete(self.town.processes.close())
            self.loop.close()
            logging.getLogger().removeHandler(self.log)
            Core.tally += self.town.tally

    def act(self, after: str, *events: Inbound) -> None:
        """Somebody does something, and the desk gets the time that `after` says."""
        for event in events:
            self.town.sends(event)
        if after != "late":
            self.run(self.town.arrives())
        if after == "waits":
            self.run(self.town.passes(SOON))
        elif after == "works":
            self.run(self.town.works())

    def presses_of(self, who: Someone, which: int, after: str) -> None:
        """A button that this person was shown some time."""
        shown = self.hands.shown(who)
        if shown:
            self.act(after, self.hands.presses(who, shown[which % len(shown)]))

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """See it through."""
        try:
            self.loop.run_until_complete(work)
        except BaseException:
            self.broken = True
            raise

    def check(self, told: Iterable[str]) -> None:
        """Raises AssertionError with everything that is wrong."""
        broken = [*told, *self.log.heard]
        if broken:
            self.broken = True
            note(f"deaths: {self.town.tally.deaths}")
            raise AssertionError("\n".join(broken[:12]))

    async def _rest(self) -> None:
        """All is well again: what was owed comes, what waits leaves."""
        town = self.town
        town.heals()
        await town.processes.thaws()
        await town.arrives()
        await town.passes(DRAIN)
        for _ in range(40):
            if not await town.waiting():
                return
            await town.passes(SOON)

    def _stray(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Tasks of the dead end with their death; anything else is a fault."""
        if not isinstance(context.get("exception"), Crash):
            self.town.faults.append(f"{context.get('message')}: {context.get('exception')!r}")
