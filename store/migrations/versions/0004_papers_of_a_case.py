"""Papers of a case: what was asked for in writing, and what of it has come."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """A column with a default: an older release leaves it empty."""
    papers = sa.Column("papers", sa.Text(), nullable=False, server_default="[]")
    op.add_column("tickets", papers)
