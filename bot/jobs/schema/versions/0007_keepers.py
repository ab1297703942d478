"""Who shows a job, and which placeholders still have to hear how theirs ended."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Two columns; what the earlier release did not get to show is anybody's."""
    op.add_column("imagine_jobs", sa.Column("keeper", sa.String(32)))
    op.execute("UPDATE imagine_jobs SET keeper = '' WHERE state = 'waiting' AND NOT queued")
    op.add_column("imagine_messages", sa.Column("owed_at", sa.Float))
