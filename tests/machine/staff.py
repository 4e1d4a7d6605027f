"""What the desk's own people do."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from handlers.inbound import Address, Inbound
from handlers.letters.letter import Choice
from tests.machine.cast import STAFF_COMMANDS, STAFF_WORDS, Someone
from tests.machine.core import AFTER, ANY, ENGINEER, Core
from tests.machine.platforms import Arrival


class Staff(Core):
    """Engineers and a supervisor, on cards, in threads, in forms."""

    @rule(who=ENGINEER, which=st.integers(0, 5), step=ANY, way=ANY, after=AFTER)
    def steps(self, who: Someone, which: int, step: int, way: int, after: str) -> None:
        """A step on a card as it stands, and the form that it opens."""
        card = self.hands.card(which)
        if card is not None and card.choices:
            self.takes_step(who, card, card.choices[step % len(card.choices)], way, after)

    @rule(who=ENGINEER, which=st.integers(0, 400), after=AFTER)
    def staff_presses(self, who: Someone, which: int, after: str) -> None:
        self.presses_of(who, which, after)

    @rule(who=ENGINEER, which=ANY, text=st.sampled_from(STAFF_WORDS), files=ANY, after=AFTER)
    def writes_in_thread(self, who: Someone, which: int, text: str, files: int, after: str) -> None:
        address = self.thread_of(who, which)
        if address is not None:
            sent = self.hands.files(files) if files % 3 == 0 or not text else ()
            self.act(after, self.hands.says(who, text, address, files=sent))

    @rule(which=ANY, way=ANY, times=st.integers(1, 2), after=AFTER)
    def sends_a_form(self, which: int, way: int, times: int, after: str) -> None:
        """A form that has been open for who knows how long."""
        if self.town.forms:
            form = self.town.forms[-1 - which % len(self.town.forms)]
            self.act(after, *(self.hands.fills(form, way) for _ in range(times)))

    @rule(who=ENGINEER, line=st.sampled_from(STAFF_COMMANDS), home=st.booleans(), after=AFTER)
    def asks_for_a_report(self, who: Someone, line: str, home: bool, after: str) -> None:
        events: list[Inbound] = [self.hands.commands(who, line)]
        if home:
            events.append(self.hands.looks(who))
        self.act(after, *events)

    @rule(paid=st.booleans())
    def the_invoice_is_settled(self, paid: bool) -> None:
        self.run(self.town.pays(paid))

    def step_on_card(self, who: Someone, which: int, step: int) -> Inbound | None:
        """The press alone, to happen with others."""
        card = self.hands.card(which)
        if card is None or not card.choices:
            return None
        return self.hands.presses(who, (card, card.choices[step % len(card.choices)]))

    def on_newest_card(self, who: Someone, verb: str) -> None:
        """That step of the newest case, where its card has it."""
        card = self.hands.card(0)
        if card is None:
            return
        for choice in card.choices:
            if choice.code.startswith(f"t:{verb}:"):
                self.takes_step(who, card, choice, 0, "waits")

    def takes_step(self, who: Someone, card: Arrival, step: Choice, way: int, after: str) -> None:
        """The press, and the form filled in where one opens."""
        before = len(self.town.forms)
        self.act("works", self.hands.presses(who, (card, step)))
        if len(self.town.forms) > before:
            self.act(after, self.hands.fills(self.town.forms[-1], way))

    def thread_of(self, who: Someone, which: int) -> Address | None:
        """A ticket's thread, with this person in it."""
        number = self.hands.ticket(which)
        thread = self.hands.thread(number) if number is not None else None
        return who.in_thread(thread) if thread is not None else None
