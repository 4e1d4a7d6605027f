"""A turn: one event, one transaction, one actor, one `now`. Plain functions, no network inside."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from policy.house import House
from store.audit import Audit, Story
from store.backlog import Backlog
from store.codes import Invitations
from store.consents import Consents
from store.conversations import Conversations
from store.database import Database
from store.drafts import Drafts
from store.erasure import Erasure
from store.files import Files
from store.inbox import Inbox, Quarantine
from store.job import Ends, promised
from store.leases import Leases
from store.lessons import Lessons
from store.measures import Measures, Strikes
from store.messages import Messages
from store.outbox import Outbox
from store.people import People
from store.reports import Reports
from store.reviews import Reviews
from store.say import Letterbox
from store.session import Session
from store.settings import Counters, Settings
from store.silent import SilentCases
from store.tickets import Tickets
from store.timers import Timers
from store.values import NOTHING, Button, Copy, Destination, Urgency
from store.wire import Wire

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from policy.access import Actor
    from policy.pack import Policy

T = TypeVar("T")
R = TypeVar("R")
NOBODY_DECIDED = House()
_names = Random()  # of turns: seeded by the system, and without asking it each time


class Once(Generic[R]):
    """A property made when it is first asked for. A turn lives in one thread: no lock is taken."""

    def __init__(self, make: Callable[[Any], R]) -> None:
        self._make = make
        self._name = make.__name__
        self.__doc__ = make.__doc__

    def __get__(self, turn: Any, _owner: type[Any]) -> R:
        made = turn.__dict__[self._name] = self._make(turn)
        return made


class Turn:
    """Everything a use case may touch. It never commits; whoever runs it does, after it returns."""

    def __init__(self, session: Session, book: "Policy", house: House) -> None:
        self.id = session.turn
        self.now = session.now
        self.book = book
        self.house = house
        self._actor: Actor | None = None
        self._session = session

    @property
    def actor(self) -> "Actor | None":
        """Who acts; None for the desk itself."""
        return self._actor

    @actor.setter
    def actor(self, actor: "Actor | None") -> None:
        self._actor = actor
        self._session.actor = actor.person if actor else None

    @Once
    def inbox(self) -> Inbox:
        """Events seen before."""
        return Inbox(self._session)

    @Once
    def people(self) -> People:
        """People, their organisations, addresses and invoices."""
        return People(self._session, Invitations(self._session))

    @Once
    def consents(self) -> Consents:
        """Answers to the privacy notice."""
        return Consents(self._session)

    @Once
    def conversations(self) -> Conversations:
        """One row for each person in each chat."""
        return Conversations(self._session)

    @Once
    def tickets(self) -> Tickets:
        """The cases."""
        return Tickets(self._session, first_number=self.book.desk.first_number)

    @Once
    def silent(self) -> SilentCases:
        """Solved cases without a word of the client, by the hundred."""
        return SilentCases(self._session)

    @Once
    def messages(self) -> Messages:
        """Messages and cards as they stand on the platforms."""
        return Messages(self._session)

    @Once
    def files(self) -> Files:
        """Attachments, by reference."""
        return Files(self._session)

    @Once
    def timers(self) -> Timers:
        """What falls due, and when."""
        return Timers(self._session)

    @Once
    def outbox(self) -> Outbox:
        """What is to be sent: claims, leases, outcomes. Use `say` to write into it."""
        return Outbox(self._session)

    @Once
    def backlog(self) -> Backlog:
        """How much waits in each queue, and since when."""
        return Backlog(self._session)

    @Once
    def leases(self) -> Leases:
        """Rights to do something alone, such as polling Telegram."""
        return Leases(self._session)

    @Once
    def audit(self) -> Audit:
        """Who changed what; the actor of a row is this turn's actor unless told otherwise."""
        return Audit(self._session)

    @Once
    def measures(self) -> Measures:
        """Spans that ended, for the reports."""
        return Measures(self._session)

    @Once
    def strikes(self) -> Strikes:
        """Misuse explained once (S0-58)."""
        return Strikes(self._session)

    @Once
    def reviews(self) -> Reviews:
        """What supervisors are asked to decide."""
        return Reviews(self._session)

    @Once
    def lessons(self) -> Lessons:
        """Phrases that use proposes, and those that hold."""
        return Lessons(self._session)

    @Once
    def drafts(self) -> Drafts:
        """Guides begun from a case."""
        return Drafts(self._session)

    @Once
    def settings(self) -> Settings:
        """Small facts of the deployment, as JSON."""
        return Settings(self._session)

    @Once
    def counters(self) -> Counters:
        """Numbers that only grow."""
        return Counters(self._session)

    @Once
    def story(self) -> Story:
        """The console's strip "Qué pasó"."""
        return Story(self._session)

    @Once
    def reports(self) -> Reports:
        """Plain queries over measures and tickets."""
        return Reports(self._session)

    @Once
    def wire(self) -> Wire:
        """What stands on the local console's walls."""
        return Wire(self._session)

    @Once
    def quarantine(self) -> Quarantine:
        """Events whose turn failed on its own."""
        return Quarantine(self._session)

    @Once
    def erasure(self) -> Erasure:
        """Export and erasure of what is held about a person."""
        return Erasure(self._session)

    @Once
    def _letterbox(self) -> Letterbox:
        return Letterbox(self._session)

    def say(
        self,
        to: Destination,
        key: str,
        facts: Mapping[str, Any] = NOTHING,
        *,
        kind: str = "message",
        choices: Sequence[Button] = (),
        listed: str = "",
        files: Sequence[int] = (),
        urgency: Urgency = Urgency.NOW,
        silent: bool = False,
        replaces: str | None = None,
        first: bool = False,
        on_sent: Any = None,
        ticket: int | None = None,
        expires_at: datetime | None = None,
        not_before: datetime | None = None,
        quotes: str | int | None = None,
        edits: str | int | None = None,
    ) -> None:
        """One row of the outbox, written when the turn ends; it becomes words when it is sent.

        `to.ticket` puts it into the thread of that ticket's card, where it waits until the card
        has a ref; a row of kind "card" is the card itself and heads that lane. Rows with the same
        `replaces` in the same chat that have not left are dropped as expired, "replaced", and the
        lines that they had in `facts` under OWED go with this one; `first` where there can be none.
        `not_before` holds back this row alone. `on_sent` is plain JSON for whoever settles it.
        """
        self._letterbox.put(
            to,
            kind=kind,
            key=key,
            facts=facts,
            choices=choices,
            listed=listed,
            files=files,
            urgency=urgency,
            silent=silent,
            replaces=replaces,
            first=first,
            on_sent=on_sent,
            ticket=ticket if ticket is not None else to.ticket,
            expires_at=expires_at,
            not_before=not_before,
            quotes=quotes,
            edits=edits,
        )

    def say_alike(
        self, key: str, copies: Sequence[Copy], *, urgency: Urgency, kind: str = "message"
    ) -> None:
        """`say` for many: one row of the outbox each, in their order."""
        self._letterbox.put_alike(copies, kind=kind, key=key, urgency=urgency)

    def tell(self, key: str, facts: Mapping[str, Any] = NOTHING) -> None:
        """One line for the console's strip "Qué pasó"."""
        self.story.add(key, facts)

    def savepoint(self) -> AbstractContextManager[None]:
        """What is written inside is undone alone when it raises; the exception goes on."""
        return self._session.savepoint()

    def move_chat(self, channel: str, account: str, old: str, new: str) -> None:
        """A group became a supergroup (F36): addresses, talks, cards and unsent rows follow."""
        self.people.move_chat(channel, account, old, new)
        self.conversations.move_chat(channel, account, old, new)
        self.messages.move_chat(channel, account, old, new)
        self.outbox.move_chat(channel, account, old, new)


