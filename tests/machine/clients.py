"""What clients and strangers do."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from handlers.inbound import Inbound
from tests.machine.cast import CLIENTS, COMMANDS, EMOJI, STAFF, STRANGER, TEXTS, WORDS, Someone
from tests.machine.core import AFTER, ANY, CLIENT, Core

MOST_QUESTIONS = 7


class Clients(Core):
    """People with phones, and one with Slack."""

    @rule(who=CLIENT, text=st.sampled_from(TEXTS), after=AFTER)
    def tells(self, who: Someone, text: str, after: str) -> None:
        self.act(after, self.hands.says(who, text))

    @rule(who=CLIENT, text=st.sampled_from(WORDS), after=AFTER)
    def answers(self, who: Someone, text: str, after: str) -> None:
        self.act(after, self.hands.says(who, text))

    @rule(who=CLIENT, text=st.sampled_from(TEXTS), stop=st.integers(2, MOST_QUESTIONS))
    def goes_through_with_it(self, who: Someone, text: str, stop: int) -> None:
        """From the first word to a case, as far as patience goes."""
        self.act("waits", self.hands.says(who, text))
        for _ in range(stop):
            onward = self.hands.onward(who)
            if onward is None:
                return
            self.act("waits", self.hands.presses(who, onward))

    @rule(who=CLIENT, which=ANY, times=st.integers(1, 2), after=AFTER)
    def presses(self, who: Someone, which: int, times: int, after: str) -> None:
        """A button that stands there, or stood there once; perhaps twice."""
        shown = self.hands.shown(who)
        if shown:
            one = shown[which % len(shown)]
            self.act(after, *(self.hands.presses(who, one) for _ in range(times)))

    @rule(who=CLIENT, which=st.integers(0, 400), after=AFTER)
    def presses_something_old(self, who: Someone, which: int, after: str) -> None:
        self.presses_of(who, which, after)

    @rule(who=CLIENT, kinds=ANY, text=st.sampled_from(("", *WORDS, *TEXTS)), after=AFTER)
    def sends_files(self, who: Someone, kinds: int, text: str, after: str) -> None:
        self.act(after, self.hands.says(who, text, files=self.hands.files(kinds), album=None))

    @rule(who=CLIENT, texts=st.lists(st.sampled_from((*TEXTS, *WORDS)), min_size=2, max_size=4))
    def bursts(self, who: Someone, texts: list[str]) -> None:
        """Several messages at once, with an album among them."""
        said = [self.hands.says(who, text) for text in texts]
        album = [
            self.hands.says(who, "", files=self.hands.files(0), album=f"a{said[0].key}")
            for _ in range(2)
        ]
        self.run(self.town.arrives())
        self.run(self.town.together([*said, *album]))
        self.act("waits")

    @rule(who=CLIENT, line=st.sampled_from(COMMANDS), after=AFTER)
    def commands(self, who: Someone, line: str, after: str) -> None:
        self.act(after, self.hands.commands(who, line))

    @rule(who=CLIENT, which=ANY, text=st.sampled_from(WORDS), after=AFTER)
    def quotes(self, who: Someone, which: int, text: str, after: str) -> None:
        self.act(after, self.hands.says(who, text, quotes=self.hands.heard(who, which)))

    @rule(who=st.sampled_from((*CLIENTS, *STAFF)), which=ANY, gone=st.booleans(), after=AFTER)
    def changes_a_message(self, who: Someone, which: int, gone: bool, after: str) -> None:
        """Edited, or deleted."""
        earlier = self.hands.earlier(who, which)
        if earlier is not None:
            change = {"deletes": earlier.ref} if gone else {"edit_of": earlier.ref}
            text = "" if gone else "corregido: sala 3"
            self.act(after, self.hands.says(who, text, earlier.address, **change))

    @rule(who=CLIENT, which=ANY, emoji=st.sampled_from(EMOJI), after=AFTER)
    def reacts(self, who: Someone, which: int, emoji: str, after: str) -> None:
        reacted = self.hands.reacts(who, which, emoji)
        if reacted is not None:
            self.act(after, reacted)

    @rule(who=CLIENT, blocked=st.booleans(), after=AFTER)
    def blocks(self, who: Someone, blocked: bool, after: str) -> None:
        self.act(after, self.hands.blocks(who, blocked))

    @rule(text=st.sampled_from((*WORDS, *TEXTS)), which=ANY, after=AFTER)
    def a_stranger_writes(self, text: str, which: int, after: str) -> None:
        shown = self.hands.shown(STRANGER)
        events: list[Inbound] = [self.hands.says(STRANGER, text)]
        if shown:
            events.append(self.hands.presses(STRANGER, shown[which % len(shown)]))
        self.act(after, *events)
