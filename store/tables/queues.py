"""What waits: seen events, timers, the outbox and its limits, leases; with partial indexes."""

from sqlalchemy import Column, Index, PrimaryKeyConstraint, Table, text

from store.tables.columns import flag, json, metadata, moment, number, own_id, words
from store.types import Plain, Whole

inbox = Table(
    "inbox",
    metadata,
    words("channel", None),
    words("account", None),
    words("key", None),
    moment("at"),
    moment("seen_at"),
    PrimaryKeyConstraint("channel", "account", "key"),
    Index("ix_inbox_seen_at", "seen_at"),
    sqlite_with_rowid=False,
)

timers = Table(
    "timers",
    metadata,
    Column("id", Whole, nullable=False),
    words("kind", None),
    words("about", None),
    words("key"),
    moment("due_at"),
    json("facts"),
    PrimaryKeyConstraint("about", "kind", "key"),
    Index("ix_timers_due_at_about_kind_key", "due_at", "about", "kind", "key"),
    sqlite_with_rowid=False,
)

WAITING = text("state IN ('pending', 'claimed')")

outbox = Table(
    "outbox",
    metadata,
    own_id(),
    words("kind", None),
    words("channel", None),
    words("account", None),
    words("chat", None),
    Column("ticket", Whole),
    Column("thread", Whole),
    Column("only", Plain),
    Column("person", Whole),
    words("key", None),
    json("facts"),
    json("choices", "[]"),
    words("listed"),
    json("files", "[]"),
    words("lane", None),
    number("urgency", 0),
    flag("silent"),
    Column("replaces", Plain),
    json("on_sent", "null"),
    json("quotes", "null"),
    json("edits", "null"),
    moment("expires_at", nullable=True),
    moment("not_before", nullable=True),
    moment("next_try", nullable=True),
    number("attempt", 0),
    Column("token", Plain),
    moment("lease_until", nullable=True),
    words("state", "pending"),
    json("refs", "[]"),
    moment("sent_at", nullable=True),
    words("error"),
    flag("doubtful"),
    moment("created_at"),
    moment("settled_at", nullable=True),
    Index(
        "ix_outbox_lane_id",
        "lane",
        "id",
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    ),
    Index(
        "ix_outbox_urgency_id",
        "urgency",
        "id",
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    ),
    Index(
        "ix_outbox_settled_at",
        "settled_at",
        sqlite_where=text("settled_at IS NOT NULL"),
        postgresql_where=text("settled_at IS NOT NULL"),
    ),
)

paces = Table(
    "paces",
    metadata,
    Column("key", Plain, primary_key=True),
    moment("next_free_at"),
    moment("held_until", nullable=True),
    Index("ix_paces_next_free_at", "next_free_at"),
)

accounts = Table(
    "accounts",
    metadata,
    words("channel", None),
    words("account", None),
    moment("paused_until", nullable=True),
    words("why"),
    PrimaryKeyConstraint("channel", "account"),
)

leases = Table(
    "leases",
    metadata,
    Column("name", Plain, primary_key=True),
    words("holder", None),
    number("fence", 1),
    moment("until"),
)

quarantine = Table(
    "quarantine",
    metadata,
    own_id(),
    Column("reference", Plain, nullable=False, unique=True),
    words("channel"),
    words("account"),
    words("key"),
    words("kind"),
    words("body"),
    words("error"),
    moment("at"),
    moment("replayed_at", nullable=True),
)
