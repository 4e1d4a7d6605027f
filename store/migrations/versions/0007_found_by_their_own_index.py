"""Who writes, and who works here, found by their own index; fewer that every turn writes."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

STAFF = sa.text("roles <> ' client '")
EXPIRES = sa.text("expires_at IS NOT NULL")


def upgrade() -> None:
    """Who writes is looked up by channel, account and user. The index for chats began with the same
    two columns: PostgreSQL took it on a young database, of which it knows nothing, and read every
    address of the channel. And the desk's own people are few among many.

    Most conversations never expire, and the letters of a case are looked up by operators alone: an
    index for either cost every turn more than it saved.
    """
    op.create_index("ix_bindings_chat_channel_account", "bindings", ["chat", "channel", "account"])
    op.drop_index("ix_bindings_channel_account_chat", table_name="bindings")
    op.create_index(
        "ix_people_name_id",
        "people",
        ["name", "id"],
        sqlite_where=STAFF,
        postgresql_where=STAFF,
    )
    op.drop_index("ix_outbox_ticket", table_name="outbox")
    op.drop_index("ix_conversations_expires_at", table_name="conversations")
    op.create_index(
        "ix_conversations_expires_at",
        "conversations",
        ["expires_at"],
        sqlite_where=EXPIRES,
        postgresql_where=EXPIRES,
    )
