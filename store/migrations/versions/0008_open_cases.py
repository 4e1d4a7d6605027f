"""Open cases have indexes of their own, and nothing that only tests asked for has one."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

OPEN = sa.text("state <> 'closed'")
COPIES = sa.text("peer_id IS NOT NULL")
LETTERS = sa.text("outbox IS NOT NULL")


def upgrade() -> None:
    """Of a desk's cases nearly all are closed. Who asked for the open ones read all of them, and
    each change of a case, its closing too, was entered wherever its state was indexed.

    Nothing looks a measure up by its case, or the trail by its time; and of the messages few are
    copies of another, or letters.
    """
    op.drop_index("ix_tickets_holder_state", table_name="tickets")
    op.create_index(
        "ix_tickets_holder", "tickets", ["holder"], sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.drop_index("ix_tickets_state_priority", table_name="tickets")
    op.create_index(
        "ix_tickets_state_priority",
        "tickets",
        ["state", "priority"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.drop_index("ix_measures_ticket", table_name="measures")
    op.drop_index("ix_audit_at", table_name="audit")
    op.drop_index("ix_messages_peer_id", table_name="messages")
    op.create_index(
        "ix_messages_peer_id", "messages", ["peer_id"], sqlite_where=COPIES, postgresql_where=COPIES
    )
    op.drop_index("ix_messages_outbox", table_name="messages")
    op.create_index(
        "ix_messages_outbox",
        "messages",
        ["outbox"],
        sqlite_where=LETTERS,
        postgresql_where=LETTERS,
    )
