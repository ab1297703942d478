"""The ledger: jobs, request keys, paid calls, pictures, messages, files, facts."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table of the first release."""
    op.create_table(
        "imagine_jobs",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("workspace", sa.String(64), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("parts", sa.Integer, nullable=False),
        sa.Column("queued", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("changed_at", sa.Float, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
    )
    op.create_index("imagine_jobs_state", "imagine_jobs", ["state", "created_at"])
    op.create_index("imagine_jobs_person", "imagine_jobs", ["workspace", "person", "state"])
    op.create_table(
        "imagine_keys",
        sa.Column("key", sa.String(255), primary_key=True),
        sa.Column("job", sa.String(32), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_table(
        "imagine_painted",
        sa.Column("job", sa.String(32), primary_key=True),
        sa.Column("part", sa.Integer, primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_table(
        "imagine_calls",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("job", sa.String(32), nullable=False, index=True),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("model", sa.String(64), nullable=False),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    _messages_files_facts()


def _messages_files_facts() -> None:
    op.create_table(
        "imagine_messages",
        sa.Column("job", sa.String(32), primary_key=True),
        sa.Column("role", sa.String(16), primary_key=True),
        sa.Column("intended_at", sa.Float, nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("message", sa.String(64), nullable=False),
        sa.Column("thread", sa.String(64), nullable=False),
    )
    op.create_index("imagine_messages_place", "imagine_messages", ["channel", "message"])
    op.create_table(
        "imagine_files",
        sa.Column("job", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("part", sa.Integer, primary_key=True),
        sa.Column("file", sa.String(64), nullable=False),
    )
    op.create_table(
        "imagine_facts",
        sa.Column("workspace", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
