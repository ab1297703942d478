"""Teams' names of people and conversations are longer than Slack's."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make room. SQLite cannot change a column, so there Alembic copies the table."""
    with op.batch_alter_table("imagine_jobs") as jobs:
        jobs.alter_column("person", existing_type=sa.String(64), type_=sa.String(255))
    with op.batch_alter_table("imagine_messages") as messages:
        messages.alter_column("channel", existing_type=sa.String(64), type_=sa.String(512))
