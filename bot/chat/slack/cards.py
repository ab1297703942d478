"""What a ``Post`` looks like in Slack: Block Kit from our nouns. Pure; decides nothing."""

from bot.chat import wording
from bot.chat.slack.pieces import (
    ALT_LIMIT,
    BLOCK_LIMIT,
    TEXT_LIMIT,
    Block,
    Page,
    actions,
    context,
    escape,
    escaped_to,
    heading,
    image,
    plain,
    section,
)
from bot.chat.wording import BETWEEN, cut, one_line, spoken
from bot.types import (
    Action,
    Button,
    Cancelled,
    Finished,
    Job,
    Moved,
    NotMade,
    Painting,
    Post,
    Queued,
    Role,
    Sample,
    Shown,
)


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
        case NotMade(kept=kept):
            return _ending(job, wording.not_made(kept=kept))
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
        context(f"{status}{BETWEEN}{_asked(job)}"),
        actions(wording.progress_buttons(job), job.locale),
    ]
    return f"{status} {escape(wording.prompt_shown(job))}", blocks


def _asked(job: Job) -> str:
    return wording.asked(job, _person(job), escape)


def _person(job: Job) -> str:
    return f"<@{job.by.id}>"


def _prompt(job: Job) -> Block:
    return heading(wording.prompt_shown(job))


def _ending(job: Job, key: str) -> Page:
    words = spoken(key, job.locale)
    return words, [context(f"{words}{BETWEEN}{_asked(job)}")]


# -- the result


def _finished(job: Job, face: Finished, role: Role) -> Page:
    pictures = [] if face.attached else [_image(job, shown) for shown in face.shown]
    facts = wording.facts(job, face, _person(job))
    blocks = [_prompt(job), *pictures]
    if face.attached:
        blocks.append(context(spoken("card.attached", job.locale)))
    blocks += [context(words) for words in wording.remarks(job, face, escape, links=False)]
    buttons = wording.result_buttons(job, role, face)
    blocks += [context(facts), actions(buttons, job.locale, wording.result_menus(job, face))]
    alt = wording.alt(job, face.shown[0].picture.prompt if face.shown else job.request.prompt)
    return cut(f"{escaped_to(alt, ALT_LIMIT)} ({facts})", TEXT_LIMIT), blocks[:BLOCK_LIMIT]


def _image(job: Job, shown: Shown) -> Block:
    block = image("picture", shown.preview or shown.file, wording.alt(job, shown.picture.prompt))
    if len(job.request.prompts) > 1:
        block["title"] = plain(cut(one_line(shown.picture.prompt), 150) or "…") | {"emoji": False}
    return block


def _sample(job: Job, face: Sample) -> Page:
    words = spoken(f"sample.{face.way}", job.locale)
    blocks = [section(words)]
    if face.file:
        blocks.append(image("sample", face.file, spoken("sample.alt", job.locale)))
    buttons = [Button(action=action, job=job.id) for action in (Action.SEEN, Action.UNSEEN)]
    return words, [*blocks, actions(buttons, job.locale)]
