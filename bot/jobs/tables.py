"""The bot's own tables, beside the engine's in the same database; Alembic's migrations make them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()

jobs = Table(
    "imagine_jobs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("workspace", String(64), nullable=False),
    Column("person", String(255), nullable=False),
    Column("state", String(16), nullable=False),
    Column("round", Integer, nullable=False, default=0),
    Column("parts", Integer, nullable=False),
    Column("queued", Boolean, nullable=False, default=False),  # its painting is in the engine's line
    Column("created_at", Float, nullable=False),  # seconds since 1970, UTC, as all times here
    Column("changed_at", Float, nullable=False),
    Column("body", Text, nullable=False),  # the Job as JSON; the columns above win where they differ
    Column("why", Text, nullable=False, default=""),
    Column("keeper", String(32)),  # the process that shows it; empty: that one is gone
    Index("imagine_jobs_state", "state", "created_at"),
    Index("imagine_jobs_person", "workspace", "person", "state"),
    Index("imagine_jobs_changed", "changed_at"),
)

keys = Table(
    "imagine_keys",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("job", String(32), nullable=False),
    Column("at", Float, nullable=False),
    Index("imagine_keys_job", "job"),
)

painted = Table(
    "imagine_painted",
    metadata,
    Column("job", String(32), primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("body", Text, nullable=False),  # Painted as JSON
    Column("at", Float, nullable=False),
)

STARTED = "started"
CUT_OFF = "cut off"
"""The outcome of a call that was made again, since its process had died in it, or seemed to."""
CLEARED = "cleared"
"""The outcome of one whose job is over; what it left is gone, and what it makes after all is not kept."""

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
    Column("channel", String(512), nullable=False, default=""),
    Column("message", String(255), nullable=False, default=""),
    Column("thread", String(255), nullable=False, default=""),
    Column("owed_at", Float),  # when to try again to say on it how its job ended
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
    Column("file", String(1024), nullable=False),
    Index("imagine_files_file", "file"),
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

# The Slack SDK's three tables, for an app that many workspaces install. A test compares them with the SDK's;
# what holds a secret has no limit here, since it is kept sealed, and that is longer.

slack_bots = Table(
    "imagine_slack_bots",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("client_id", String(32), nullable=False),
    Column("app_id", String(32), nullable=False),
    Column("enterprise_id", String(32)),
    Column("enterprise_name", String(200)),
    Column("team_id", String(32)),
    Column("team_name", String(200)),
    Column("bot_token", Text),
    Column("bot_id", String(32)),
    Column("bot_user_id", String(32)),
    Column("bot_scopes", String(1000)),
    Column("bot_refresh_token", Text),
    Column("bot_token_expires_at", DateTime),
    Column("is_enterprise_install", Boolean, nullable=False, default=False),
    Column("installed_at", DateTime, nullable=False),
    Index("imagine_slack_bots_where", "client_id", "team_id", "enterprise_id"),
)

slack_installations = Table(
    "imagine_slack_installations",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("client_id", String(32), nullable=False),
    Column("app_id", String(32), nullable=False),
    Column("enterprise_id", String(32)),
    Column("enterprise_name", String(200)),
    Column("enterprise_url", String(200)),
    Column("team_id", String(32)),
    Column("team_name", String(200)),
    Column("bot_token", Text),
    Column("bot_id", String(32)),
    Column("bot_user_id", String(32)),
    Column("bot_scopes", String(1000)),
    Column("bot_refresh_token", Text),
    Column("bot_token_expires_at", DateTime),
    Column("user_id", String(32), nullable=False),
    Column("user_token", Text),
    Column("user_scopes", String(1000)),
    Column("user_refresh_token", Text),
    Column("user_token_expires_at", DateTime),
    Column("incoming_webhook_url", Text),
    Column("incoming_webhook_channel", String(200)),
    Column("incoming_webhook_channel_id", String(200)),
    Column("incoming_webhook_configuration_url", String(200)),
    Column("is_enterprise_install", Boolean, nullable=False, default=False),
    Column("token_type", String(32)),
    Column("installed_at", DateTime, nullable=False),
    Index("imagine_slack_installations_where", "client_id", "team_id", "enterprise_id"),
)

slack_states = Table(
    "imagine_slack_states",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("state", String(200), nullable=False, index=True),
    Column("expire_at", DateTime, nullable=False),
)

line = Table(
    "imagine_line",
    metadata,
    Column("deployment", String(255), primary_key=True),
    Column("job", String(32), primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("person", String(320), nullable=False),
    Column("turn", Integer, nullable=False),  # one a person and round: who has a lower one goes first
    Column("since", BigInteger, nullable=False),  # milliseconds since 1970, as below
    Column("due", BigInteger, nullable=False),  # when they look again
    Column("weight", Integer, nullable=False),
)

pauses = Table(
    "imagine_pauses",
    metadata,
    Column("deployment", String(255), primary_key=True),
    Column("until", BigInteger, nullable=False),
)
