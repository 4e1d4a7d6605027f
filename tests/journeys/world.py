"""A desk of invented people for stories: real store, real handlers, a clock that is told to move.

People speak and press as inbound events; what they hear is read from letters that went through
the channels' own renderers, so that a story fails where a platform would refuse.
"""

import itertools
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from bot.channels.call import Call
from bot.channels.slack import render as slack_render
from bot.channels.telegram import render as telegram_render
from handlers.inbound import (
    Address,
    Commanded,
    File,
    Pressed,
    Reacted,
    Receipt,
    Said,
    ShowForm,
    Submitted,
)
from handlers.letters import forms
from handlers.letters.letter import Choice, Letter, LetterFile, plain
from handlers.wording.readers import words_for
from kb.library import Library
from kb.reader import Reader
from kb.shelf import knowledge
from policy import pack
from policy.house import House, Room
from policy.pack import Policy
from policy.ticket import Ticket
from scheduler import drive
from scheduler.channel import Delivery, Outcome, Result
from scheduler.clock import VirtualClock
from scheduler.desk import Desk, Parts
from store.database import Database
from store.turn import Turn, Turns

ROOM = Room("slack", "local", "C1")
TELEGRAM = "local"  # an account without a pace: stories are about words, not seconds
TUESDAY = datetime(2026, 11, 24, 15, 12, tzinfo=UTC)  # 10:12 a. m. in Bogota


@dataclass
class Recording:
    """A platform that takes everything it is given, or what a story tells it to answer."""

    name: str
    account: str
    sent: list[Delivery] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    answers: dict[str, Outcome] = field(default_factory=dict)  # by chat
    refs: Any = field(default_factory=lambda: itertools.count(1000))

    async def deliver(self, delivery: Delivery) -> Outcome:
        render = telegram_render.render if self.name == "telegram" else slack_render.render
        self.calls.extend(render(delivery))
        answer = self.answers.get(delivery.place.chat)
        if answer is not None:
            return answer
        self.sent.append(delivery)
        ref = delivery.letter.edits or f"{next(self.refs)}.0001"
        return Outcome(result=Result.SENT, refs=(ref if self.name == "slack" else ref[:4],))

    async def reconcile(self, delivery: Delivery) -> Outcome | None:
        return None

    async def fetch(self, file: LetterFile) -> AsyncIterator[bytes]:
        yield b"bytes of " + file.ref.encode()

    async def start(self) -> None:
        return None

    async def stop(self) -> None:
        return None


