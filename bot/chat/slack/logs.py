"""The logger that is handed to Bolt and the SDK."""

import logging


def quiet() -> logging.Logger:
    """Bolt's and the SDK's logger, which print payloads at debug level: warnings only, whatever the level."""
    logger = logging.getLogger("bot.slack")
    logger.setLevel(logging.WARNING)
    logger.addFilter(_worth_saying)
    return logger


def _worth_saying(record: logging.LogRecord) -> bool:
    # Bolt finds SLACK_BOT_TOKEN in the environment by itself, and says that it does not need it.
    return not record.getMessage().startswith("As you gave")
