"""What nobody does: time passes, platforms have their moods, processes die."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.machine.core import ANY, Core
from tests.machine.life import POINTS
from tests.machine.platforms import ANSWERS

SPANS = tuple(
    timedelta(**span)
    for span in (
        *({"seconds": 2}, {"minutes": 1}, {"minutes": 31}, {"hours": 1}),
        *({"hours": 5}, {"hours": 13}, {"hours": 25}, {"days": 3}),
    )
)
DOWNTIMES = tuple(timedelta(seconds=s) for s in (0, 0, 20, 61, 3600, 4 * 3600))


class Weather(Core):
    """Time, platforms, processes."""

    @rule(span=st.sampled_from(SPANS))
    def time_passes(self, span: timedelta) -> None:
        self.run(self.town.passes(span))

    @rule(which=ANY)
    def one_chat_arrives(self, which: int) -> None:
        """What is on its way from one chat overtakes the rest."""
        ways = sorted(self.town.under_way)
        if ways:
            self.run(self.town.arrives(ways[which % len(ways)]))

    @rule(which=st.integers(0, 200))
    def delivered_again(self, which: int) -> None:
        event = self.hands.old(which)
        if event is not None:
            self.run(self.town.again(event))

    @rule(slack=st.booleans(), answers=st.lists(st.sampled_from(sorted(ANSWERS)), max_size=3))
    def platform_will_answer(self, slack: bool, answers: list[str]) -> None:
        platform = self.town.slack if slack else self.town.telegram
        platform.script.extend(answers)

    @rule(
        point=st.sampled_from(POINTS),
        time=st.integers(1, 6),
        downtime=st.sampled_from(DOWNTIMES),
    )
    def will_die(self, point: str, time: int, downtime: timedelta) -> None:
        self.town.processes.life.end_at(point, time)
        self.town.processes.downtime = downtime

    @rule(downtime=st.sampled_from(DOWNTIMES))
    def dies_at_rest(self, downtime: timedelta) -> None:
        self.town.processes.downtime = downtime
        self.run(self.town.processes.dies())

    @rule()
    def is_replaced(self) -> None:
        self.run(self.town.processes.is_replaced())

    @rule()
    def freezes(self) -> None:
        self.run(self.town.processes.freezes())

    @rule()
    def thaws(self) -> None:
        self.run(self.town.processes.thaws())