class Someone:
    """A person with a phone (or a seat in the workroom)."""

    def __init__(self, world: "World", address: Address, person: int | None) -> None:
        self.world = world
        self.address = address
        self.person = person

    async def says(self, text: str = "", **more: Any) -> Receipt:
        """Write a message; everything it causes has happened when this returns."""
        return await self.world.hears(self.message(text, **more))

    def message(self, text: str = "", **more: Any) -> Said:
        """The message itself, to be sent with others at once."""
        n = self.world.next()
        ref = str(n) if self.address.channel == "telegram" else f"{n}.0002"
        said = Said(address=self.address, key=f"m{n}", at=self.world.now, ref=ref, text=text)
        return _with(said, more)

    async def sends(self, *kinds: str, text: str = "", **more: Any) -> Receipt:
        """Send files."""
        files = tuple(File(kind=k, ref=f"file-{self.world.next()}", name=f"{k}.bin") for k in kinds)
        return await self.says(text, files=files, **more)

    async def presses(self, label: str, *, code: str = "") -> Receipt:
        """Press a button of the newest letter that has one of that label."""
        return await self.world.hears(self.press(label, code=code))

    def press(self, label: str, *, code: str = "") -> Pressed:
        """The press itself, to be sent with others at once."""
        found = code or self.button(label).code
        n = self.world.next()
        return Pressed(
            address=self.address, key=f"p{n}", at=self.world.now, code=found, trigger=f"t{n}"
        )

    def button(self, label: str) -> Choice:
        """The newest button of that label that this person was shown."""
        for letter in reversed(self.heard):
            for choice in _choices(letter):
                if choice.label == label:
                    return choice
        shown = [c.label for letter in self.heard[-3:] for c in _choices(letter)]
        raise AssertionError(f"no button {label!r}; the newest are {shown}")

    async def commands(self, name: str, args: str = "", **more: Any) -> Receipt:
        """A slash command."""
        n = self.world.next()
        command = Commanded(
            address=self.address, key=f"c{n}", at=self.world.now, name=name, args=args, **more
        )
        return await self.world.hears(command)

    async def reacts(self, ref: str, emoji: str) -> Receipt:
        """An emoji on a message."""
        n = self.world.next()
        return await self.world.hears(
            Reacted(address=self.address, key=f"r{n}", at=self.world.now, ref=ref, emoji=emoji)
        )

    async def fills(self, shown: Receipt, **answers: str) -> Receipt:
        """Send a form that a press has opened."""
        assert isinstance(shown, ShowForm), shown
        n = self.world.next()
        return await self.world.hears(
            Submitted(
                address=self.address,
                key=f"f{n}",
                at=self.world.now,
                form=shown.form,
                version=1,
                meta=shown.meta,
                answers=answers,
            )
        )

    @property
    def heard(self) -> list[Letter]:
        """Letters to this person's chat, oldest first; marks and edits left out."""
        return [d.letter for d in self.world.to(self.address) if not d.letter.reacts]

    @property
    def last(self) -> str:
        """The newest letter as plain text, no-break spaces made plain."""
        heard = self.heard
        return flat(plain(heard[-1].text)) if heard else ""

    @property
    def labels(self) -> list[str]:
        """The buttons of the newest letter."""
        return [choice.label for choice in _choices(self.heard[-1])]


class Staff(Someone):
    """An engineer or a supervisor, in the channel, in threads, in direct messages."""

    async def writes(self, number: int, text: str, **more: Any) -> Receipt:
        """A message in the ticket's thread."""
        thread = await self.world.thread(number)
        return await self.in_thread(thread).says(text, **more)

    def in_thread(self, thread: str) -> "Staff":
        """The same person, writing in a thread."""
        address = _with(self.address, {"thread": thread})
        return Staff(self.world, address, self.person)

    async def steps(self, verb: str, number: int, **answers: str) -> Receipt:
        """Press a step on the ticket's card as it stands, and fill in the form it opens."""
        code = self.world.card_button(number, verb).code
        receipt = await self.presses("", code=code)
        return await self.fills(receipt, **answers) if answers else receipt


