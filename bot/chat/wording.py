"""What a job's message says, before it has a platform's markup: sentences, facts, buttons. Pure."""

from collections.abc import Callable

from bot.text import say
from bot.types import Action, Button, Finished, Job, Painting, Queued, Role, Text

Plain = Callable[[str], str]
"""How a platform's markup writes a person's words so that they stay words."""

PROMPT_SHOWN = 300
"""Characters of a prompt that stand in the message; a button shows the whole of a longer one."""
BETWEEN = "  ·  "
_REVISED_SHOWN = 500


def spoken(key: str, locale: str, **values: str | int) -> str:
    """One sentence."""
    return say(Text(key=key, values=values), locale)


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
    return BETWEEN.join([*parts, *_option_words(job, plain), job.short])


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
    return spoken("card.painting", job.locale)


def progress_buttons(job: Job) -> list[Button]:
    """What can be done with a job that is on its way."""
    actions = [Action.CANCEL, Action.PROMPT] if is_long(job) else [Action.CANCEL]
    return [Button(action=action, job=job.id) for action in actions]


# -- the result


def alt(job: Job, prompt: str) -> str:
    """What a picture is, for who cannot see it."""
    return spoken("card.alt", job.locale, prompt=one_line(prompt))


def facts(job: Job, face: Finished, person: str) -> str:
    """Who asked, which model, and what it took; ``person`` as for ``asked``."""
    first = face.painted[0]
    sizes = sorted({f"{shown.picture.width}×{shown.picture.height}" for shown in face.shown})
    words = [spoken("card.asked_by", job.locale, person=person)] if person else []
    words += [first.model, ", ".join(sizes)]
    words += [first.quality] if first.quality else []
    seconds = max(1, round(sum(one.seconds for one in face.painted)))
    words.append(spoken("card.seconds", job.locale, seconds=seconds))
    tokens = sum(one.usage.total for one in face.painted)
    if tokens:
        words.append(spoken("card.tokens", job.locale, tokens=f"{tokens:,}"))
    costs = [one.cost for one in face.painted if one.cost is not None]
    if costs:
        words.append(spoken("card.cost", job.locale, cost=f"{sum(costs):.3f}"))
    return BETWEEN.join([*words, job.short])


def remarks(job: Job, face: Finished, plain: Plain, *, links: bool) -> list[str]:
    """What else there is to know about a result; ``links``: originals are reached by link."""
    found = []
    if face.missing:
        total = len(job.request.prompts)
        found.append(spoken("card.missing", job.locale, missing=face.missing, total=total))
    revised = face.painted[0].revised_prompt
    if revised and revised != job.request.prompt:
        found.append(spoken("card.revised", job.locale, prompt=plain(cut(revised, _REVISED_SHOWN))))
    if any(shown.preview for shown in face.shown):
        found.append(spoken("card.preview_linked" if links else "card.preview_shown", job.locale))
    return found


def result_buttons(job: Job, role: Role) -> list[Button]:
    """What can be done with a result."""
    actions = [Action.AGAIN, Action.VARIATIONS, Action.ORIGINAL, Action.COPY]
    if role is Role.OPEN:
        actions.remove(Action.ORIGINAL)  # it would go into the thread of the private one
    elif job.request.options.private:
        actions.insert(0, Action.SHARE)
    if is_long(job):
        actions.append(Action.PROMPT)
    return [Button(action=action, job=job.id) for action in [*actions, Action.DELETE]]
