"""Queues and records: the second half of the tables."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TEXT = sa.Text()
MOMENT = sa.DateTime(timezone=True)
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WAITING = sa.text("state IN ('pending', 'claimed')")


def upgrade() -> None:
    """Create the tables; those that others point to come first."""
    _accounts()
    _audit()
    _counters()
    _inbox()
    _leases()
    _measures()
    _outbox()
    _paces()
    _quarantine()
    _settings()
    _story()
    _timers()
    _wire()


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("account", TEXT, nullable=False),
        sa.Column("paused_until", MOMENT),
        sa.Column("why", TEXT, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("channel", "account", name="pk_accounts"),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", WHOLE, nullable=False, autoincrement=True),
        sa.Column("ticket", WHOLE),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", WHOLE),
        sa.Column("what", TEXT, nullable=False),
        sa.Column("facts", TEXT, nullable=False, server_default="{}"),
        sa.Column("turn", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_index("ix_audit_ticket", "audit", ["ticket"])


def _counters() -> None:
    op.create_table(
        "counters",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("value", WHOLE, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("name", name="pk_counters"),
    )


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("account", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("channel", "account", "key", name="pk_inbox"),
    )
    op.create_index("ix_inbox_seen_at", "inbox", ["seen_at"])


def _leases() -> None:
    op.create_table(
        "leases",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("holder", TEXT, nullable=False),
        sa.Column("fence", WHOLE, nullable=False, server_default="1"),
        sa.Column("until", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )


def _measures() -> None:
    op.create_table(
        "measures",
        sa.Column("id", WHOLE, nullable=False, autoincrement=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("ticket", WHOLE),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("seconds", WHOLE),
        sa.Column("kept", sa.Boolean()),
        sa.Column("person", WHOLE),
        sa.Column("facts", TEXT, nullable=False, server_default="{}"),
        sa.PrimaryKeyConstraint("id", name="pk_measures"),
    )
    op.create_index("ix_measures_kind_at", "measures", ["kind", "at"])
    op.create_index("ix_measures_ticket", "measures", ["ticket"])


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", WHOLE, nullable=False, autoincrement=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("account", TEXT, nullable=False),
        sa.Column("chat", TEXT, nullable=False),
        sa.Column("ticket", WHOLE),
        sa.Column("thread", WHOLE),
        sa.Column("only", TEXT),
        sa.Column("person", WHOLE),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("facts", TEXT, nullable=False, server_default="{}"),
        sa.Column("choices", TEXT, nullable=False, server_default="[]"),
        sa.Column("listed", TEXT, nullable=False, server_default=""),
        sa.Column("files", TEXT, nullable=False, server_default="[]"),
        sa.Column("lane", TEXT, nullable=False),
        sa.Column("urgency", WHOLE, nullable=False, server_default="0"),
        sa.Column("silent", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("replaces", TEXT),
        sa.Column("on_sent", TEXT, nullable=False, server_default="null"),
        sa.Column("quotes", TEXT, nullable=False, server_default="null"),
        sa.Column("edits", TEXT, nullable=False, server_default="null"),
        sa.Column("expires_at", MOMENT),
        sa.Column("not_before", MOMENT),
        sa.Column("next_try", MOMENT),
        sa.Column("attempt", WHOLE, nullable=False, server_default="0"),
        sa.Column("token", TEXT),
        sa.Column("lease_until", MOMENT),
        sa.Column("state", TEXT, nullable=False, server_default="pending"),
        sa.Column("refs", TEXT, nullable=False, server_default="[]"),
        sa.Column("sent_at", MOMENT),
        sa.Column("error", TEXT, nullable=False, server_default=""),
        sa.Column("doubtful", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    )
    op.create_index(
        "ix_outbox_lane_id",
        "outbox",
        ["lane", "id"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
    op.create_index("ix_outbox_settled_at", "outbox", ["settled_at"])
    op.create_index("ix_outbox_ticket", "outbox", ["ticket"])
    op.create_index(
        "ix_outbox_urgency_id",
        "outbox",
        ["urgency", "id"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )


def _paces() -> None:
    op.create_table(
        "paces",
        sa.Column("key", TEXT, nullable=False),
        sa.Column("next_free_at", MOMENT, nullable=False),
        sa.Column("held_until", MOMENT),
        sa.PrimaryKeyConstraint("key", name="pk_paces"),
    )
    op.create_index("ix_paces_next_free_at", "paces", ["next_free_at"])


def _quarantine() -> None:
    op.create_table(
        "quarantine",
        sa.Column("id", WHOLE, nullable=False, autoincrement=True),
        sa.Column("reference", TEXT, nullable=False),
        sa.Column("channel", TEXT, nullable=False, server_default=""),
        sa.Column("account", TEXT, nullable=False, server_default=""),
        sa.Column("key", TEXT, nullable=False, server_default=""),
        sa.Column("kind", TEXT, nullable=False, server_default=""),
        sa.Column("body", TEXT, nullable=False, server_default=""),
        sa.Column("error", TEXT, nullable=False, server_default=""),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("replayed_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_quarantine"),
        sa.UniqueConstraint("reference", name="uq_quarantine_reference"),
    )


def _settings() -> None:
    op.create_table(
        "settings",
        sa.Column("key", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False, server_default="null"),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_settings"),
    )


def _story() -> None:
    op.create_table(
        "story",
        sa.Column("id", WHOLE, nullable=False, autoincrement=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("facts", TEXT, nullable=False, server_default="{}"),
        sa.Column("turn", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_story"),
    )


def _timers() -> None:
    op.create_table(
        "timers",
        sa.Column("id", WHOLE, nullable=False, autoincrement=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("about", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False, server_default=""),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("facts", TEXT, nullable=False, server_default="{}"),
        sa.PrimaryKeyConstraint("id", name="pk_timers"),
        sa.UniqueConstraint("kind", "about", "key", name="uq_timers_kind_about_key"),
    )
    op.create_index("ix_timers_about", "timers", ["about"])
    op.create_index("ix_timers_due_at_kind_about_key", "timers", ["due_at", "kind", "about", "key"])


def _wire() -> None:
    op.create_table(
        "wire",
        sa.Column("seq", WHOLE, nullable=False, autoincrement=False),
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("account", TEXT, nullable=False),
        sa.Column("chat", TEXT, nullable=False),
        sa.Column("ref", TEXT, nullable=False),
        sa.Column("thread", TEXT),
        sa.Column("only", TEXT),
        sa.Column("call", TEXT, nullable=False, server_default="{}"),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("place", WHOLE, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("seq", name="pk_wire"),
        sa.UniqueConstraint(
            "channel", "account", "chat", "ref", name="uq_wire_channel_account_chat_ref"
        ),
    )
