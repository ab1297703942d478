"""Room for names too long for Postgres: of people in Teams, and of pictures, which are looked up."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make room, as in 0006; a picture that is a message is looked for at every message that is not ours."""
    with op.batch_alter_table("imagine_line") as line:
        line.alter_column("person", existing_type=sa.String(129), type_=sa.String(320))
    with op.batch_alter_table("imagine_files") as files:
        files.alter_column("file", existing_type=sa.String(64), type_=sa.String(1024))
    with op.batch_alter_table("imagine_messages") as messages:
        messages.alter_column("message", existing_type=sa.String(64), type_=sa.String(255))
        messages.alter_column("thread", existing_type=sa.String(64), type_=sa.String(255))
    op.create_index("imagine_files_file", "imagine_files", ["file"])
