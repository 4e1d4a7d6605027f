"""Who the desk knows: organisations, people, their addresses and what they consented to."""

from sqlalchemy import Column, Date, Index, PrimaryKeyConstraint, Table, text

from store.tables.columns import flag, json, link, metadata, moment, number, own_id, words
from store.types import Plain, Whole

organisations = Table(
    "organisations",
    metadata,
    own_id(),
    words("name", None),
    Column("folded", Plain, nullable=False, unique=True),
    words("country"),
    words("plan"),
    Column("contract_from", Date),
    Column("contract_to", Date),
    flag("signed", True),
    flag("closing_act", True),
    flag("first_invoice", True),
    flag("hybrid"),
    json("products", "[]"),
    words("kind", "client"),
    flag("trial"),
)

STAFF = text("roles <> ' client '")

people = Table(
    "people",
    metadata,
    own_id(),
    words("name", None),
    words("language", "es"),
    words("zone"),
    words("roles", " client "),
    number("level", 1),
    link("organisation", "organisations.id"),
    words("email"),
    words("phone"),
    flag("active", True),
    Index("ix_people_organisation", "organisation"),
    Index(
        "ix_people_name_id",  # the desk's own: few among many
        "name",
        "id",
        sqlite_where=STAFF,
        postgresql_where=STAFF,
    ),
)

bindings = Table(
    "bindings",
    metadata,
    words("channel", None),
    words("account", None),
    words("user", None),
    words("chat"),
    link("person", "people.id", nullable=False),
    flag("blocked"),
    PrimaryKeyConstraint("channel", "account", "user"),
    Index("ix_bindings_person", "person"),
    Index("ix_bindings_chat_channel_account", "chat", "channel", "account"),
)

invitations = Table(
    "invitations",
    metadata,
    Column("code_hash", Plain, primary_key=True),
    link("person", "people.id", nullable=False),
    moment("expires_at"),
    moment("used_at", nullable=True),
)

code_tries = Table(
    "code_tries",
    metadata,
    Column("who", Plain, primary_key=True),
    number("tries", 0),
    moment("since"),
)

consents = Table(
    "consents",
    metadata,
    own_id(),
    link("person", "people.id", nullable=False),
    words("version", None),
    words("answer", None),
    words("channel"),
    moment("at"),
    Index("ix_consents_person", "person"),
)

invoices = Table(
    "invoices",
    metadata,
    link("organisation", "organisations.id", nullable=False),
    words("number", None),
    Column("issued_on", Date, nullable=False),
    Column("paid_on", Date),
    moment("known_at", nullable=True),
    moment("restored_at", nullable=True),
    PrimaryKeyConstraint("organisation", "number"),
)

strikes = Table(
    "strikes",
    metadata,
    link("person", "people.id", nullable=False),
    words("typology", None),
    words("article"),
    moment("at"),
    PrimaryKeyConstraint("person", "typology"),
)

erasures = Table(
    "erasures",
    metadata,
    Column("person", Whole, primary_key=True, autoincrement=False),
    moment("at"),
)
