"""What a ``Post`` or ``Note`` looks like in Slack: Block Kit from our nouns. Pure; decides nothing."""

from typing import Any

from bot.chat import wording
from bot.chat.wording import BETWEEN, cut, one_line, spoken
from bot.text import say
from bot.types import (
    Action,
    Button,
    Cancelled,
    Finished,
    Job,
    Moved,
    Note,
    NotMade,
    Painting,
    Post,
    Queued,
    Role,
    Sample,
    Shown,
    Text,
)

Block = dict[str, Any]
Page = tuple[str, list[Block]]
"""One message: its text (for notifications) and its blocks."""

# https://docs.slack.dev/reference/block-kit/blocks
SECTION_LIMIT = 3000
ALT_LIMIT = 2000
FILE_ALT_LIMIT = 1000
TEXT_LIMIT = 3000
BLOCK_LIMIT = 50
WORDS_LIMIT = 12_000
"""Characters over all blocks of a message: past about 13,200 Slack refuses it (bolt-js#2509)."""
_BUTTON_WORDS = 100

_STYLES = {Action.DELETE: "danger", Action.CANCEL: "danger", Action.RUN: "primary", Action.RETRY: "primary"}
_CONFIRMED = {Action.DELETE, Action.CANCEL}


def escape(words: str) -> str:
    """A person's words inside mrkdwn, so that none of them means anything to Slack."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def draw(post: Post) -> Page:
    """The text (for notifications and screen readers) and the blocks of a job's message."""
    job, face = post.job, post.face
    match face:
        case Queued():
            return _progress(job, wording.progress(face, job), ())
        case Painting():
            return _progress(job, wording.progress(face, job), _preview(face, job))
        case Finished():
            return _finished(job, face, post.role)
        case NotMade():
            return _ending(job, "card.not_made")
        case Cancelled():
            return _ending(job, "card.cancelled")
        case Moved():
            return _ending(job, "card.moved")
        case Sample():
            return _sample(job, face)


# -- while it waits and paints


def _preview(face: Painting, job: Job) -> tuple[Block, ...]:
    if not (face.preview or face.preview_url):
        return ()
    source = {"slack_file": {"id": face.preview}} if face.preview else {"image_url": face.preview_url}
    # A new block_id each time, as Slack asks for when a message is updated.
    name = f"preview-{(face.preview or face.preview_url)[-24:]}"
    return (
        {"type": "image", "block_id": name, "alt_text": spoken("card.preview_alt", job.locale), **source},
    )


def _progress(job: Job, status: str, extra: tuple[Block, ...]) -> Page:
    blocks = [
        _prompt(job),
        *extra,
        _context(f"{status}{BETWEEN}{_asked(job)}"),
        _actions(wording.progress_buttons(job), job.locale),
    ]
    return cut(f"{status} {wording.prompt_shown(job)}", TEXT_LIMIT), blocks


def _asked(job: Job) -> str:
    return wording.asked(job, _person(job), escape)


def _person(job: Job) -> str:
    return f"<@{job.by.id}>"


def _prompt(job: Job) -> Block:
    return _section(f"*{escape(wording.prompt_shown(job)) or '…'}*")


def _ending(job: Job, key: str) -> Page:
    words = spoken(key, job.locale)
    return words, [_context(f"{words}{BETWEEN}{_asked(job)}")]


# -- the result


def _finished(job: Job, face: Finished, role: Role) -> Page:
    pictures = [] if face.attached else [_image(job, shown, face) for shown in face.shown]
    facts = wording.facts(job, face, _person(job))
    blocks = [_prompt(job), *pictures]
    if face.attached:
        blocks.append(_context(spoken("card.attached", job.locale)))
    blocks += [_context(words) for words in wording.remarks(job, face, escape, links=False)]
    blocks += [_context(facts), _actions(wording.result_buttons(job, role), job.locale)]
    alt = _alt(job, face.shown[0].picture.prompt if face.shown else job.request.prompt)
    return cut(f"{alt} ({facts})", TEXT_LIMIT), blocks[:BLOCK_LIMIT]


def _alt(job: Job, prompt: str) -> str:
    return cut(wording.alt(job, prompt), ALT_LIMIT)


def _image(job: Job, shown: Shown, face: Finished) -> Block:
    file = shown.preview or shown.file
    block: Block = {
        "type": "image",
        "block_id": f"picture-{file}",
        "slack_file": {"id": file},
        "alt_text": _alt(job, shown.picture.prompt),
    }
    if len(job.request.prompts) > 1:
        title = cut(one_line(shown.picture.prompt), 150) or "…"
        block["title"] = {"type": "plain_text", "text": title, "emoji": False}
    return block


def _sample(job: Job, face: Sample) -> Page:
    words = spoken(f"sample.{face.way}", job.locale)
    blocks = [_section(words)]
    if face.file:
        alt = spoken("sample.alt", job.locale)
        source = {"slack_file": {"id": face.file}}
        blocks.append({"type": "image", "block_id": f"sample-{face.file}", "alt_text": alt, **source})
    buttons = [Button(action=action, job=job.id) for action in (Action.SEEN, Action.UNSEEN)]
    return words, [*blocks, _actions(buttons, job.locale)]


# -- private notes


def note(note: Note, locale: str) -> list[Page]:
    """A private answer: sentence, their own words, more lines, buttons; in as many messages as they need."""
    text = say(_escaped(note.text), locale)
    sized = [(len(part), _section(part)) for part in _parts(text)]
    sized += [(len(part), _quote(part)) for part in _parts(note.quote)]
    lines = "\n".join(say(_escaped(line), locale) for line in note.lines)
    sized += [(len(part), _section(part)) for part in _parts(lines)]
    if note.buttons:
        actions = _actions(list(note.buttons), locale)
        sized.append((_BUTTON_WORDS * len(note.buttons), actions))
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


def _escaped(text: Text) -> Text:
    """What fills the blanks may be a person's words."""
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


# -- pieces


def _section(words: str) -> Block:
    return {
        "type": "section",
        "text": {"type": "mrkdwn", "text": cut(words, SECTION_LIMIT), "verbatim": True},
    }


def _context(words: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": cut(words, 2000), "verbatim": True}]}


def _actions(buttons: list[Button], locale: str) -> Block:
    alike = len(buttons) > len({button.action for button in buttons})
    return {"type": "actions", "elements": [_button(button, locale, alike=alike) for button in buttons]}


def _button(button: Button, locale: str, *, alike: bool) -> Block:
    """``alike``: several of one kind stand side by side, so each names its job."""
    label = spoken(f"button.{button.action.value}", locale)
    element: Block = {
        "type": "button",
        "action_id": f"{button.action.value}:{button.job}" if alike else button.action.value,
        "value": button.job,
        "text": _plain(f"{label} #{button.job[:4]}" if alike else label),
    }
    if button.action in _STYLES:
        element["style"] = _STYLES[button.action]
    if button.action in _CONFIRMED:
        name = button.action.value
        element["confirm"] = {
            "title": _plain(spoken(f"confirm.{name}_title", locale)),
            "text": _plain(spoken(f"confirm.{name}_text", locale)),
            "confirm": _plain(spoken(f"confirm.{name}_yes", locale)),
            "deny": _plain(spoken("confirm.no", locale)),
            "style": "danger",
        }
    return element


def _plain(words: str) -> Block:
    return {"type": "plain_text", "text": words, "emoji": True}
