"""What a ``Post`` or ``Note`` looks like in Teams: Adaptive Cards from our nouns. Pure; decides nothing."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import assert_never

from bot.chat import wording
from bot.chat.teams.pieces import (
    Card,
    Element,
    actions,
    card,
    fitting,
    image,
    literal,
    questions,
    small,
    words,
)
from bot.chat.wording import BETWEEN, cut, one_line, spoken
from bot.text import say
from bot.types import (
    Action,
    BlobKey,
    Button,
    Cancelled,
    FileId,
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

ADAPTIVE = "application/vnd.microsoft.card.adaptive"
PAGE_LIMIT = 8_000
"""Characters of a card's words: with three bytes each they still fit the oldest limit of a message, 28 KB."""
_ALT_LIMIT, _TITLE_LIMIT = 300, 150
"""Ten pictures with as many characters fit it too."""
OWN_WORDS = {
    **dict.fromkeys(("file.login", "file.denied", "file.hidden", "file.external"), "teams.file_kept"),
    "file.gone": "teams.file_gone",
    "file.elsewhere": "teams.file_elsewhere",
    "file.broken": "teams.file_broken",
    **dict.fromkeys(("say.not_welcome", "say.not_here"), "teams.not_welcome"),
    **dict.fromkeys(("say.original_needs_invite", "say.share_needs_invite"), "teams.not_welcome"),
    "say.unclear": "teams.unclear",
    "say.chat_failed": "teams.chat_failed",
    "say.painted_not_posted": "teams.painted_not_posted",
    "say.chat_failed_press": "teams.chat_failed_press",
    "say.not_yours": "teams.not_yours",
    "say.draft_gone": "teams.draft_gone",
    "say.forget_me": "teams.forget_me",
    "say.archived": "teams.archived",
    "say.private": "teams.private",
    "help.usage": "teams.help_usage",
    "help.form": "teams.help_form",
    "help.verbatim": "teams.help_verbatim",
    "help.words": "teams.help_words",
    "help.more": "teams.help_more",
    "reply.text_file": "teams.text_file",
    "say.buttons": "teams.buttons",
    "help.forget": "teams.help_forget",
    "help.edit": "teams.help_edit",
    "help.edit_other": "teams.help_edit_other",
    "help.edit_words": "teams.help_edit_words",
    "option.private.help": "teams.help_private",
    "refuse.unknown": "teams.no_option",
    "refuse.missing": "teams.no_value",
    "refuse.no_prompt": "teams.no_prompt",
    "ask.words_alone": "teams.words_alone",
    "ask.unknown_name": "teams.no_such_picture",
}
"""Sentences that say how things are done in Slack, and what is said in their place here."""

Link = Callable[[BlobKey | FileId], str]
"""Where the outside sees a picture."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """What a card needs beside its post."""

    link: Link
    person: str
    """The requester's name; empty when nobody knows it."""


def draw(post: Post, look: Look) -> Card:
    """A job's message."""
    job, face = post.job, post.face
    match face:
        case Queued():
            return _progress(job, face, (), look)
        case Painting():
            return _progress(job, face, _preview(face, job, look), look)
        case Finished():
            return _finished(job, face, post.role, look)
        case NotMade(kept=kept):
            return _ending(job, wording.not_made(kept=kept), look)
        case Cancelled():
            return _ending(job, "card.cancelled", look)
        case Moved():
            return _ending(job, "card.moved", look)
        case Sample():
            return _sample(job, face, look)
    assert_never(face)


def summary(post: Post) -> str:
    """What a notification and a list of chats say of it."""
    job, face = post.job, post.face
    match face:
        case Queued() | Painting():
            return f"{wording.progress(face, job)} {wording.prompt_shown(job)}"
        case Finished():
            return cut(wording.alt(job, job.request.prompt), _ALT_LIMIT)
        case NotMade(kept=kept):
            return spoken(wording.not_made(kept=kept), job.locale)
        case Cancelled():
            return spoken("card.cancelled", job.locale)
        case Moved():
            return spoken("card.moved", job.locale)
        case Sample():
            return spoken(f"sample.{face.way}", job.locale)
    assert_never(face)


# -- while it waits and paints


def _preview(face: Painting, job: Job, look: Look) -> tuple[Element, ...]:
    url = look.link(face.preview) if face.preview else face.preview_url
    return (image(url, spoken("card.preview_alt", job.locale)),) if url else ()


def _progress(job: Job, face: Queued | Painting, extra: tuple[Element, ...], look: Look) -> Card:
    status = f"{wording.progress(face, job)}{BETWEEN}{_asked(job, look)}"
    buttons = wording.progress_buttons(job)
    body = [_prompt(job), *extra, small(status), *questions(buttons, job.locale)]
    return card(body, actions(buttons, job.locale))


