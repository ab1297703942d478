"""What the buttons under a result ask for, when that is another picture; pure."""

from dataclasses import dataclass, replace

from bot.commands import form, line, marking, reply, sizes
from bot.commands.plan import Descent, Form, FormFaults, Paint, Plan, Say, ShowForm
from bot.providers import Menu
from bot.types import (
    Action,
    Brushed,
    Button,
    FormKind,
    FormSent,
    Given,
    ImageRequest,
    Job,
    JobKind,
    Length,
    Note,
    Options,
    Own,
    Region,
    Source,
    SourceRole,
    Text,
    Version,
)

ACTIONS = frozenset(
    {
        Action.AGAIN,
        Action.VARIATIONS,
        Action.LARGER,
        Action.TRANSPARENT,
        Action.UNDO,
        Action.BRANCH,
        Action.SOFTER,
        Action.FREE,
        Action.CHANGE,
        Action.SAME_REGION,
        Action.EXTEND,
        Action.REGION,
    }
)
"""The buttons that ``pressed`` understands."""

_OF_ONE = frozenset(
    {Action.CHANGE, Action.REGION, Action.LARGER, Action.TRANSPARENT, Action.EXTEND, Action.SAME_REGION}
)
"""Those that need to know which of several pictures is meant."""

_VARIATIONS = 4
_SOFTER = Length(amount=4, percent=True)
"""Of the shorter side: an edge this wide hides most seams."""
_WIDER = 2
# Said to the model, in the language it understands best, and shown as the prompt of the result.
LARGER = "The same picture, larger and with finer detail. Change nothing else."
TRANSPARENT = "The same subject, exactly as it is, cut out on a transparent background."
EXTENDED = "Continue the picture naturally into the empty part of the canvas."


@dataclass(frozen=True, kw_only=True, slots=True)
class Under:
    """The result that a button or a form belongs to."""

    shown: Version
    choice: int = 0
    """Which of its pictures."""
    versions: tuple[Version, ...] = ()
    """The thread it stands in, oldest first."""

    @property
    def own(self) -> Own:
        return Own(job=self.shown.job.id, number=self.choice)

    @property
    def request(self) -> ImageRequest:
        return self.shown.job.request

    def descent(self, kind: JobKind, *, copies: bool = False) -> Descent:
        """The thread's line of versions goes on from this result."""
        job = self.shown.job
        found = reply.next_version(self.versions or (self.shown,), self.shown, kind)
        return replace(found, restores=job.restores or job.id) if copies else found


def which(action: Action, shown: Version) -> Note | None:
    """Under a result of several pictures: which one is meant; None where that is no question."""
    if action not in _OF_ONE or len(shown.pictures) < 2:
        return None
    buttons = tuple(
        Button(action=action, job=shown.job.id, choice=number) for number in range(len(shown.pictures))
    )
    return Note(text=Text(key="ask.which"), buttons=buttons)


def pressed(action: Action, under: Under, menu: Menu) -> Plan:
    """What one of ``ACTIONS`` asks for."""
    if not 0 <= under.choice < len(under.shown.pictures):
        return Say(note=Note(text=Text(key="say.job_unknown")))
    match action:
        case Action.AGAIN:
            return Paint(request=under.request, descent=under.descent(JobKind.AGAIN))
        case Action.VARIATIONS:
            return _variations(under, menu)
        case Action.LARGER:
            return _larger(under, menu)
        case Action.TRANSPARENT:
            said = replace(_kept(under.request.options), background="transparent", format="png")
            return _edit(TRANSPARENT, said, under, menu)
        case Action.UNDO:
            return reply.undo(under.versions, under.shown)
        case Action.BRANCH:
            descent = under.descent(JobKind.BRANCH, copies=True)
            return Paint(request=under.request, descent=replace(descent, version=1))
        case Action.SOFTER | Action.FREE:
            return _blended(action, under)
        case Action.CHANGE | Action.SAME_REGION:
            return ShowForm(form=_change(action, under, menu))
        case Action.EXTEND:
            options = under.request.options
            return ShowForm(form=form.extend(menu, options, draft=under.own.job, choice=under.choice))
        case Action.REGION:
            return ShowForm(form=marking.build(under.own, draft=under.own.job))
        case _:
            raise ValueError(action)  # not one of ``ACTIONS``


def _change(action: Action, under: Under, menu: Menu) -> Form:
    same = action is Action.SAME_REGION if under.request.region else None
    options = under.request.options
    return form.edit(menu, options, draft=under.own.job, choice=under.choice, same_region=same)


