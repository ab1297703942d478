"""From what a person did to a job, and from a job that waits to what takes its place; pure."""

import hashlib
from base64 import b32encode
from dataclasses import replace

from bot.commands import marking
from bot.commands.plan import Ask, Descent, Nothing, Paint, Plan, ShowForm
from bot.types import (
    Action,
    Brushed,
    Button,
    FormChanged,
    FormKind,
    FormSent,
    Given,
    ImageRequest,
    Incoming,
    Job,
    JobId,
    JobState,
    Note,
    Pressed,
    Reacted,
    Said,
    Text,
    Words,
)


def job_id(key: str) -> JobId:
    """A job's id, the same for every delivery of the same request."""
    digest = hashlib.sha256(key.encode()).digest()
    return JobId(b32encode(digest).decode().lower()[:16])


def new_id(incoming: Incoming) -> JobId:
    """The id of the job that a request makes; a button or a form pressed again later makes another."""
    if isinstance(incoming.said, Pressed | Reacted | FormSent):
        # The trigger is new for each press, the key is not: a double click has the same.
        return job_id(f"{incoming.key}:{incoming.trigger or incoming.at.timestamp()}")
    return job_id(incoming.key)


def about(said: Said) -> JobId | None:
    """The job that a form or a painted region is about."""
    match said:
        case Brushed(job=job):
            return job
        case FormSent(kind=kind, draft=draft) if kind is not FormKind.IMAGINE:
            return draft
        case _:
            return None


def going_on(plan: Plan, job: Job) -> Plan:
    """A prompt edited in a form keeps the pictures that were to go in, and its line of versions."""
    before = job.request
    if not isinstance(plan, Paint | Ask) or not (before.sources or before.seek):
        return plan
    request = replace(
        plan.request,
        sources=before.sources,
        seek=before.seek,
        region=before.region,
        free=before.free,
        grows=before.grows,
    )
    return replace(plan, request=request, descent=descent_of(job))


def question_key(key: str) -> str:
    """The key of the question that a message left."""
    return f"{key}:asked"


def no_room(job: Job, *offers: Action) -> Note:
    """The line is full: the words are given back; a job that is kept can be asked for again later."""
    buttons = tuple(Button(action=offer, job=job.id) for offer in offers)
    return Note(text=Text(key="say.queue_full"), quote=job.request.prompt, buttons=buttons)


def remarked(job: Job, said: FormChanged) -> Plan:
    """Preview: the region's form once more, as it is filled in now; its picture is drawn after the answer."""
    if said.kind is not FormKind.REGION:
        return Nothing()
    blank = marking.build(marking.own_of(job, said.choice), draft=job.id)
    marked = marking.read(said.fields, job.request.region if job.state is JobState.HELD else None)
    return ShowForm(form=marking.redrawn(blank, said.fields, marked), view=said.view)


def as_private(plan: Plan, of: Job) -> Plan:
    """What somebody makes of a private picture of theirs is as private."""
    if not isinstance(plan, Paint | Ask) or not of.request.options.private:
        return plan
    options = replace(plan.request.options, private=True)
    return replace(plan, request=replace(plan.request, options=options))


def settled(pressed: Pressed, request: ImageRequest) -> ImageRequest:
    """A held request with what was chosen for it: which picture is meant, or the strokes themselves."""
    if pressed.action is Action.CHOOSE and 0 <= pressed.choice < len(request.candidates):
        sources = (request.candidates[pressed.choice], *request.sources)
        return replace(request, sources=sources, candidates=())
    if pressed.action is Action.MARKUP and request.strokes:
        return replace(request, markup=True, free=True)  # the model blends as it likes
    return request


def lacks_files(job: Job, said: Said) -> bool:
    """Whether a job was recorded from a telling of its message that came without the files of this one."""
    has_files = any(isinstance(source, Given) for source in job.request.sources)
    return isinstance(said, Words) and bool(said.files) and not has_files


def descent_of(job: Job) -> Descent:
    """Where a job comes from, for the one that takes its place."""
    return Descent(
        kind=job.kind,
        parent=job.parent,
        version=job.version,
        from_version=job.from_version,
        restores=job.restores,
    )


def new_job(incoming: Incoming, request: ImageRequest, descent: Descent, *, state: JobState) -> Job:
    """A request as a job, before it is recorded."""
    return Job(
        id=new_id(incoming),
        kind=descent.kind,
        state=state,
        request=request,
        by=incoming.person,
        place=incoming.place,
        whisper=incoming.whisper,
        locale=incoming.locale,
        created_at=incoming.at,
        trace=incoming.trace,
        parent=descent.parent,
        version=descent.version,
        from_version=descent.from_version,
        restores=descent.restores,
    )