class World:
    """The desk and everybody around it."""

    def __init__(
        self,
        database: Database,
        clock: VirtualClock,
        policy: str = "imexhs",
        *,
        enrolment: str = "invite",
        desk: Mapping[str, Any] | None = None,
        change: Callable[[Policy], Policy] = lambda book: book,
    ) -> None:
        """`desk` changes settings of the pack's desk, such as consent="ask"; `change` anything."""
        self.clock = clock
        shelf, library, reader = shelf_of(policy)
        settings = shelf.desk.model_copy(update=dict(desk or {}))
        self.book = change(changed(shelf, desk=settings) if desk else shelf)
        self.telegram = Recording("telegram", TELEGRAM)
        self.slack = Recording("slack", ROOM.account)
        house = House(enrolment=enrolment, rooms=(ROOM,), supervisors=frozenset({"ULUCIA"}))
        self.turns = Turns(database, self.book, clock.now, house)
        self.desk = Desk(
            Parts(
                turns=self.turns,
                book=self.book,
                library=library,
                reader=reader,
                channels={
                    ("telegram", TELEGRAM): self.telegram,
                    ("slack", ROOM.account): self.slack,
                },
                clock=clock,
            )
        )
        self._count = itertools.count(1)

    @property
    def now(self) -> datetime:
        """The desk's time."""
        return self.clock.now()

    def next(self) -> int:
        """A number nobody has used."""
        return next(self._count)

    async def hears(self, *events: Any) -> Receipt:
        """Events in order, then everything they cause; one bubble a turn at most (U3)."""
        receipt: Receipt | None = None
        before = len(self.telegram.sent)
        for event in events:
            receipt = await self.desk.receive(event)
        await drive.quiet(self.desk)
        self._one_bubble(before, len(events))
        await self.unharmed()
        assert receipt is not None
        return receipt

    async def unharmed(self) -> None:
        """No turn has failed, and no letter was impossible to write."""
        ill, rows = await self.desk.read(
            lambda turn: (turn.quarantine.list(), turn.outbox.list(limit=30))
        )
        refused = {chat for r in (self.telegram, self.slack) for chat in r.answers}
        told = [row for row in rows if row.error and row.state != "expired"]
        unsent = [f"{row.key}: {row.error}" for row in told if row.chat not in refused]
        assert not ill and not unsent, ([one.error or one.kind for one in ill], unsent)

    def _one_bubble(self, before: int, turns: int) -> None:
        """U3: letters to one client for each event; marks, edits and bare files apart."""
        fresh = [d for d in self.telegram.sent[before:] if _is_bubble(d.letter)]
        for chat, count in Counter(d.place.chat for d in fresh).items():
            said = [flat(plain(d.letter.text)) for d in fresh if d.place.chat == chat]
            assert count <= turns, f"{count} bubbles in {turns} turn(s) to {chat}: {said}"

    async def waits(self, **span: float) -> None:
        """Time passes, and what falls due happens."""
        await drive.advance(self.desk, self.now + timedelta(**span))

    async def client(self, name: str = "Marta Ríos", **more: Any) -> Someone:
        """A known client with a phone."""
        language = more.pop("language", "es")
        roles = frozenset({"client", *more.pop("roles", ())})
        invoices = more.pop("invoices", ())
        person, user = await self.desk.run(
            lambda turn: self._client(turn, name, language, roles, invoices, more)
        )
        address = Address(channel="telegram", account=TELEGRAM, user=user, chat=user, name=name)
        return Someone(self, address, person)

    async def staff(self, name: str, *roles: str, level: int = 1) -> Staff:
        """Somebody of the desk."""
        user = "U" + name.split(maxsplit=1)[0].upper()
        person = await self.desk.run(lambda turn: self._staff(turn, name, user, roles, level))
        address = Address(
            channel="slack",
            account=ROOM.account,
            user=user,
            chat=ROOM.chat,
            name=name,
            private=False,
        )
        return Staff(self, address, person)

    def stranger(self, name: str = "Nadia Soto", **more: Any) -> Someone:
        """Somebody with a phone whom the desk does not know."""
        user = more.pop("user", str(90_000 + self.next()))
        address = Address(channel="telegram", account=TELEGRAM, user=user, chat=user, name=name)
        return Someone(self, _with(address, more), None)

    def newcomer(self, name: str, user: str) -> Staff:
        """Somebody in the engineers' channel whom the desk does not know."""
        address = Address(
            channel="slack",
            account=ROOM.account,
            user=user,
            chat=ROOM.chat,
            name=name,
            private=False,
        )
        return Staff(self, address, None)

    async def ticket(self, number: int) -> Ticket:
        """The ticket as stored."""
        found = await self.desk.read(lambda turn: turn.tickets.find(number))
        assert found is not None
        return found

    async def tickets(self) -> list[Ticket]:
        """All open tickets."""
        return await self.desk.read(lambda turn: turn.tickets.open())

    async def thread(self, number: int) -> str:
        """The ref of the ticket's card."""
        place = await self.desk.read(lambda turn: turn.messages.card(number))
        assert place is not None
        return place.ref

    def cards(self, number: int) -> list[Letter]:
        """The ticket's card, every time it was drawn."""
        letters = [d.letter for d in self.slack.sent]
        return [letter for letter in letters if letter.card and letter.card.number == number]

    def card(self, number: int) -> str:
        """The card as it stands, as plain text."""
        card = self.cards(number)[-1].card
        assert card is not None
        return flat("\n".join(plain(line) for line in (card.title, *card.lines)))

    def card_button(self, number: int, verb: str) -> Choice:
        """A button or menu row of the card as it stands."""
        card = self.cards(number)[-1].card
        assert card is not None
        for choice in (*card.buttons, *card.menu):
            if choice.code.startswith(f"t:{verb}:"):
                return choice
        raise AssertionError(f"no {verb} on {[c.code for c in (*card.buttons, *card.menu)]}")

    async def options(self, shown: Receipt, field: str) -> list[str]:
        """What a form that was opened offers in one of its fields, as the staff reads it."""
        assert isinstance(shown, ShowForm), shown
        form = await self.desk.read(lambda turn: forms.draw(shown, turn, words_for(turn, None)))
        (found,) = [one for one in form.fields if one.name == field]
        return [option.label for option in found.options]

    def card_codes(self, number: int) -> list[str]:
        """The verbs of the buttons and menu rows of the card as it stands."""
        card = self.cards(number)[-1].card
        assert card is not None
        return [choice.code.split(":")[1] for choice in (*card.buttons, *card.menu)]

    def threads(self) -> list[str]:
        """What was written into threads, in order."""
        return [
            flat(plain(d.letter.text))
            for d in self.slack.sent
            if d.place.thread and not d.letter.card and not d.letter.reacts and not d.place.only
        ]

    def marks(self) -> list[str]:
        """Emoji put on messages in Slack."""
        return [d.letter.reacts[1] for d in self.slack.sent if d.letter.reacts]

    def to(self, address: Address) -> list[Delivery]:
        """What was sent to a chat; to one of the desk, the whispers and direct messages."""
        if address.channel == "slack":
            mine = (d for d in self.slack.sent if address.user in (d.place.only, d.place.chat))
            return list(mine)
        return [d for d in self.telegram.sent if d.place.chat == address.chat]

    def _client(
        self,
        turn: Turn,
        name: str,
        language: str,
        roles: frozenset[str],
        invoices: tuple[tuple[str, date, date | None], ...],
        more: Mapping[str, Any],
    ) -> tuple[int, str]:
        where = {"country": "CO", "plan": "silver", "organisation": "Clínica Lago Gris", **more}
        title = where.pop("organisation")
        home = turn.people.organisation_named(title) or turn.people.add_organisation(title, **where)
        for number, issued, paid in invoices:
            turn.people.add_invoice(home.id, number, issued, paid)
        person = turn.people.add_person(name, organisation=home.id, language=language, roles=roles)
        user = str(500 + person.id)
        turn.people.bind(person.id, "telegram", TELEGRAM, user, user)
        return person.id, user

    def _staff(self, turn: Turn, name: str, user: str, roles: tuple[str, ...], level: int) -> int:
        known = frozenset(roles or ("engineer",))
        person = turn.people.add_person(name, roles=known, level=level)
        turn.people.bind(person.id, "slack", ROOM.account, user, "")
        return person.id


@cache
def shelf_of(policy: str) -> tuple[Policy, Library, Reader]:
    """The pack with its guides and its reader: read once for all stories."""
    book = pack.load(policy)
    return book, *knowledge(book)


def flat(text: str) -> str:
    """No-break spaces as plain ones."""
    return text.replace("\u00a0", " ")


def changed(book: Policy, **tables: Any) -> Policy:
    """The pack with other tables, which is another pack: nothing that was worked out stays."""
    copy = book.model_copy(update=tables)
    for name in set(copy.__dict__) - set(Policy.model_fields):
        del copy.__dict__[name]
    return copy


def _is_bubble(letter: Letter) -> bool:
    if letter.reacts or letter.edits or letter.deletes:
        return False
    return bool(letter.text) or not letter.files


def _choices(letter: Letter) -> tuple[Choice, ...]:
    return (*letter.choices, *(choice for item in letter.items for choice in item.choices))


def _with(value: Any, changes: Mapping[str, Any]) -> Any:
    return replace(value, **changes)
