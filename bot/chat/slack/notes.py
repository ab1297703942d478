"""What a private ``Note`` looks like in Slack. Pure."""

from bot.chat.slack.pieces import (
    BLOCK_LIMIT,
    SECTION_LIMIT,
    TEXT_LIMIT,
    WORDS_LIMIT,
    Block,
    Page,
    actions,
    escape,
    image,
    section,
)
from bot.chat.wording import cut
from bot.text import say
from bot.types import Note, Text

_BUTTON_WORDS = 100
"""Characters that a button counts for, with its question."""


def without_pictures(page: Page) -> Page:
    """The same in words alone, for pictures that Slack does not show yet."""
    text, blocks = page
    return text, [block for block in blocks if block["type"] != "image"]


def has_pictures(page: Page) -> bool:
    """Whether Slack may find the message too early to show."""
    return any(block["type"] == "image" for block in page[1])


def pages(note: Note, locale: str) -> list[Page]:
    """Sentence, their own words, pictures, more lines, buttons; in as many messages as they need."""
    text = say(escaped(note.text), locale)
    sized = [(len(part), section(part)) for part in _parts(text)]
    sized += [(len(part), _quote(part)) for part in _parts(note.quote)]
    for number, one in enumerate(note.pictures):
        alt = say(one.alt, locale)
        sized.append((len(alt), image(f"note{number}", one.file, alt)))
    lines = "\n".join(say(escaped(line), locale) for line in note.lines)
    sized += [(len(part), section(part)) for part in _parts(lines)]
    if note.buttons:
        sized.append((_BUTTON_WORDS * len(note.buttons), actions(note.buttons, locale)))
    return [(cut(text, TEXT_LIMIT), blocks) for blocks in _pages(sized)]


def _pages(sized: list[tuple[int, Block]]) -> list[list[Block]]:
    pages: list[list[Block]] = [[]]
    room = WORDS_LIMIT
    for size, block in sized:
        if size > room or len(pages[-1]) == BLOCK_LIMIT:
            pages.append([])
            room = WORDS_LIMIT
        pages[-1].append(block)
        room -= size
    return pages


def escaped(text: Text) -> Text:
    """A sentence whose blanks are filled with words that stay words: they may be a person's."""
    values = {name: escape(v) if isinstance(v, str) else v for name, v in text.values.items()}
    return Text(key=text.key, values=values)


def _parts(words: str) -> list[str]:
    """Pieces that fit a section, split at line ends where there are some."""
    parts = []
    while len(words) > SECTION_LIMIT:
        at = words.rfind("\n", SECTION_LIMIT // 2, SECTION_LIMIT)
        at = at if at > 0 else SECTION_LIMIT
        parts.append(words[:at])
        words = words[at:].lstrip("\n")
    return [*parts, words] if words else parts


def _quote(words: str) -> Block:
    # Rich text, so that a person's own words are shown as they are and copied as they were.
    text = {"type": "text", "text": words}
    return {"type": "rich_text", "elements": [{"type": "rich_text_preformatted", "elements": [text]}]}
