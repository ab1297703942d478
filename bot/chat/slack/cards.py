"""What a ``Post`` or ``Note`` looks like in Slack: Block Kit from our nouns. Pure; decides nothing."""

from typing import Any

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
_PROMPT_SHOWN = 300

_STYLES = {Action.DELETE: "danger", Action.CANCEL: "danger", Action.RUN: "primary", Action.RETRY: "primary"}
_CONFIRMED = {Action.DELETE, Action.CANCEL}


def escape(words: str) -> str:
    """A person's words inside mrkdwn, so that none of them means anything to Slack."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cut(words: str, limit: int) -> str:
    """At most ``limit`` characters, with an ellipsis where something is left out."""
    return words if len(words) <= limit else words[: limit - 1].rstrip() + "…"


def draw(post: Post) -> tuple[str, list[Block]]:
    """The text (for notifications and screen readers) and the blocks of a job's message."""
    job, face = post.job, post.face
    locale = job.locale
    match face:
        case Queued():
            return _progress(job, _queued(face, locale), ())
        case Painting():
            return _progress(job, _painting(face, job), _preview(face, job))
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


def _say(key: str, locale: str, **values: str | int) -> str:
    return say(Text(key=key, values=values), locale)


# -- while it waits and paints


def _queued(face: Queued, locale: str) -> str:
    if not face.ahead:
        return _say("card.starting", locale)
    if face.seconds is None:
        return _say("card.queued", locale, ahead=face.ahead)
    return _say("card.queued_about", locale, ahead=face.ahead, seconds=face.seconds)


def _painting(face: Painting, job: Job) -> str:
    if face.waiting:
        return _say("card.patience", job.locale)
    total = len(job.request.prompts)
    if total > 1:
        return _say("card.painting_part", job.locale, number=min(face.done + 1, total), total=total)
    return _say("card.painting", job.locale)


def _preview(face: Painting, job: Job) -> tuple[Block, ...]:
    if not (face.preview or face.preview_url):
        return ()
    source = {"slack_file": {"id": face.preview}} if face.preview else {"image_url": face.preview_url}
    # A new block_id each time, as Slack asks for when a message is updated.
    name = f"preview-{(face.preview or face.preview_url)[-24:]}"
    return ({"type": "image", "block_id": name, "alt_text": _say("card.preview_alt", job.locale), **source},)


def _progress(job: Job, status: str, extra: tuple[Block, ...]) -> tuple[str, list[Block]]:
    prompt = _prompt_line(job)
    buttons = [Button(action=Action.CANCEL, job=job.id)]
    if _is_long(job):
        buttons.append(Button(action=Action.PROMPT, job=job.id))
    blocks = [
        _section(prompt),
        *extra,
        _context(f"{status}  ·  {_asked(job)}"),
        _actions(buttons, job.locale),
    ]
    return cut(f"{status} {_plain_prompt(job)}", TEXT_LIMIT), blocks


def _asked(job: Job) -> str:
    parts = [_say("card.asked_by", job.locale, person=f"<@{job.by.id}>"), *_option_words(job), job.short]
    return "  ·  ".join(parts)


def _option_words(job: Job) -> list[str]:
    options = job.request.options
    chosen = [options.model, options.ar or options.size, options.quality, options.format, options.background]
    words = [escape(str(value)) for value in chosen if value]
    if options.n > 1:
        words.append(f"×{options.n}")
    return words


def _is_long(job: Job) -> bool:
    return len(job.request.prompt) > _PROMPT_SHOWN


def _plain_prompt(job: Job) -> str:
    return cut(" ".join(job.request.prompt.split()), _PROMPT_SHOWN)


def _prompt_line(job: Job) -> str:
    return f"*{escape(_plain_prompt(job)) or '…'}*"


def _ending(job: Job, key: str) -> tuple[str, list[Block]]:
    words = _say(key, job.locale)
    return words, [_context(f"{words}  ·  {_asked(job)}")]


# -- the result


