"""Where the Slack app is installed: the SDK's tables, for an app that many workspaces install."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the three tables."""
    op.create_table("imagine_slack_bots", *_whose(), *_bot(), *_when())
    op.create_index("imagine_slack_bots_where", "imagine_slack_bots", _WHERE)
    op.create_table(
        "imagine_slack_installations",
        *_whose(),
        sa.Column("enterprise_url", sa.String(200)),
        *_bot(),
        *_installer(),
        *_when(),
    )
    op.create_index("imagine_slack_installations_where", "imagine_slack_installations", _WHERE)
    op.create_table(
        "imagine_slack_states",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("state", sa.String(200), nullable=False, index=True),
        sa.Column("expire_at", sa.DateTime, nullable=False),
    )


_WHERE = ["client_id", "team_id", "enterprise_id"]


def _whose() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("client_id", sa.String(32), nullable=False),
        sa.Column("app_id", sa.String(32), nullable=False),
        sa.Column("enterprise_id", sa.String(32)),
        sa.Column("enterprise_name", sa.String(200)),
        sa.Column("team_id", sa.String(32)),
        sa.Column("team_name", sa.String(200)),
    ]


def _bot() -> list[sa.Column[object]]:
    return [
        sa.Column("bot_token", sa.Text),
        sa.Column("bot_id", sa.String(32)),
        sa.Column("bot_user_id", sa.String(32)),
        sa.Column("bot_scopes", sa.String(1000)),
        sa.Column("bot_refresh_token", sa.Text),
        sa.Column("bot_token_expires_at", sa.DateTime),
    ]


def _installer() -> list[sa.Column[object]]:
    return [
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("user_token", sa.Text),
        sa.Column("user_scopes", sa.String(1000)),
        sa.Column("user_refresh_token", sa.Text),
        sa.Column("user_token_expires_at", sa.DateTime),
        sa.Column("incoming_webhook_url", sa.Text),
        sa.Column("incoming_webhook_channel", sa.String(200)),
        sa.Column("incoming_webhook_channel_id", sa.String(200)),
        sa.Column("incoming_webhook_configuration_url", sa.String(200)),
        sa.Column("token_type", sa.String(32)),
    ]


def _when() -> list[sa.Column[object]]:
    return [
        sa.Column("is_enterprise_install", sa.Boolean, nullable=False),
        sa.Column("installed_at", sa.DateTime, nullable=False),
    ]
