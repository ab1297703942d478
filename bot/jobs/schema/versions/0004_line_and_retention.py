"""Who waits for an image service's limit, how long it wants to be left alone, and ways to what is old."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make two tables and two indexes."""
    op.create_table(
        "imagine_line",
        sa.Column("deployment", sa.String(255), primary_key=True),
        sa.Column("job", sa.String(32), primary_key=True),
        sa.Column("part", sa.Integer, primary_key=True),
        sa.Column("person", sa.String(129), nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("due", sa.BigInteger, nullable=False),
        sa.Column("weight", sa.Integer, nullable=False),
    )
    op.create_table(
        "imagine_pauses",
        sa.Column("deployment", sa.String(255), primary_key=True),
        sa.Column("until", sa.BigInteger, nullable=False),
    )
    op.create_index("imagine_jobs_changed", "imagine_jobs", ["changed_at"])
    op.create_index("imagine_keys_job", "imagine_keys", ["job"])
