"""What a ``Post`` or ``Note`` looks like in Teams: Adaptive Cards from our nouns. Pure; decides nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, assert_never

from bot.chat import wording
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

Card = dict[str, Any]
Element = dict[str, Any]

ADAPTIVE = "application/vnd.microsoft.card.adaptive"
PAGE_LIMIT = 8_000
"""Characters of a card's words: with three bytes each they still fit the oldest limit of a message, 28 KB."""
_ALT_LIMIT, _TITLE_LIMIT = 300, 150
"""Ten pictures with as many characters fit it too."""
_IN_SIGHT = 6
"""Buttons that Teams draws; the others stand behind three dots."""

_DANGEROUS = frozenset({Action.DELETE, Action.CANCEL})
_WANTED = frozenset({Action.RUN, Action.PAINT, Action.RETRY, Action.SHARE})
_DIALOGS = frozenset({Action.EDIT, Action.CHANGE, Action.REGION, Action.EXTEND, Action.ROLES})
"""Buttons that are answered with a form; Teams has to be told so beforehand."""
OWN_WORDS = {
    **dict.fromkeys(("file.login", "file.denied", "file.hidden", "file.external"), "teams.file_kept"),
    "file.gone": "teams.file_gone",
    "file.elsewhere": "teams.file_elsewhere",
    "file.broken": "teams.file_broken",
    **dict.fromkeys(("say.not_welcome", "say.not_here"), "teams.not_welcome"),
    "say.original_needs_invite": "teams.not_welcome",
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
    return (_image(url, spoken("card.preview_alt", job.locale)),) if url else ()


def _progress(job: Job, face: Queued | Painting, extra: tuple[Element, ...], look: Look) -> Card:
    status = f"{wording.progress(face, job)}{BETWEEN}{_asked(job, look)}"
    return card([_prompt(job), *extra, _small(status)], _actions(wording.progress_buttons(job), job.locale))


def _asked(job: Job, look: Look) -> str:
    return wording.asked(job, look.person, _as_it_is)


def _as_it_is(words: str) -> str:
    """Text runs know no markup."""
    return words


def _prompt(job: Job) -> Element:
    return words(wording.prompt_shown(job) or "…", weight="Bolder")


def _ending(job: Job, key: str, look: Look) -> Card:
    return card([_small(f"{spoken(key, job.locale)}{BETWEEN}{_asked(job, look)}")])


# -- the result


def _finished(job: Job, face: Finished, role: Role, look: Look) -> Card:
    body = [_prompt(job)]
    if face.attached:
        body.append(_small(spoken("teams.attached", job.locale)))
    else:
        body += [one for shown in face.shown for one in _picture(job, shown, face, look)]
    remarks = wording.remarks(job, face, _as_it_is, links=True)
    body += [_small(remark) for remark in remarks]
    body.append(_small(wording.facts(job, face, look.person)))
    return card(body, _fitting(_result_actions(job, face, role, look)))


def _result_actions(job: Job, face: Finished, role: Role, look: Look) -> list[Element]:
    """The originals are a link away, so nobody has to ask for them."""
    wanted = [*wording.result_buttons(job, role, face)]
    wanted += [button for menu in wording.result_menus(job, face) for button in menu]
    drawn = [_link_to(button, face, look) for button in wanted if button.action is not Action.ORIGINAL]
    full_size = [] if face.attached else _full_size(job, face, look)
    return [*full_size, *_actions(drawn, job.locale)]


def _link_to(button: Button, face: Finished, look: Look) -> Button:
    """The model's own file is a link away too."""
    files = [one.picture.model_file for one in face.shown if one.picture.model_file]
    if button.action is Action.MODEL_FILE and files and not face.attached:
        return replace(button, url=look.link(files[0]))
    return button


def _picture(job: Job, shown: Shown, face: Finished, look: Look) -> list[Element]:
    alt = cut(wording.alt(job, shown.picture.prompt), _ALT_LIMIT)
    image = _image(look.link(shown.preview or shown.file), alt, opens=look.link(shown.picture.blob))
    if len(job.request.prompts) == 1:
        return [image]
    return [_small(cut(one_line(shown.picture.prompt), _TITLE_LIMIT) or "…"), image]


def _full_size(job: Job, face: Finished, look: Look) -> list[Element]:
    """One picture has a button; several are opened by themselves."""
    if len(face.shown) != 1:
        return []
    url = look.link(face.shown[0].picture.blob)
    return [{"type": "Action.OpenUrl", "title": spoken("teams.full_size", job.locale), "url": url}]


def _sample(job: Job, face: Sample, look: Look) -> Card:
    body = [words(spoken(f"sample.{face.way}", job.locale))]
    if face.file:
        body.append(_image(look.link(face.file), spoken("sample.alt", job.locale)))
    buttons = [Button(action=action, job=job.id) for action in (Action.SEEN, Action.UNSEEN)]
    return card(body, _actions(buttons, job.locale))


# -- private notes


def note(note: Note, locale: str, link: Link) -> list[Card]:
    """A private answer: sentence, words, pictures, lines, buttons; in as many cards as they need."""
    body = [(len(piece), words(piece)) for piece in _parts(_sentence(note.text, locale))]
    body += [(len(piece), _quote(piece)) for piece in _parts(note.quote)]
    body += [(0, _image(link(one.file), say(one.alt, locale))) for one in note.pictures]
    for line in note.lines:
        body += [(len(piece), words(piece)) for piece in _parts(_sentence(line, locale))]
    pages = _pages(body)
    cards = [card(page) for page in pages[:-1]]
    return [*cards, card(pages[-1], _actions(list(note.buttons), locale, private=True))]


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


def _quote(whole: str) -> Element:
    return {"type": "RichTextBlock", "inlines": [_run(whole, fontType="Monospace")]}


# -- pieces


def card(body: Sequence[Element], actions: Sequence[Element] = ()) -> Card:
    """A whole card; 1.5 is the newest version that Teams draws everywhere."""
    made: Card = {
        "$schema": "https://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.5",
        "msteams": {"width": "Full"},
        "body": list(body),
    }
    return {**made, "actions": list(actions)} if actions else made


def words(text: str, **style: str) -> Element:
    """Words as they are, never as markup; what our sentences put between backticks looks like code."""
    runs = []
    for number, part in enumerate(text.split("`") if text.count("`") % 2 == 0 else [text]):
        if part:
            runs.append(_run(part, **style, **({"fontType": "Monospace"} if number % 2 else {})))
    return {"type": "RichTextBlock", "inlines": runs or [_run("…", **style)]}


def _run(text: str, **style: str) -> Element:
    return {"type": "TextRun", "text": text, **style}


def _small(text: str) -> Element:
    return {
        "type": "RichTextBlock",
        "inlines": [{"type": "TextRun", "text": text, "size": "Small", "isSubtle": True}],
    }


def _image(url: str, alt: str, opens: str = "") -> Element:
    image: Element = {
        "type": "Image",
        "url": url,
        "altText": alt,
        "size": "Stretch",
        "msTeams": {"allowExpand": True},
    }
    return {**image, "selectAction": {"type": "Action.OpenUrl", "url": opens}} if opens else image


def _actions(buttons: list[Button], locale: str, *, private: bool = False) -> list[Element]:
    row = [_button(one, locale, wording.which(one, buttons), private=private) for one in buttons]
    return _fitting(row)


def _fitting(drawn: list[Element]) -> list[Element]:
    """What is too much stands behind three dots; a button that unfolds a question cannot stand there."""
    room = _IN_SIGHT - sum(_unfolds(one) for one in drawn)
    placed = []
    for one in drawn:
        if not _unfolds(one):
            room -= 1
            one = {**one, "mode": "primary" if room >= 0 else "secondary"}
        placed.append(one)
    return placed


def _unfolds(action: Element) -> bool:
    return bool(action["type"] == "Action.ShowCard")


def _button(button: Button, locale: str, one_of: str, *, private: bool) -> Element:
    """``one_of``: several of one kind stand side by side, so each says which it is."""
    label = spoken(f"button.{button.action.value}", locale)
    title = f"{label} {one_of}" if one_of else label
    if button.url:
        return {"type": "Action.OpenUrl", "title": title, "url": button.url}
    data: dict[str, Any] = {"action": button.action.value, "job": button.job, "choice": button.choice}
    if private:
        data["private"] = True
    if button.action in _DIALOGS:
        return dialog(title, data)
    if button.action in _DANGEROUS and not private:
        return _confirmed(button.action, title, data, locale)
    return execute(title, data, style="positive" if button.action in _WANTED else "")


def execute(title: str, data: dict[str, Any], style: str = "") -> Element:
    """A press that Teams answers for without a new message; older clients send one instead."""
    look = {"style": style} if style else {}
    return {
        "type": "Action.Execute",
        "title": title,
        "verb": str(data.get("action", "")),
        "data": data,
        **look,
        "fallback": {"type": "Action.Submit", "title": title, "data": data, **look},
    }


def dialog(title: str, data: dict[str, Any]) -> Element:
    """A press that opens a form."""
    return {"type": "Action.Submit", "title": title, "data": {**data, "msteams": {"type": "task/fetch"}}}


def _confirmed(action: Action, title: str, data: dict[str, Any], locale: str) -> Element:
    """Teams asks nothing back by itself: the button unfolds the question."""
    name = action.value
    body = [
        words(spoken(f"confirm.{name}_title", locale), weight="Bolder"),
        words(spoken(f"confirm.{name}_text", locale)),
    ]
    yes = execute(spoken(f"confirm.{name}_yes", locale), data, style="destructive")
    return {"type": "Action.ShowCard", "title": title, "card": card(body, [yes])}
