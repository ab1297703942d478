"""What a job's message says, before it has a platform's markup: sentences, facts, buttons. Pure."""

from collections.abc import Callable, Sequence

from bot.pixels.composite import POOR_SEAM
from bot.text import say
from bot.types import COPIES, Action, Button, Finished, FormKind, Job, JobKind, Painting, Queued, Role, Text

Plain = Callable[[str], str]
"""How a platform's markup writes a person's words so that they stay words."""

PROMPT_SHOWN = 300
"""Characters of a prompt that stand in the message; a button shows the whole of a longer one."""
FORM_TITLES = {
    FormKind.IMAGINE: "form.title",
    FormKind.EDIT: "form.title_edit",
    FormKind.REGION: "form.title_region",
    FormKind.EXTEND: "form.title_extend",
    FormKind.ROLES: "form.title_roles",
}
FORM_SUBMITS = {
    FormKind.IMAGINE: "form.submit",
    FormKind.EDIT: "form.submit_edit",
    FormKind.REGION: "form.submit_region",
    FormKind.EXTEND: "form.submit_extend",
    FormKind.ROLES: "form.submit_roles",
}
BETWEEN = "  ·  "
_REVISED_SHOWN = 500


def spoken(key: str, locale: str, **values: str | int) -> str:
    """One sentence."""
    return say(Text(key=key, values=values), locale)


def which(button: Button, beside: Sequence[Button]) -> str:
    """What tells one of several buttons of a kind: its picture's number, or its job; empty for only one."""
    if len(beside) == len({one.action for one in beside}):
        return ""
    of_one = len({one.job for one in beside}) == 1
    return str(button.choice + 1) if of_one else f"#{button.job[:4]}"


def cut(words: str, limit: int) -> str:
    """At most ``limit`` characters, with an ellipsis where something is left out."""
    return words if len(words) <= limit else words[: limit - 1].rstrip() + "…"


def one_line(words: str) -> str:
    """Without line ends, and with single blanks."""
    return " ".join(words.split())


# -- the request


def is_long(job: Job) -> bool:
    """Whether the message shows only the beginning of the prompt."""
    return len(job.request.prompt) > PROMPT_SHOWN


def prompt_shown(job: Job) -> str:
    """The prompt, or its beginning."""
    return cut(one_line(job.request.prompt), PROMPT_SHOWN)


def asked(job: Job, person: str, plain: Plain) -> str:
    """Who asked, and with which options; ``person`` as the platform names somebody, or empty."""
    parts = [spoken("card.asked_by", job.locale, person=person)] if person else []
    return BETWEEN.join([*parts, *_version(job), *_option_words(job, plain), job.short])


def _version(job: Job) -> list[str]:
    """Its place in the thread's line of versions, and what it goes on from."""
    if job.from_version:
        return [spoken("card.version_from", job.locale, version=job.version, before=job.from_version)]
    return [spoken("card.version", job.locale, version=job.version)] if job.version > 1 else []


def _option_words(job: Job, plain: Plain) -> list[str]:
    options = job.request.options
    chosen = [options.model, options.ar or options.size, options.quality, options.format, options.background]
    words = [plain(str(value)) for value in chosen if value]
    if options.n > 1:
        words.append(f"×{options.n}")
    return words


# -- while it waits and paints


def progress(face: Queued | Painting, job: Job) -> str:
    """Where the job is now."""
    match face:
        case Queued():
            return _queued(face, job.locale)
        case Painting():
            return _painting(face, job)


def _queued(face: Queued, locale: str) -> str:
    if not face.ahead:
        return spoken("card.starting", locale)
    if face.seconds is None:
        return spoken("card.queued", locale, ahead=face.ahead)
    return spoken("card.queued_about", locale, ahead=face.ahead, seconds=face.seconds)


def _painting(face: Painting, job: Job) -> str:
    if face.waiting:
        return spoken("card.patience", job.locale)
    total = len(job.request.prompts)
    if total > 1:
        return spoken("card.painting_part", job.locale, number=min(face.done + 1, total), total=total)
    if job.kind is JobKind.EDIT and job.from_version:
        return spoken("card.editing", job.locale, version=job.from_version)
    return spoken("card.painting", job.locale)


def progress_buttons(job: Job) -> list[Button]:
    """What can be done with a job that is on its way."""
    actions = [Action.CANCEL, Action.PROMPT] if is_long(job) else [Action.CANCEL]
    return [Button(action=action, job=job.id) for action in actions]


