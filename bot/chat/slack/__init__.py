"""Slack, and what its manifest names; ``server`` hears, ``client`` speaks, the rest translates."""

COMMAND = "/imagine"
COMMANDS = (COMMAND,)
INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"
SHORTCUT = "imagine_form"
POINT = "imagine_edit"
SHORTCUTS = (SHORTCUT, POINT)
EVENTS = (
    "app_home_opened",
    "app_mention",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
    "reaction_added",
)
DEPARTURES = ("app_uninstalled", "team_access_revoked", "tokens_revoked")
"""Events of an app that many workspaces install."""
SCOPES = (
    "app_mentions:read",
    "channels:history",
    "chat:write",
    "chat:write.public",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "im:history",
    "im:write",
    "mpim:history",
    "users:read",
)
OPTIONAL_SCOPES = ("reactions:read",)
"""What an admin may leave out at the installation; everything else works without."""
METADATA = "imagine_job"
"""The event type in our messages' metadata; the payload holds the job id and the role, nothing else."""
