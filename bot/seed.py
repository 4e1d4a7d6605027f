"""The invented people of a local desk: who can be tried in the console, and why.

Seeding is idempotent: an organisation is known by its name, a person by their local address.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot.accounts import LOCAL, LOCAL_ROOM
from policy.house import Room
from policy.names import UnknownName
from policy.pack import Policy
from store.turn import Turn
from store.values import Organisation, Person

ACCOUNT = LOCAL
ROOM = Room("slack", ACCOUNT, LOCAL_ROOM)
ROOM_NAME = "soporte"
LEASE, SEEDING = "seed", timedelta(seconds=30)
OVERDUE_DAYS = 18  # days since the unpaid invoice of the suspended client was issued


@dataclass(frozen=True, kw_only=True)
class Client:
    """Somebody who writes from the phone. `why` is the catalogue's reason to try them."""

    key: str
    name: str
    user: int  # Telegram id, also of the chat
    organisation: str
    country: str
    plan: str
    why: str
    roles: frozenset[str] = frozenset({"client"})
    overdue: bool = False
    samples: tuple[str, ...] = ()  # catalogue keys of messages worth sending


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """Somebody of the desk, in the local workroom."""

    key: str
    name: str
    slack: str
    roles: frozenset[str]
    level: int = 1

    @property
    def direct(self) -> str:
        """The chat of their direct messages with the desk."""
        return "D" + self.slack[1:]


OPENERS = (
    "console.sample.fault",
    "console.sample.misuse",
    "console.sample.vague",
    "console.sample.status",
)
ADMIN = frozenset({"client", "client_admin"})

CLIENTS = (
    Client(
        key="marta",
        name="Marta Ríos",
        user=710_000_001,
        organisation="Clínica Lago Gris",
        country="CO",
        plan="silver",
        why="console.why.marta",
        samples=OPENERS,
    ),
    Client(
        key="omar",
        name="Omar Peña",
        user=710_000_002,
        organisation="Hospital Puerto Niebla",
        country="MX",
        plan="bronce",
        why="console.why.omar",
        samples=("console.sample.viewer", "console.sample.misuse"),
    ),
    Client(
        key="berta",
        name="Berta Solano",
        user=710_000_003,
        organisation="Centro de Imágenes Valle Alto",
        country="CO",
        plan="silver",
        why="console.why.berta",
        roles=ADMIN,
        overdue=True,
        samples=("console.sample.fault", "console.sample.person"),
    ),
    Client(
        key="iris",
        name="Iris Quiroga",
        user=710_000_004,
        organisation="Hospital Loma Clara",
        country="CO",
        plan="gold",
        why="console.why.iris",
        samples=("console.sample.done", "console.sample.status"),
    ),
)

STAFF = (
    Colleague(key="camila", name="Camila Duarte", slack="U0CAMILA", roles=frozenset({"engineer"})),
    Colleague(
        key="andres",
        name="Andrés Vega",
        slack="U0ANDRES",
        roles=frozenset({"engineer"}),
        level=2,
    ),
    Colleague(
        key="lucia",
        name="Lucía Mora",
        slack="U0LUCIA",
        roles=frozenset({"supervisor"}),
        level=3,
    ),
)


def client(key: str) -> Client:
    """The client of that key. Raises KeyError."""
    return {one.key: one for one in CLIENTS}[key]


def colleague(key: str) -> Colleague:
    """The colleague of that key. Raises KeyError."""
    return {one.key: one for one in STAFF}[key]


def seed(turn: Turn) -> None:
    """Put the invented people into this desk. What is there already stays as it is."""
    for one in CLIENTS:
        _seed_client(turn, one)
    for one in STAFF:
        _seed_colleague(turn, one)


def seed_alone(turn: Turn, who: str) -> None:
    """The same where several replicas start together: one of them does it, the others find it done.

    Taking the lease waits for a transaction that took it just before.
    """
    if turn.leases.take(LEASE, who, SEEDING) is not None:
        seed(turn)
        turn.leases.release(LEASE, who)


def plan_for(policy: Policy, wanted: str) -> str:
    """The pack's plan of that name, or the last of its plans."""
    try:
        return policy.plan(wanted).key
    except UnknownName:
        return policy.plans[-1].key


def country_for(policy: Policy, wanted: str) -> str:
    """That country where the desk serves it, else the desk's own."""
    served = {one.code for one in policy.countries}
    return wanted if wanted in served else policy.desk.country


def _seed_client(turn: Turn, one: Client) -> None:
    if turn.people.find("telegram", ACCOUNT, str(one.user)) is not None:
        return
    home = _organisation(turn, one)
    zone = turn.book.country(home.country).zone
    person = turn.people.add_person(one.name, organisation=home.id, roles=one.roles, zone=zone)
    turn.people.bind(person.id, "telegram", ACCOUNT, str(one.user), str(one.user))


def _organisation(turn: Turn, one: Client) -> Organisation:
    known = turn.people.organisation_named(one.organisation)
    if known is not None:
        return known
    today = turn.now.date()
    home = turn.people.add_organisation(
        one.organisation,
        country=country_for(turn.book, one.country),
        plan=plan_for(turn.book, one.plan),
        **_contract(today),
    )
    _bill(turn, home, one, today)
    return home


def _contract(today: date) -> dict[str, Any]:
    return {
        "contract_from": today - timedelta(days=300),
        "contract_to": today + timedelta(days=430),
        "signed": True,
        "closing_act": True,
        "first_invoice": True,
    }


def _bill(turn: Turn, home: Organisation, one: Client, today: date) -> None:
    if one.overdue:
        turn.people.add_invoice(home.id, "FV-2210", today - timedelta(days=OVERDUE_DAYS))
        return
    issued = today - timedelta(days=40)
    turn.people.add_invoice(home.id, f"FV-{home.id:04d}", issued, issued + timedelta(days=6))


def _seed_colleague(turn: Turn, one: Colleague) -> Person:
    known = turn.people.find("slack", ACCOUNT, one.slack)
    if known is not None:
        return known
    person = turn.people.add_person(one.name, roles=one.roles, level=one.level)
    turn.people.bind(person.id, "slack", ACCOUNT, one.slack, one.direct)
    return person
