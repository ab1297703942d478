"""Every word the bot says: whole sentences by key, one TOML file a language, ``say`` to get one."""

import tomllib
from functools import cache
from importlib import resources

from bot.types import Text

LANGUAGES = ("en", "ja")


@cache
def phrases(language: str) -> dict[str, str]:
    """All sentences of one language, keys joined by dots (``button.again``)."""
    with resources.files(__name__).joinpath(f"{language}.toml").open("rb") as file:
        return dict(_flat("", tomllib.load(file)))


def _flat(prefix: str, table: dict[str, object]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, dict):
            pairs += _flat(f"{prefix}{key}.", value)
        else:
            pairs.append((prefix + key, str(value)))
    return pairs


def language_of(locale: str) -> str:
    """The language we speak that fits ``ja-JP``, ``ja_JP`` or nothing; English where none does."""
    wanted = locale.replace("_", "-").split("-", maxsplit=1)[0].lower()
    return wanted if wanted in LANGUAGES else "en"


def asked_for(accept_language: str) -> str:
    """The locale that a browser asks for first, by that header."""
    return accept_language.split(",")[0].split(";")[0].strip()


def say(text: Text, locale: str) -> str:
    """The sentence with its blanks filled. Values are data: a brace in them means nothing."""
    return phrases(language_of(locale))[text.key].format_map(text.values)
