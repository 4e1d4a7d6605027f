"""The state machine: rules that Hypothesis may take in any order, and the laws after each."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from handlers.inbound import Inbound
from tests.machine.bases import Base
from tests.machine.cast import CLIENTS, STAFF, STAFF_WORDS, TEXTS, WORDS, Someone
from tests.machine.clients import MOST_QUESTIONS, Clients
from tests.machine.core import ANY, CLIENT, ENGINEER
from tests.machine.staff import Staff
from tests.machine.weather import Weather


class DeskMachine(Clients, Staff, Weather):
    """People, platforms, time and death around one desk."""

    @initialize(
        policy=st.sampled_from(("imexhs", "imexhs", "sgm")),
        cases=st.lists(st.tuples(CLIENT, ENGINEER, st.integers(0, 9)), max_size=3),
    )
    def people_move_in(self, policy: str, cases: list[tuple[Someone, Someone, int]]) -> None:
        """Some have been there before."""
        self.founds(policy)
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

    @rule(deeds=st.lists(st.tuples(st.integers(0, 5), ANY, ANY, ANY), min_size=2, max_size=5))
    def all_at_once(self, deeds: list[tuple[int, int, int, int]]) -> None:
        """People on all sides do something in the same moment, and there are two replicas."""
        self.run(self.town.arrives())
        done = [self.deed(kind, who, which, way) for kind, who, which, way in deeds]
        storm = [inbound for inbound in done if inbound is not None]
        if storm:
            self.run(self.town.storm(storm))
            self.act("waits")

    def deed(self, kind: int, who: int, which: int, way: int) -> Inbound | None:
        """One of the things that people do; None where it cannot be done now."""
        client, engineer = CLIENTS[who % len(CLIENTS)], STAFF[who % len(STAFF)]
        match kind:
            case 0:
                return self.hands.says(client, TEXTS[which % len(TEXTS)])
            case 1:
                return self.hands.says(client, WORDS[which % len(WORDS)])
            case 2:
                shown = self.hands.shown(client)
                return self.hands.presses(client, shown[which % len(shown)]) if shown else None
            case 3:
                return self.step_on_card(engineer, which % 3, way)
            case 4:
                address = self.thread_of(engineer, which % 3)
                return self.hands.says(engineer, STAFF_WORDS[0], address) if address else None
            case _:
                forms = self.town.forms
                return self.hands.fills(forms[-1 - which % len(forms)], way) if forms else None


def over(where: Base) -> type[DeskMachine]:
    """The machine, on that database."""

    class Here(DeskMachine):
        base = where

    return Here
