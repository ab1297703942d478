"""What a plain message in a channel or a thread asks for: an edit, an undo, a new picture, or nothing; pure.

Words alone cost nothing unless the person who asked for the picture says them, or somebody names the bot.
"""

import re
from dataclasses import dataclass, replace

from bot.commands import help_, ingredients, keywords, line, order, plain, smalltalk, targets
from bot.commands.keywords import Talk
from bot.commands.plan import Ask, Descent, Nothing, Paint, Plan, Say
from bot.providers import Menu
from bot.types import (
    Action,
    Attached,
    Button,
    Given,
    ImageRequest,
    JobId,
    JobKind,
    Note,
    Options,
    Own,
    Person,
    Source,
    Text,
    Version,
    Words,
)

MOST_SOURCES = 16
"""Pictures that go into one edit; no model takes more (see the catalogue's ``most_sources``)."""
_VARIATIONS = 4
_OTHERS = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>")
_UNSAID = Options()
_CHOOSE = Button(action=Action.CHOOSE, job=JobId(""))


@dataclass(frozen=True, kw_only=True, slots=True)
class Thread:
    """What the ledger knows of the thread that somebody wrote in."""

    versions: tuple[Version, ...] = ()
    """Its results, oldest first; empty: no picture of the bot's, or no thread."""
    unfinished: frozenset[Person] = frozenset()
    """Who waits for a picture that is on its way there."""
    inside: bool = False
    """It is a thread at all."""
    dm: bool = False


NO_THREAD = Thread(dm=True)
"""The bot's own conversation, outside any thread."""


def understand(words: Words, text: str, thread: Thread, person: Person, menu: Menu) -> Plan:
    """What to do about a message that is not a command; ``text`` is cleaned and does not name the bot."""
    addressed = words.mentioned or thread.dm
    if words.files and not any(file.may_be_picture for file in words.files):
        asker = person in {version.job.by for version in thread.versions}
        if not text and words.files[0].is_text and (addressed or asker):
            return Say(note=Note(text=Text(key="reply.text_file", values={"name": words.files[0].name})))
        if not addressed:
            return Nothing()  # notes or a video for the others
    if thread.versions:
        return _under_pictures(words, text, thread, person, menu, addressed=addressed)
    if not addressed:
        return _early(words, text, thread, person, menu)
    if words.files:
        return _edit(text, _given(words.files), Descent(kind=JobKind.EDIT), menu)
    if not thread.inside or thread.dm:
        return plain.words(text, menu)
    if answer := _talk(text, menu):
        return answer
    if thread.unfinished:
        return Say(note=Note(text=Text(key="reply.still_painting")))
    return _edit(text, (), Descent(kind=JobKind.EDIT), menu, seek=True)


def _early(words: Words, text: str, thread: Thread, person: Person, menu: Menu) -> Plan:
    """What would be an edit, had it come a little later, is not left without an answer."""
    said_nothing = not words.files and (smalltalk.asks_nothing(text) or _OTHERS.search(words.text))
    if person not in thread.unfinished or said_nothing:
        return Nothing()
    if not words.files and (answer := _talk(text, menu)):
        return answer
    return Say(note=Note(text=Text(key="reply.still_painting")))


def _talk(text: str, menu: Menu) -> Plan | None:
    """Help, status and greetings to the bot itself; a question that asks for a change is none of them."""
    talk = keywords.talk(text)
    if talk is not Talk.QUESTION:
        return plain.answer(talk, text, menu)
    if smalltalk.asks_nothing(text):
        return Say(note=Note(text=Text(key="reply.question"), lines=help_.basics()))
    return None


# -- under pictures of the bot's


def _under_pictures(
    words: Words, text: str, thread: Thread, person: Person, menu: Menu, *, addressed: bool
) -> Plan:
    if not addressed and not words.files and (smalltalk.asks_nothing(text) or _OTHERS.search(words.text)):
        return Nothing()
    # "stop" or "help" is no edit, whether or not the bot is named: what it would make has to be paid for.
    if not words.files and (answer := _talk(text, menu)):
        return answer
    plan = _meant(words, text, thread, menu)
    requesters = {version.job.by for version in thread.versions}
    if addressed or words.files or person in requesters or not isinstance(plan, Paint):
        return plan
    note = Note(text=Text(key="ask.edit_offer"), buttons=(order.RUN, order.EDIT), quote=text)
    return Ask(request=plan.request, descent=plan.descent, note=note)


