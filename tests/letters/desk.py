"""A small desk on a real SQLite store: an institution, its people, tickets in any state."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from handlers.letters.compose import compose
from handlers.letters.letter import Card, Letter, Text, plain
from kb.library import Library
from policy import closing, sla
from policy.house import House, Room
from policy.pack import Policy
from policy.ticket import State, Ticket
from store.turn import Turn, Turns
from store.values import NOTHING, Button, Destination, OutboxRow, Person

if TYPE_CHECKING:  # pytest rewrites the plugin's assertions before anybody imports it
    from tests.databases import Watch

T = TypeVar("T")
OPENED = datetime(2026, 11, 24, 15, 12, tzinfo=UTC)  # a Tuesday, 10:12 in Bogotá
ROOM = Room("slack", "local", "C1")
HOUSE = House(rooms=(ROOM,))


@dataclass
class Desk:
    """What the tests of letters stand on."""

    turns: Turns
    book: Policy
    library: Library
    watch: "Watch"
    marta: Person
    camila: Person
    lucia: Person
    organisation: int
    conversation: int

    def run(self, work: Callable[[Turn], T]) -> T:
        """One turn."""
        return self.turns.run(work).result(30)

    def ticket(self, **changes: Any) -> Ticket:
        """A new ticket of Marta, with any field changed."""
        return self.run(lambda turn: turn.tickets.add(**{**self._fields(), **changes}))

    def letter(self, kind: str, key: str, **more: Any) -> Letter:
        """The letter of a row that is put into the outbox and read as it would be sent."""
        row = OutboxRow(
            id=1,
            kind=kind,
            channel="telegram",
            account="local",
            chat="7",
            key=key,
            lane="telegram:7",
            created_at=self.watch(),
            **more,
        )
        letter = self.compose(row)
        assert letter is not None
        return letter

    def compose(self, row: OutboxRow) -> Letter | None:
        """As the dispatcher does it: over a reader."""
        return self.turns.read(lambda turn: compose(row, turn, self.library)).result(30)

    def card(self, number: int) -> Card:
        """The card of a ticket as it stands now."""
        letter = self.letter("card", "card", ticket=number, facts={"number": number})
        assert letter.card is not None
        return letter.card

    def say(self, key: str, facts: Any = NOTHING, *, to: Person | None = None, **more: Any) -> str:
        """The text of a message to Marta, or to somebody else."""
        person = (to or self.marta).id
        return said(self.letter("message", key, facts=facts, person=person, **more).text)

    def _fields(self) -> dict[str, Any]:
        promise = sla.promise(self.book, "silver", "CO", "alta", OPENED)
        return {
            "organisation": self.organisation,
            "requester": self.marta.id,
            "conversation": self.conversation,
            "state": State.NEW,
            "kind": "incident",
            "category": None,
            "typology": None,
            "priority": "alta",
            "because": "catalogue",
            "subject": "PACS, no pasan imágenes",
            "text": "en la sala 2 el resonador no está pasando imágenes al PACS desde las 7",
            "details": {"device": "resonador", "place": "sala 2"},
            "promise": promise,
            "waits": closing.waits(self.book, "alta"),
            "pack": self.book.name,
            "digest": self.book.digest,
            "opened_at": OPENED,
            "since": OPENED,
        }


def furnish(turns: Turns, book: Policy, watch: "Watch") -> Desk:
    """The desk with its people."""
    watch.now = OPENED

    def people(turn: Turn) -> tuple[Person, Person, Person, int, int]:
        lago = turn.people.add_organisation(name="Clínica Lago Gris", country="CO", plan="silver")
        marta = turn.people.add_person(
            name="Marta Rincón", organisation=lago.id, roles=frozenset({"client"})
        )
        camila = turn.people.add_person(name="Camila Duarte", roles=frozenset({"engineer"}))
        lucia = turn.people.add_person(name="Lucía Peña", roles=frozenset({"supervisor"}))
        turn.people.bind(camila.id, "slack", "local", "U1", "U1")
        here = turn.conversations.at("telegram", "local", "7", "7")
        return marta, camila, lucia, lago.id, here.id

    marta, camila, lucia, lago, here = turns.run(people).result(30)
    return Desk(turns, book, Library.load(book), watch, marta, camila, lucia, lago, here)


def said(text: Text) -> str:
    """The text with ordinary spaces, to be compared with what a person would type."""
    return plain(text).replace("\u00a0", " ")


def lines(card: Card) -> list[str]:
    """The lines of a card, title first."""
    return [said(card.title), *(said(line) for line in card.lines)]


def after(**span: float) -> datetime:
    """A moment after the opening."""
    return OPENED + timedelta(**span)


def button(code: str, label: str, **more: Any) -> Button:
    """A button as a handler writes it."""
    return Button(code=code, label=label, **more)


def place(person: Person) -> Destination:
    """A private chat."""
    return Destination(channel="telegram", account="local", chat="7", person=person.id)
