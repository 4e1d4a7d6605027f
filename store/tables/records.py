"""What is kept about what happened: audit, measures, story, the local walls, settings, counters."""

from sqlalchemy import Boolean, Column, Index, Table, UniqueConstraint

from store.tables.columns import flag, json, link, metadata, moment, number, own_id, words
from store.types import Plain, Whole

audit = Table(
    "audit",
    metadata,
    own_id(),
    Column("ticket", Whole),
    moment("at"),
    Column("actor", Whole),
    words("what", None),
    json("facts"),
    words("turn", None),
    Index("ix_audit_ticket", "ticket"),
)

measures = Table(
    "measures",
    metadata,
    own_id(),
    words("kind", None),
    Column("ticket", Whole),
    moment("at"),
    Column("seconds", Whole),
    Column("kept", Boolean),
    Column("person", Whole),
    json("facts"),
    Index("ix_measures_kind_at", "kind", "at"),
)

reviews = Table(
    "reviews",
    metadata,
    own_id(),
    words("kind", None),
    link("person", "people.id", nullable=False),
    link("conversation", "conversations.id", nullable=False),
    words("about", None),
    json("told"),
    moment("asked_at"),
    moment("due_at", nullable=True),
    moment("decided_at", nullable=True),
    link("decided_by", "people.id"),
    Column("outcome", Plain),
    words("why"),
    link("ticket", "tickets.number"),
    Index("ix_reviews_person", "person"),
)

settings = Table(
    "settings",
    metadata,
    Column("key", Plain, primary_key=True),
    json("value", "null"),
    moment("at"),
)

story = Table(
    "story",
    metadata,
    own_id(),
    moment("at"),
    words("key", None),
    json("facts"),
    words("turn", None),
)

wire = Table(
    "wire",
    metadata,
    Column("seq", Whole, primary_key=True, autoincrement=False),
    words("channel", None),
    words("account", None),
    words("chat", None),
    words("ref", None),
    Column("thread", Plain),
    Column("only", Plain),
    json("call"),
    moment("at"),
    flag("deleted"),
    number("place", 0),
    UniqueConstraint("channel", "account", "chat", "ref"),
)

counters = Table(
    "counters",
    metadata,
    Column("name", Plain, primary_key=True),
    number("value", 0),
)