def _finished(job: Job, face: Finished, role: Role) -> tuple[str, list[Block]]:
    pictures = [] if face.attached else [_image(job, shown, face) for shown in face.shown]
    facts = _facts(job, face)
    blocks = [_section(_prompt_line(job)), *pictures]
    if face.attached:
        blocks.append(_context(_say("card.attached", job.locale)))
    blocks += [_context(words) for words in _remarks(job, face)]
    blocks += [_context(facts), _actions(_result_buttons(job, role), job.locale)]
    alt = _alt(job, face.shown[0].picture.prompt if face.shown else job.request.prompt)
    return cut(f"{alt} ({facts})", TEXT_LIMIT), blocks[:BLOCK_LIMIT]


def _alt(job: Job, prompt: str) -> str:
    return cut(_say("card.alt", job.locale, prompt=" ".join(prompt.split())), ALT_LIMIT)


def _image(job: Job, shown: Shown, face: Finished) -> Block:
    file = shown.preview or shown.file
    block: Block = {
        "type": "image",
        "block_id": f"picture-{file}",
        "slack_file": {"id": file},
        "alt_text": _alt(job, shown.picture.prompt),
    }
    if len(job.request.prompts) > 1:
        title = cut(" ".join(shown.picture.prompt.split()), 150) or "…"
        block["title"] = {"type": "plain_text", "text": title, "emoji": False}
    return block


def _facts(job: Job, face: Finished) -> str:
    first = face.painted[0]
    sizes = sorted({f"{shown.picture.width}×{shown.picture.height}" for shown in face.shown})
    words = [_say("card.asked_by", job.locale, person=f"<@{job.by.id}>"), first.model, ", ".join(sizes)]
    words += [first.quality] if first.quality else []
    words.append(
        _say("card.seconds", job.locale, seconds=max(1, round(sum(p.seconds for p in face.painted))))
    )
    tokens = sum(p.usage.total for p in face.painted)
    if tokens:
        words.append(_say("card.tokens", job.locale, tokens=f"{tokens:,}"))
    costs = [p.cost for p in face.painted if p.cost is not None]
    if costs:
        words.append(_say("card.cost", job.locale, cost=f"{sum(costs):.3f}"))
    return "  ·  ".join([*words, job.short])


def _remarks(job: Job, face: Finished) -> list[str]:
    remarks = []
    if face.missing:
        remarks.append(_say("card.missing", job.locale, missing=face.missing, total=len(job.request.prompts)))
    revised = face.painted[0].revised_prompt
    if revised and revised != job.request.prompt:
        remarks.append(_say("card.revised", job.locale, prompt=escape(cut(revised, 500))))
    if any(shown.preview for shown in face.shown):
        remarks.append(_say("card.preview_shown", job.locale))
    return remarks


def _result_buttons(job: Job, role: Role) -> list[Button]:
    actions = [Action.AGAIN, Action.VARIATIONS, Action.ORIGINAL, Action.COPY]
    if role is Role.OPEN:
        actions.remove(Action.ORIGINAL)  # it would go into the thread of the private one
    elif job.request.options.private:
        actions.insert(0, Action.SHARE)
    if _is_long(job):
        actions.append(Action.PROMPT)
    return [Button(action=action, job=job.id) for action in [*actions, Action.DELETE]]


def _sample(job: Job, face: Sample) -> tuple[str, list[Block]]:
    words = _say(f"sample.{face.way}", job.locale)
    blocks = [_section(words)]
    if face.file:
        alt = _say("sample.alt", job.locale)
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
    label = _say(f"button.{button.action.value}", locale)
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
            "title": _plain(_say(f"confirm.{name}_title", locale)),
            "text": _plain(_say(f"confirm.{name}_text", locale)),
            "confirm": _plain(_say(f"confirm.{name}_yes", locale)),
            "deny": _plain(_say("confirm.no", locale)),
            "style": "danger",
        }
    return element


def _plain(words: str) -> Block:
    return {"type": "plain_text", "text": words, "emoji": True}
