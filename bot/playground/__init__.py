"""A workspace on loopback for trying the bot: Slack's API and a page like a channel, and a local painter."""
