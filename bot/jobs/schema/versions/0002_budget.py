"""The budget of calls: when which deployment was called, for the last minute."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the one table."""
    op.create_table(
        "imagine_budget",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("deployment", sa.String(255), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_index("imagine_budget_deployment", "imagine_budget", ["deployment", "at"])