# -- the end


def not_made(*, kept: bool) -> str:
    """What everybody reads of a job that failed; ``kept``: it is there, and only could not be shown."""
    return "card.not_shown" if kept else "card.not_made"


def alt(job: Job, prompt: str) -> str:
    """What a picture is, for who cannot see it."""
    return spoken("card.alt", job.locale, prompt=one_line(prompt))


def facts(job: Job, face: Finished, person: str) -> str:
    """Who asked, which model, and what it took; ``person`` as for ``asked``."""
    first = face.painted[0]
    sizes = sorted({f"{shown.picture.width}×{shown.picture.height}" for shown in face.shown})
    words = [spoken("card.asked_by", job.locale, person=person)] if person else []
    words += [*_version(job), first.model, ", ".join(sizes)]
    words += [first.quality] if first.quality else []
    return BETWEEN.join([*words, *([] if job.kind in COPIES else _spent(job, face)), job.short])


def _spent(job: Job, face: Finished) -> list[str]:
    """Time, tokens and money."""
    seconds = max(1, round(sum(one.seconds for one in face.painted)))
    words = [spoken("card.seconds", job.locale, seconds=seconds)]
    tokens = sum(one.usage.total for one in face.painted)
    if tokens:
        words.append(spoken("card.tokens", job.locale, tokens=f"{tokens:,}"))
    costs = [one.cost for one in face.painted if one.cost is not None]
    if costs:
        words.append(spoken("card.cost", job.locale, cost=f"{sum(costs):.3f}"))
    return words


def remarks(job: Job, face: Finished, plain: Plain, *, links: bool) -> list[str]:
    """What else there is to know about a result; ``links``: originals are reached by link."""
    found = []
    if face.missing:
        total = face.missing + len(face.shown)
        found.append(spoken("card.missing", job.locale, missing=face.missing, total=total))
    revised = face.painted[0].revised_prompt
    if revised and revised != job.request.prompt:
        found.append(spoken("card.revised", job.locale, prompt=plain(cut(revised, _REVISED_SHOWN))))
    if _is_composite(face):
        found.append(spoken("card.composite", job.locale))
    if _has_poor_seam(face):
        found.append(spoken("card.seam", job.locale, button=spoken("button.softer", job.locale)))
    if any(shown.preview for shown in face.shown):
        found.append(spoken("card.preview_linked" if links else "card.preview_shown", job.locale))
    return found


def _is_composite(face: Finished) -> bool:
    return any(shown.picture.model_file for shown in face.shown)


def _has_poor_seam(face: Finished) -> bool:
    return any((shown.picture.seam or 0) > POOR_SEAM for shown in face.shown)


def _has_before(job: Job) -> bool:
    """Whether there is a version of ours that it goes on from."""
    edits = job.kind in (JobKind.EDIT, JobKind.UNDO)
    return job.parent is not None and (edits or bool(job.request.sources))


def result_buttons(job: Job, role: Role, face: Finished) -> list[Button]:
    """What can be done with a result, in order."""
    private = job.request.options.private and role is not Role.OPEN
    offered = {
        Action.SHARE: private,
        Action.CHANGE: True,
        Action.REGION: not face.attached,
        Action.AGAIN: True,
        Action.VARIATIONS: True,
        Action.UNDO: _has_before(job),
        Action.SOFTER: _has_poor_seam(face),
        Action.ORIGINAL: role is not Role.OPEN,  # it would go into the thread of the private one
        Action.COPY: True,
        Action.PROMPT: is_long(job),
        Action.DELETE: True,
    }
    return [Button(action=action, job=job.id) for action, there in offered.items() if there]


def result_menus(job: Job, face: Finished) -> list[list[Button]]:
    """What is wanted more rarely; the second list is about the region that was edited."""
    more = [Action.LARGER, Action.TRANSPARENT, Action.EXTEND]
    more += [Action.COMPARE] if _has_before(job) else []
    region: list[Action] = []
    if job.request.region is not None:
        region += [Action.SAME_REGION]
    if _is_composite(face):
        region += [Action.FREE, Action.MODEL_FILE]
    menus = [[*more, Action.BRANCH], region]
    return [[Button(action=action, job=job.id) for action in menu] for menu in menus if menu]
