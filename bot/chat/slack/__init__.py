"""Slack, and what its manifest names; ``server`` hears, ``client`` speaks, the rest translates."""

COMMAND = "/imagine"
COMMANDS = (COMMAND,)
SHORTCUT = "imagine_form"
POINT = "imagine_edit"
SHORTCUTS = (SHORTCUT, POINT)
EVENTS = (
    "app_mention",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
    "reaction_added",
)
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