def _meant(words: Words, text: str, thread: Thread, menu: Menu) -> Plan:
    if words.files:
        return _with_photos(text, _given(words.files), thread, menu)
    if smalltalk.undo(text):
        return undo(thread.versions, thread.versions[-1])
    target = targets.find(text, thread.versions)
    version = _version_of(target, thread)
    if version is None:
        return Say(note=Note(text=Text(key="say.job_deleted")))
    if smalltalk.again(text):
        return Paint(request=version.job.request, descent=_next(thread, version, JobKind.AGAIN))
    descent = _next(thread, version, JobKind.EDIT)
    if smalltalk.more_like(text):
        return _more_like(version, target, replace(descent, kind=JobKind.VARIATIONS), menu)
    return _onto(text, target, (), thread, menu)


def _with_photos(text: str, photos: tuple[Source, ...], thread: Thread, menu: Menu) -> Plan:
    """They are changed themselves, unless a picture of the thread is named or they are to go into it."""
    target = targets.find(text, thread.versions, len(photos))
    if target.named or targets.unknown(text, thread.versions) or ingredients.are_meant(text):
        return _onto(text, target, photos, thread, menu)
    return _edit(text, photos, _next(thread, thread.versions[-1], JobKind.EDIT), menu)


def _onto(text: str, target: targets.Target, photos: tuple[Source, ...], thread: Thread, menu: Menu) -> Plan:
    """An edit of the thread's picture that is meant; the photos go in after it."""
    version = _version_of(target, thread)
    if version is None:
        return Say(note=Note(text=Text(key="say.job_deleted")))
    descent = _next(thread, version, JobKind.EDIT)
    if target.chosen is None:
        return _choose(text, target.candidates, photos, version, descent, menu)
    plan = _edit(text, (target.chosen, *photos), descent, menu, of=version.job.request.options)
    return _doubted(plan, targets.unknown(text, thread.versions), text)


def undo(versions: tuple[Version, ...], of: Version) -> Plan:
    """The version before this one, shown again at no cost."""
    newest = of.job
    shown = next((one.job for one in versions if one.job.id == newest.restores), newest)
    earlier = [one for one in versions if one.job.version < shown.version]
    # Where the version before was deleted, the one before that is the way back.
    left = max(earlier, key=lambda one: one.job.version, default=None)
    before = next((one for one in versions if one.job.id == shown.parent), left)
    if before is None or shown.kind is JobKind.IMAGINE:
        return Say(note=Note(text=Text(key="reply.nothing_to_undo")))
    descent = Descent(
        kind=JobKind.UNDO,
        parent=newest.id,
        version=_highest(versions) + 1,
        from_version=before.job.version,
        restores=before.job.restores or before.job.id,
    )
    return Paint(request=before.job.request, descent=descent)


def next_version(versions: tuple[Version, ...], of: Version, kind: JobKind) -> Descent:
    """The line of versions goes on from one of them."""
    return Descent(
        kind=kind,
        parent=of.job.id,
        version=_highest(versions) + 1,
        from_version=of.job.version,
    )


def _next(thread: Thread, of: Version, kind: JobKind) -> Descent:
    return next_version(thread.versions, of, kind)


def _highest(versions: tuple[Version, ...]) -> int:
    return max((version.job.version for version in versions), default=0)


def _version_of(target: targets.Target, thread: Thread) -> Version | None:
    own = target.chosen or (target.candidates[0] if target.candidates else None)
    return next((one for one in thread.versions if own and one.job.id == own.job), None)


# -- what is made of it


def _given(files: tuple[Attached, ...]) -> tuple[Source, ...]:
    return tuple(Given(attached=file) for file in files)


