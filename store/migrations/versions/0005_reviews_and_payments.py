"""Reviews: what a supervisor is asked to decide. And since when the desk knows of a payment."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

TEXT = sa.Text()
MOMENT = sa.DateTime(timezone=True)
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """A table and two columns more; what an older release reads and writes stays as it is."""
    op.add_column("invoices", sa.Column("known_at", MOMENT))
    op.add_column("invoices", sa.Column("restored_at", MOMENT))
    op.create_table(
        "reviews",
        sa.Column("id", WHOLE, nullable=False, autoincrement=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("person", WHOLE, nullable=False),
        sa.Column("conversation", WHOLE, nullable=False),
        sa.Column("about", TEXT, nullable=False),
        sa.Column("told", TEXT, nullable=False, server_default="{}"),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT),
        sa.Column("decided_at", MOMENT),
        sa.Column("decided_by", WHOLE),
        sa.Column("outcome", TEXT),
        sa.Column("why", TEXT, nullable=False, server_default=""),
        sa.Column("ticket", WHOLE),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_reviews_person_people"),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversations.id"], name="fk_reviews_conversation_conversations"
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name="fk_reviews_decided_by_people"),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name="fk_reviews_ticket_tickets"),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
    )
    op.create_index("ix_reviews_person", "reviews", ["person"])
