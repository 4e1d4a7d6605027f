"""A person in a chat of their own, during one turn: who, where, and how to answer there."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from handlers import codes, notices
from handlers.inbound import Address
from handlers.lateness import ANSWERS, Cue
from handlers.letters.messages import HELLO
from handlers.presence import reply_waits
from handlers.wording import Words
from handlers.wording.readers import words_for
from policy.evolved import evolved
from policy.ticket import Ticket
from store.say import OWED
from store.turn import Turn
from store.values import Button, Conversation, Destination, Organisation, Person

MOST_BUTTONS = 3


class Visit:
    """One bubble a turn: `say` replaces a prompt of this chat that has not left yet.

    What `stays` is replaced by nothing: a receipt is owed, whatever is said after it.
    """

    def __init__(
        self, turn: Turn, person: Person, here: Conversation, said_at: datetime | None = None
    ) -> None:
        """`said_at`: the platform's own time of the words that are being answered."""
        self.turn = turn
        self.person = person
        self.here = here
        self._said_at = said_at
        self.ref = ""  # of the message that is being answered, where it is one
        self._owed: list[tuple[str, Mapping[str, Any]]] = []
        self._above: list[tuple[str, Mapping[str, Any]]] = []
        self._beside: tuple[Button, ...] = ()
        self._spoken: tuple[Person, Words] | None = None

    @property
    def organisation(self) -> Organisation:
        """The person's institution. Raises LookupError for staff without one."""
        if self.person.organisation is None:
            raise LookupError(f"person {self.person.id} belongs to no organisation")
        return self.turn.people.organisation(self.person.organisation)

    @property
    def words(self) -> Words:
        """The catalogue in this person's language and zone."""
        if self._spoken is None or self._spoken[0] is not self.person:
            self._spoken = (self.person, words_for(self.turn, self.person))
        return self._spoken[1]

    @property
    def place(self) -> Destination:
        """This chat."""
        return Destination(
            channel=self.here.channel,
            account=self.here.account,
            chat=self.here.chat,
            person=self.person.id,
        )

    @property
    def asked(self) -> bool:
        """Whether the last question of this chat has left: who writes before it has does not
        answer it."""
        return not self.turn.outbox.waits(self.place, self._prompt)

    @property
    def _prompt(self) -> str:
        return f"prompt:{self.here.id}"

    def above(self, key: str, **facts: Any) -> None:
        """A line that goes on top of whatever this turn says next, and away with it where that is
        replaced before it has left."""
        self._above.append((key, facts))

    def owe(self, key: str, **facts: Any) -> None:
        """A line that is told once and must be read: on top of whatever this turn says next, and
        of whatever replaces that before it has left."""
        self._owed.append((key, facts))

    def beside(self, *choices: Button) -> None:
        """Buttons that go with whatever this turn says next, where there is room for them."""
        self._beside = choices

    @property
    def greeted(self) -> bool:
        """Whether this turn already says hello on top."""
        return any(key.startswith(HELLO) for key, _ in self._owed)

    def flush(self) -> None:
        """Say the lines that nothing was said below; after a hello, what to write."""
        if self.greeted:
            self.say("first.welcome", {"name": self.person.first_name, "cases": ""})
        elif self._above:
            key, facts = self._above.pop()
            self.say(key, facts)
        elif self._owed:
            key, facts = self._owed.pop()
            self.say(key, facts, stays=True)

    def say(
        self,
        key: str,
        facts: Mapping[str, Any] | None = None,
        choices: Sequence[Button] = (),
        *,
        listed: str = "",
        kind: str = "message",
        ticket: int | None = None,
        on_sent: str | None = None,
        silent: bool = False,
        stays: bool = False,
        cue: Cue | None = None,
    ) -> None:
        """Say it here; with a `cue`, as a word of the clock."""
        late, manners = self._timing(cue, stays)
        told = {**(facts or {}), **late}
        for name, lines in ((OWED, self._owed), ("above", self._above)):
            if lines:
                told[name] = [[k, dict(f)] for k, f in lines]
                lines.clear()
        self.turn.say(
            self.place,
            key,
            told,
            kind=kind,
            choices=self._with_beside(choices, listed),
            listed=listed,
            replaces=None if stays else self._prompt,
            ticket=ticket,
            on_sent=on_sent,
            silent=silent,
            **manners,
        )

    def _with_beside(self, choices: Sequence[Button], listed: str) -> tuple[Button, ...]:
        both = (*choices, *self._beside)
        self._beside = ()
        return tuple(choices) if listed or len(both) > MOST_BUTTONS else both

    def _timing(self, cue: Cue | None, stays: bool) -> tuple[dict[str, Any], dict[str, Any]]:
        """What the letter knows of being late, and when it may go.

        Back from an outage, the answer to old words waits for newer ones, which it then answers.
        """
        if cue is not None:
            return cue.facts(self.turn.now), cue.manners(self.turn.now)
        said_at = None if stays else self._said_at
        waits = reply_waits(self.turn, said_at) if said_at is not None else None
        if waits is None:
            return {}, {}
        return {ANSWERS: self._said_at}, {"not_before": waits}

    def mark(self, ref: str, emoji: str) -> None:
        """Put an emoji on what they wrote: seen, without a bubble."""
        self.turn.say(
            self.place,
            "mark",
            {"ref": ref, "emoji": emoji},
            kind="mark",
            expires_at=self.turn.now + notices.MARK_SENSE,
        )

    def save(self, **changes: Any) -> None:
        """Keep the conversation as changed."""
        self.here = self.turn.conversations.save(evolved(self.here, **changes))

    def remember(self, **facts: Any) -> None:
        """Keep facts in the conversation's memory; None forgets one."""
        memory = {k: v for k, v in {**self.here.memory, **facts}.items() if v is not None}
        self.save(memory=memory)

    def ticket_button(self, verb: str, ticket: Ticket, label: str, style: str = "") -> Button:
        """A button for a step of this ticket."""
        return Button(code=codes.on_ticket(verb, ticket), label=label, style=style)


def talk_button(verb: str, label: str, argument: str | int = "", style: str = "") -> Button:
    """A button for a move of the conversation."""
    return Button(code=codes.talk(verb, argument), label=label, style=style)


def visit_at(
    turn: Turn, person: Person, address: Address, said_at: datetime | None = None
) -> Visit:
    """The person's own chat at this address, its row held until the turn ends."""
    place = (address.channel, address.account, address.chat, address.user)
    here = turn.conversations.at(*place, person=person.id)
    if here.person != person.id:
        here = turn.conversations.save(replace(here, person=person.id))
    return Visit(turn, person, here, said_at)