def _variations(under: Under, menu: Menu) -> Paint:
    request = under.request
    offer = menu.find(request.options.model) or menu.default
    if request.options.format != "svg" and len(request.prompts) == 1:
        n = min(_VARIATIONS, offer.card.most_images)
        request = replace(request, options=replace(request.options, n=n))
    return Paint(request=request, descent=under.descent(JobKind.VARIATIONS))


def _larger(under: Under, menu: Menu) -> Plan:
    """The same picture in the model's next size; what is the largest already is said so."""
    picture, options = under.shown.pictures[under.choice], under.request.options
    offer = menu.find(options.model) or menu.default
    size = sizes.larger(f"{picture.width}x{picture.height}", offer.card)
    if size is None:
        return Say(note=Note(text=Text(key="rework.largest", values={"model": offer.name})))
    return _edit(LARGER, replace(_kept(options), size=size), under, menu)


def _blended(action: Action, under: Under) -> Plan:
    """The same painting with a wider soft edge, or in the model's own blend; costs nothing."""
    region = under.request.region
    if region is None:
        return Say(note=Note(text=Text(key="rework.no_region")))
    request = replace(under.request, free=True)
    if action is Action.SOFTER:
        wider = replace(region.feather, amount=region.feather.amount * _WIDER)
        feather = wider if region.feather.amount else _SOFTER
        request = replace(under.request, free=False, region=replace(region, feather=feather))
    return Paint(request=request, descent=under.descent(JobKind.BLEND, copies=True))


def _edit(prompt: str, said: Options, under: Under, menu: Menu) -> Plan:
    descent = under.descent(JobKind.EDIT)
    return reply.decide(line.Line(prompt=prompt, options=said), (under.own,), descent, menu)


def _kept(options: Options) -> Options:
    """What an edit of the same picture takes over from how it was made."""
    return Options(model=options.model, quality=options.quality, private=options.private)


# -- forms


def sent(answers: FormSent, under: Under, menu: Menu) -> Plan:
    """What a form under a result asks for."""
    match answers.kind:
        case FormKind.EXTEND:
            return _extended(answers, under, menu)
        case FormKind.REGION:
            before = ImageRequest(prompt="", options=_kept(under.request.options), prompts=("",))
            return marking.sent(answers.fields, under.own, under.descent(JobKind.EDIT), before, menu)
        case _:
            files = tuple(Given(attached=file) for file in answers.files)
            region = under.request.region if answers.fields.get("same_region") else None
            return edited(answers, (under.own, *files), under.descent(JobKind.EDIT), menu, region)


def brushed(said: Brushed, under: Under, menu: Menu) -> Plan:
    """A region of a result, painted by hand."""
    if not 0 <= under.choice < len(under.shown.pictures):
        return Say(note=Note(text=Text(key="say.job_unknown")))
    before = ImageRequest(prompt="", options=_kept(under.request.options), prompts=("",))
    return marking.brushed(said, under.own, under.descent(JobKind.EDIT), before, menu)


def edited(
    answers: FormSent, sources: tuple[Source, ...], descent: Descent, menu: Menu, region: Region | None = None
) -> Plan:
    """The edit that a form describes, or the faults in it."""
    prompt = form.prompt_of(answers.fields, "")
    if not prompt:
        return FormFaults(faults={"prompt": Text(key="form.no_change")})
    said, misfits = form.answers(answers.fields, menu)
    plan = reply.decide(line.Line(prompt=prompt, options=said, misfits=misfits), sources, descent, menu)
    return replace(plan, request=replace(plan.request, region=region))


def with_roles(answers: FormSent, job: Job) -> Paint:
    """The same edit once more, the model being told what each picture is for."""
    sources = tuple(
        replace(source, role=SourceRole(name) if (name := answers.fields.get(f"role-{n}")) else None)
        for n, source in enumerate(job.request.sources, start=1)
    )
    descent = Descent(
        kind=JobKind.EDIT, parent=job.parent or job.id, version=job.version + 1, from_version=job.from_version
    )
    return Paint(request=replace(job.request, sources=sources), descent=descent)


def _extended(answers: FormSent, under: Under, menu: Menu) -> Plan:
    options = _kept(under.request.options)
    offer = menu.find(options.model) or menu.default
    size = sizes.for_ratio(answers.fields.get("ar", "") or "1:1", offer.card)
    if size is None:
        return FormFaults(faults={"ar": Text(key="form.no_ratio")})
    prompt = form.prompt_of(answers.fields, "") or EXTENDED
    plan = _edit(prompt, replace(options, size=size), under, menu)
    return replace(plan, request=replace(plan.request, grows=True)) if isinstance(plan, Paint) else plan
