"""What the store's stories begin with."""

from datetime import UTC, datetime, timedelta
from typing import Any

from policy.calendar import Hours
from policy.ticket import Promise, State, Ticket, Waits
from store.turn import Turn
from store.values import Destination, OutboxRow, Pace, Person

MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
ACCOUNTS = (("telegram", "1"), ("slack", "T1"))
HOURS = Hours(zone="America/Bogota", weekly=((((480, 1080),) * 1),) * 5 + ((), ()))


def promise(seconds: int | None = 3600, started_at: datetime = MONDAY, **fields: Any) -> Promise:
    """A promise of the plan, due after elapsed seconds."""
    due = started_at + timedelta(seconds=seconds) if seconds is not None else None
    values: dict[str, Any] = {
        "plan": "bronce",
        "priority": "alta",
        "clause": "3.1",
        "hours": HOURS,
    } | fields
    return Promise(started_at=started_at, seconds=seconds, due=due, **values)


WAITS = Waits(
    remind_after=timedelta(hours=24),
    close_after=timedelta(hours=72),
    close_undelivered=False,
    clause="7",
)


def a_client(turn: Turn, name: str = "Persona Uno", user: str = "77") -> Person:
    """A contact of an organisation with a chat on Telegram."""
    home = turn.people.organisation_named("Clínica Norte") or turn.people.add_organisation(
        "Clínica Norte", country="CO", plan="bronce"
    )
    person = turn.people.add_person(name, organisation=home.id)
    turn.people.bind(person.id, "telegram", "1", user, user)
    return person


def an_engineer(turn: Turn, name: str = "Persona Dos") -> Person:
    """One of the desk."""
    return turn.people.add_person(name, roles={"engineer"})


def a_ticket(turn: Turn, requester: Person | None = None, **fields: Any) -> Ticket:
    """An open ticket; `fields` override."""
    person = requester or a_client(turn)
    talk = turn.conversations.at("telegram", "1", f"chat-{person.id}", str(person.id))
    values: dict[str, Any] = {
        "organisation": person.organisation,
        "requester": person.id,
        "conversation": talk.id,
        "state": State.NEW,
        "kind": "incident",
        "category": "PACS",
        "typology": "pacs-down",
        "priority": "alta",
        "because": "catalogue",
        "subject": "No pasan imágenes",
        "text": "Desde las 8 no pasan imágenes",
        "promise": promise(started_at=turn.now),
        "waits": WAITS,
        "pack": "imexhs",
        "digest": "d1",
        "opened_at": turn.now,
        "since": turn.now,
    }
    return turn.tickets.add(**values | fields)


def chat(name: str = "77") -> Destination:
    """A client's chat."""
    return Destination(channel="telegram", account="1", chat=name)


def thread(ticket: int) -> Destination:
    """A ticket's thread in the engineers' channel."""
    return Destination(channel="slack", account="T1", chat="C1", ticket=ticket)


def no_paces(row: OutboxRow) -> tuple[Pace, ...]:
    """Nothing is limited."""
    return ()


def claim(turn: Turn, token: str = "a", limit: int = 10, **options: Any) -> list[OutboxRow]:
    """Claim with the usual lease of a minute."""
    return turn.outbox.claim(
        turn.now,
        limit,
        lease=options.pop("lease", timedelta(minutes=1)),
        token=token,
        paces=options.pop("paces", no_paces),
        accounts=options.pop("accounts", ACCOUNTS),
    )
