"""Slack, and what its manifest names; ``server`` hears, ``client`` speaks, the rest translates."""

COMMAND = "/imagine"
COMMANDS = (COMMAND,)
SHORTCUT = "imagine_form"
SHORTCUTS = (SHORTCUT,)
EVENTS = ("message.im",)
SCOPES = (
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
METADATA = "imagine_job"
"""The event type in our messages' metadata; the payload holds the job id and the role, nothing else."""
