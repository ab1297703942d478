"""A page of the bot's own server, where one person paints one region by hand."""
