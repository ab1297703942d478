"""The bot's own tables, beside the engine's in the same database; Alembic's migrations make them."""

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, MetaData, String, Table, Text

metadata = MetaData()

jobs = Table(
    "imagine_jobs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("workspace", String(64), nullable=False),
    Column("person", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("round", Integer, nullable=False, default=0),
    Column("parts", Integer, nullable=False),
    Column("queued", Boolean, nullable=False, default=False),  # its painting is in the engine's line
    Column("created_at", Float, nullable=False),  # seconds since 1970, UTC, as all times here
    Column("changed_at", Float, nullable=False),
    Column("body", Text, nullable=False),  # the Job as JSON; the columns above win where they differ
    Column("why", Text, nullable=False, default=""),
    Index("imagine_jobs_state", "state", "created_at"),
    Index("imagine_jobs_person", "workspace", "person", "state"),
)

keys = Table(
    "imagine_keys",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("job", String(32), nullable=False),
    Column("at", Float, nullable=False),
)

painted = Table(
    "imagine_painted",
    metadata,
    Column("job", String(32), primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("body", Text, nullable=False),  # Painted as JSON
    Column("at", Float, nullable=False),
)

calls = Table(
    "imagine_calls",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("job", String(32), nullable=False, index=True),
    Column("part", Integer, nullable=False),
    Column("model", String(64), nullable=False),
    Column("outcome", String(32), nullable=False),
    Column("at", Float, nullable=False),
)

messages = Table(
    "imagine_messages",
    metadata,
    Column("job", String(32), primary_key=True),
    Column("role", String(16), primary_key=True),
    Column("intended_at", Float, nullable=False),
    Column("channel", String(64), nullable=False, default=""),
    Column("message", String(64), nullable=False, default=""),
    Column("thread", String(64), nullable=False, default=""),
    Index("imagine_messages_place", "channel", "message"),
    Index("imagine_messages_thread", "channel", "thread"),
)

inputs = Table(
    "imagine_inputs",
    metadata,
    Column("job", String(32), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("body", Text, nullable=False),  # Input as JSON
)

files = Table(
    "imagine_files",
    metadata,
    Column("job", String(32), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("file", String(64), nullable=False),
)

facts = Table(
    "imagine_facts",
    metadata,
    Column("workspace", String(64), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

budget = Table(
    "imagine_budget",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("deployment", String(255), nullable=False),
    Column("at", BigInteger, nullable=False),  # milliseconds since 1970: the limiter library's unit
    Index("imagine_budget_deployment", "deployment", "at"),
)
