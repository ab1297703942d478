"""An image bot for chat: a command becomes a picture in the channel, durably and paid for once."""

__version__ = "0.1.0"
