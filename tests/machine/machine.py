"""The state machine: rules that Hypothesis may take in any order, and the laws after each."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from tests.machine.bases import Base
from tests.machine.cast import STAFF_WORDS, TEXTS, Someone
from tests.machine.clients import MOST_QUESTIONS, Clients
from tests.machine.core import CLIENT, ENGINEER
from tests.machine.staff import Staff
from tests.machine.weather import Weather


class DeskMachine(Clients, Staff, Weather):
    """People, platforms, time and death around one desk."""

    @initialize(cases=st.lists(st.tuples(CLIENT, ENGINEER, st.integers(0, 9)), max_size=3))
    def people_move_in(self, cases: list[tuple[Someone, Someone, int]]) -> None:
        """Some have been there before."""
        self.run(self.town.found())
        for who, engineer, far in cases:
            self.a_case_goes_on(who, engineer, TEXTS[0], far)

    @rule(who=CLIENT, engineer=ENGINEER, text=st.sampled_from(TEXTS), far=st.integers(0, 9))
    def a_case_goes_on(self, who: Someone, engineer: Someone, text: str, far: int) -> None:
        """The ordinary life of a case, as far as it goes."""
        self.goes_through_with_it(who, text, MOST_QUESTIONS)
        ways = (
            lambda: self.on_newest_card(engineer, "claim"),
            lambda: self.writes_in_thread(engineer, 0, STAFF_WORDS[0], 1, "waits"),
            lambda: self.on_newest_card(engineer, "ask"),
            lambda: self.answers(who, "desde el equipo de la sala 2", "waits"),
            lambda: self.on_newest_card(engineer, "solve"),
            lambda: self.answers(who, ("sí", "no", "gracias")[far % 3], "waits"),
        )
        for way in ways[:far]:
            way()


def over(where: Base) -> type[DeskMachine]:
    """The machine, on that database."""

    class Here(DeskMachine):
        base = where

    return Here
