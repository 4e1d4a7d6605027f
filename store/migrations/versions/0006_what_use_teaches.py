"""What use has taught: proposed phrases, and drafts of guides."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

TEXT = sa.Text()
MOMENT = sa.DateTime(timezone=True)
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Two tables more; an older release knows nothing of them and loses nothing."""
    op.create_table(
        "lessons",
        sa.Column("id", WHOLE, nullable=False, autoincrement=True),
        sa.Column("pack", TEXT, nullable=False),
        sa.Column("topic", TEXT, nullable=False),
        sa.Column("phrase", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("seen", WHOLE, nullable=False, server_default="1"),
        sa.Column("proposed_by", WHOLE),
        sa.Column("ticket", WHOLE),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("state", TEXT, nullable=False, server_default="pending"),
        sa.Column("decided_at", MOMENT),
        sa.Column("decided_by", WHOLE),
        sa.Column("version", WHOLE, nullable=False, server_default="0"),
        _link("lessons", "proposed_by", "people", "id"),
        _link("lessons", "ticket", "tickets", "number"),
        _link("lessons", "decided_by", "people", "id"),
        sa.PrimaryKeyConstraint("id", name="pk_lessons"),
    )
    op.create_index("ix_lessons_pack_state_id", "lessons", ["pack", "state", "id"])
    op.create_table(
        "drafts",
        sa.Column("id", WHOLE, nullable=False, autoincrement=True),
        sa.Column("pack", TEXT, nullable=False),
        sa.Column("ticket", WHOLE),
        sa.Column("typology", TEXT, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("happens", TEXT, nullable=False, server_default=""),
        sa.Column("steps", TEXT, nullable=False, server_default=""),
        sa.Column("phrase", TEXT, nullable=False, server_default=""),
        sa.Column("written_by", WHOLE),
        sa.Column("written_at", MOMENT, nullable=False),
        _link("drafts", "ticket", "tickets", "number"),
        _link("drafts", "written_by", "people", "id"),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
    )


def _link(table: str, column: str, target: str, key: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{target}"
    return sa.ForeignKeyConstraint([column], [f"{target}.{key}"], name=name)