def _edit(
    text: str,
    sources: tuple[Source, ...],
    descent: Descent,
    menu: Menu,
    *,
    seek: bool = False,
    of: Options = _UNSAID,
) -> Plan:
    """An edit of these pictures, with the options that stand among the words.

    ``of``: those of the picture that is changed; its model and quality stay, where the words name no other.
    """
    said = line.split(text)
    said = replace(said, options=_carried(said.options, of, menu))
    if not said.prompt and not said.misfits:
        note = Note(text=Text(key="ask.what_to_change"), buttons=(replace(order.EDIT, action=Action.CHANGE),))
        bare = ImageRequest(prompt="", options=said.options, prompts=("",), sources=sources, seek=seek)
        return Ask(request=bare, descent=descent, note=note)
    return decide(said, sources, descent, menu, seek=seek)


def _carried(said: Options, of: Options, menu: Menu) -> Options:
    """The same with the model and the quality that a picture was made with, as far as they fit."""
    before = menu.find(of.model)
    if said.model is None and before and before.card.edits:
        said = replace(said, model=of.model)
    now = menu.find(said.model)
    if said.quality is None and now and of.quality in now.card.qualities:
        said = replace(said, quality=of.quality)
    return said


def decide(
    said: line.Line,
    sources: tuple[Source, ...],
    descent: Descent,
    menu: Menu,
    *,
    seek: bool = False,
) -> Paint | Ask:
    """Weigh an edit as a command is weighed; more pictures than go in are left out, and it is said."""
    used, note = sources[:MOST_SOURCES], None
    if len(sources) > MOST_SOURCES:
        note = Note(text=_too_many(sources))
    weighed = order.weigh_edit(said.prompt, said.options, menu, sources=max(len(used), 1))
    request = replace(weighed.request, sources=used, seek=seek)
    plan = order.decide(replace(weighed, request=request), said.misfits, said.prompt)
    if isinstance(plan, Paint):
        return replace(plan, descent=descent, note=note)
    return replace(plan, descent=descent)


def _too_many(sources: tuple[Source, ...]) -> Text:
    posted = sum(isinstance(one, Given) for one in sources)
    beside = posted < len(sources)
    values: dict[str, str | int] = {"count": posted, "most": MOST_SOURCES - beside}
    return Text(key="reply.too_many_beside" if beside else "reply.too_many_sources", values=values)


def _doubted(plan: Plan, name: str, text: str) -> Plan:
    """A name that no picture of the thread has is not taken for the newest before somebody says so."""
    if not name or not isinstance(plan, Paint):
        return plan
    said = Text(key="ask.unknown_name", values={"name": name})
    note = Note(text=said, buttons=(order.RUN, order.EDIT), quote=text)
    return Ask(request=plan.request, descent=plan.descent, note=note)


def _choose(
    text: str,
    candidates: tuple[Own, ...],
    photos: tuple[Source, ...],
    version: Version,
    descent: Descent,
    menu: Menu,
) -> Plan:
    """Several pictures may be meant: ask with thumbnails, rather than guess and pay."""
    plan = _edit(text, (*candidates[:1], *photos), descent, menu, of=version.job.request.options)
    if not isinstance(plan, Paint):
        return plan
    buttons = tuple(replace(_CHOOSE, choice=number) for number in range(len(candidates)))
    # The photos wait; the picture that is chosen goes in before them.
    request = replace(plan.request, sources=plan.request.sources[1:], candidates=candidates)
    lines = (plan.note.text,) if plan.note else ()
    note = Note(text=Text(key="ask.which"), lines=lines, buttons=buttons, quote=text)
    return Ask(request=request, descent=descent, note=note)


def _more_like(version: Version, target: targets.Target, descent: Descent, menu: Menu) -> Plan:
    """Variations of one picture: its own prompt once more, with the picture itself going in."""
    request = version.job.request
    if target.chosen is None:
        return Paint(
            request=replace(request, options=replace(request.options, n=_VARIATIONS)), descent=descent
        )
    asked = line.Line(prompt=request.prompt, options=replace(_plain(request.options), n=_VARIATIONS))
    return decide(asked, (target.chosen,), descent, menu)


def _plain(options: Options) -> Options:
    """Options that an edit of the same picture takes over."""
    return Options(model=options.model, quality=options.quality, size=options.size, private=options.private)
