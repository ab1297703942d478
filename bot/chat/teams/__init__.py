"""Microsoft Teams; ``server`` hears, ``client`` speaks, ``sdk`` is Microsoft's, the rest translates."""

COMMAND = "imagine"
"""What people may write before a prompt, with a slash or from the list of commands."""
ENDPOINT = "/api/messages"
MAKE, EDIT = "imagine", "edit"
"""The two commands of the message extension, as the app's manifest names them."""