def _asked(job: Job, look: Look) -> str:
    return wording.asked(job, look.person, _as_it_is)


def _as_it_is(words: str) -> str:
    """Text runs know no markup."""
    return words


def _prompt(job: Job) -> Element:
    return literal(wording.prompt_shown(job) or "…", weight="Bolder")


def _ending(job: Job, key: str, look: Look) -> Card:
    return card([small(f"{spoken(key, job.locale)}{BETWEEN}{_asked(job, look)}")])


# -- the result


def _finished(job: Job, face: Finished, role: Role, look: Look) -> Card:
    body = [_prompt(job)]
    if face.attached:
        body.append(small(spoken("teams.attached", job.locale)))
    else:
        body += [one for shown in face.shown for one in _picture(job, shown, face, look)]
    remarks = wording.remarks(job, face, _as_it_is, links=True)
    body += [small(remark) for remark in remarks]
    body.append(small(wording.facts(job, face, look.person)))
    body += questions(wording.result_buttons(job, role, face), job.locale)
    return card(body, fitting(_result_actions(job, face, role, look)))


def _result_actions(job: Job, face: Finished, role: Role, look: Look) -> list[Element]:
    """The originals are a link away, so nobody has to ask for them."""
    wanted = [*wording.result_buttons(job, role, face)]
    wanted += [button for menu in wording.result_menus(job, face) for button in menu]
    drawn = [_link_to(button, face, look) for button in wanted if button.action is not Action.ORIGINAL]
    full_size = [] if face.attached else _full_size(job, face, look)
    return [*full_size, *actions(drawn, job.locale)]


def _link_to(button: Button, face: Finished, look: Look) -> Button:
    """The model's own file is a link away too."""
    files = [one.picture.model_file for one in face.shown if one.picture.model_file]
    if button.action is Action.MODEL_FILE and files and not face.attached:
        return replace(button, url=look.link(files[0]))
    return button


def _picture(job: Job, shown: Shown, face: Finished, look: Look) -> list[Element]:
    alt = cut(wording.alt(job, shown.picture.prompt), _ALT_LIMIT)
    drawn = image(look.link(shown.preview or shown.file), alt, opens=look.link(shown.picture.blob))
    if len(job.request.prompts) == 1:
        return [drawn]
    return [small(cut(one_line(shown.picture.prompt), _TITLE_LIMIT) or "…"), drawn]


def _full_size(job: Job, face: Finished, look: Look) -> list[Element]:
    """One picture has a button; several are opened by themselves."""
    if len(face.shown) != 1:
        return []
    url = look.link(face.shown[0].picture.blob)
    return [{"type": "Action.OpenUrl", "title": spoken("teams.full_size", job.locale), "url": url}]


def _sample(job: Job, face: Sample, look: Look) -> Card:
    body = [words(spoken(f"sample.{face.way}", job.locale))]
    if face.file:
        body.append(image(look.link(face.file), spoken("sample.alt", job.locale)))
    buttons = [Button(action=action, job=job.id) for action in (Action.SEEN, Action.UNSEEN)]
    return card(body, actions(buttons, job.locale))


# -- private notes


def note(note: Note, locale: str, link: Link) -> list[Card]:
    """A private answer: sentence, words, pictures, lines, buttons; in as many cards as they need."""
    body = [(len(piece), words(piece)) for piece in _parts(_sentence(note.text, locale))]
    body += [(len(piece), literal(piece, fontType="Monospace")) for piece in _parts(note.quote)]
    body += [(0, image(link(one.file), say(one.alt, locale))) for one in note.pictures]
    for line in note.lines:
        body += [(len(piece), words(piece)) for piece in _parts(_sentence(line, locale))]
    body += [(0, one) for one in questions(note.buttons, locale, private=True)]
    pages = _pages(body)
    cards = [card(page) for page in pages[:-1]]
    return [*cards, card(pages[-1], actions(list(note.buttons), locale, private=True))]


def plainly(note: Note, locale: str) -> str:
    """A note where only words fit."""
    return "\n".join(_sentence(text, locale) for text in (note.text, *note.lines))


def _sentence(text: Text, locale: str) -> str:
    key = OWN_WORDS.get(text.key, text.key)
    return say(Text(key=key, values=text.values), locale)


def _pages(sized: list[tuple[int, Element]]) -> list[list[Element]]:
    pages: list[list[Element]] = [[]]
    room = PAGE_LIMIT
    for size, element in sized:
        if size > room and pages[-1]:
            pages.append([])
            room = PAGE_LIMIT
        pages[-1].append(element)
        room -= size
    return pages


def _parts(whole: str) -> list[str]:
    return [whole[at : at + PAGE_LIMIT] for at in range(0, len(whole), PAGE_LIMIT)]