@dataclass(frozen=True)
class Turns:
    """Runs work as turns on the database's own threads."""

    database: Database
    book: "Policy"
    clock: Callable[[], datetime]
    house: House = NOBODY_DECIDED

    def run(self, work: Callable[[Turn], T], *, alone: bool = False) -> "Future[T]":
        """Commit on a clean return, roll back on an exception; the future is done after the commit.

        Raises, through the future: what `work` raised; StaleTurn when another turn was faster;
        Outage when the database is away, Busy (an Outage) when the turn could not begin in time.
        `alone`: not in one commit with other turns.
        """
        return promised(partial(self.begin, work, alone=alone))

    def begin(self, work: Callable[[Turn], Any], ends: Ends, *, alone: bool = False) -> None:
        """`run` for whoever waits in another way: `ends` hears what the future would tell."""
        self.database.begin(partial(self._through, work), ends, alone=alone)

    def read(self, work: Callable[[Turn], T]) -> "Future[T]":
        """The same Turn over a reader: every write raises."""
        return self.database.read(partial(self._look, work))

    def _through(self, work: Callable[[Turn], T], connection: "Connection") -> T:
        database = self.database
        session = Session(
            connection, self.clock(), _name(), told=database.told, apart=database.apart
        )
        result = work(Turn(session, self.book, self.house))
        session.end()
        return result

    def _look(self, work: Callable[[Turn], T], connection: "Connection") -> T:
        session = Session(connection, self.clock(), _name(), reading=True)
        return work(Turn(session, self.book, self.house))


def _name() -> str:
    return f"{_names.getrandbits(64):016x}"
