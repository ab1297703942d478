"""The form that marks where a picture may change, and what its answers say; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.commands import form, line, region, reply
from bot.commands.plan import Ask, Descent, Field, FieldKind, Form, FormFaults, Paint
from bot.commands.region import Unread
from bot.providers import Menu
from bot.types import (
    Action,
    Brushed,
    Button,
    FormKind,
    ImageRequest,
    Job,
    JobId,
    JobState,
    Length,
    Note,
    Own,
    Region,
    Text,
    Zone,
)

PREVIEW, BRUSH = "preview", "brush"
"""The fields that are buttons."""
SOFT_EDGES = ("0px", "1%", "2%", "4%", "8%")
USUAL_EDGE = Length(amount=1, percent=True)
"""What is taken when nobody says: a hard edge shows, and this one is hardly seen."""
_LONGEST = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Marked:
    """What a region's form says, or which of its fields says nothing that can be read."""

    region: Region
    faults: dict[str, Text]


def own_of(job: Job, choice: int = 0) -> Own:
    """The picture of the bot's that is marked: one of a result's, or the one that a held request changes."""
    first = next((source for source in job.request.sources if isinstance(source, Own)), None)
    return first if first and job.state is JobState.HELD else Own(job=job.id, number=choice)


def build(
    own: Own, *, draft: JobId, said: Region | None = None, prompt: str = "", free: bool = False
) -> Form:
    """The form for one picture, filled in with a region that was marked before."""
    known = said or Region(feather=USUAL_EDGE)
    edge = region.written_length(known.feather)
    fields = (
        Field(name="picture", kind=FieldKind.PICTURE, label=Text(key="region.picture")),
        Field(
            name="zones",
            kind=FieldKind.CHOICES,
            label=Text(key="region.zones"),
            value=",".join(known.zones),
            choices=tuple(Zone),
            words=tuple(Text(key=f"zone.{zone.value}") for zone in Zone),
        ),
        _words("cells", region.written_cells(known.cells)),
        _words("box", region.written_box(known.box) if known.box else ""),
        Field(
            name="feather",
            kind=FieldKind.CHOICE,
            label=Text(key="region.feather"),
            value=edge,
            choices=SOFT_EDGES if edge in SOFT_EDGES else (*SOFT_EDGES, edge),
        ),
        Field(
            name="invert",
            kind=FieldKind.SWITCH,
            label=Text(key="region.invert"),
            value="yes" if known.invert else "",
        ),
        Field(name=PREVIEW, kind=FieldKind.ACTION, label=Text(key="region.preview")),
        Field(
            name="prompt",
            kind=FieldKind.WORDS,
            label=Text(key="form.change"),
            value=form.parted(prompt)[0],
            most=form.SHOWN,
        ),
        Field(name="free", kind=FieldKind.SWITCH, label=Text(key="region.free"), value="yes" if free else ""),
    )
    return Form(fields=fields, kind=FormKind.REGION, draft=draft, choice=own.number)


def _words(name: str, value: str) -> Field:
    label, hint = Text(key=f"region.{name}"), Text(key=f"region.{name}_hint")
    return Field(name=name, kind=FieldKind.WORDS, label=label, hint=hint, value=value, most=_LONGEST)


def read(fields: Mapping[str, str], painted: Region | None = None) -> Marked:
    """The region that the answers say; ``painted``: one with a mask, kept where nothing else is marked."""
    zones = [Zone(name) for name in fields.get("zones", "").split(",") if name in tuple(Zone)]
    found = region.region(
        cells=fields.get("cells", ""),
        zones=zones,
        box=fields.get("box", ""),
        feather=fields.get("feather", ""),
        invert=bool(fields.get("invert")),
    )
    if isinstance(found, Unread):
        text = Text(key=f"region.{found.field.value}_unread", values={"part": found.part[:60]})
        return Marked(region=Region(), faults={found.field.value: text})
    if painted and painted.mask:
        found = replace(found, mask=painted.mask)
    if not (found.cells or found.zones or found.box or found.mask):
        return Marked(region=found, faults={"cells": Text(key="region.nothing")})
    return Marked(region=found, faults={})


def redrawn(open_form: Form, fields: Mapping[str, str], marked: Marked) -> Form:
    """The form as it was filled in; what could not be read is said beside the field.

    The picture stands under the button now: whoever pressed it looks there, and a form that is drawn again
    stays where it was scrolled to. The grid is in the drawing, so its cells can still be read off it.
    """
    faults = marked.faults
    shown = tuple(
        replace(one, value=fields.get(one.name, one.value), hint=faults.get(one.name, one.hint))
        for one in open_form.fields
    )
    pictures = tuple(one for one in shown if one.kind is FieldKind.PICTURE)
    others = tuple(one for one in shown if one.kind is not FieldKind.PICTURE)
    at = next(n for n, one in enumerate(others) if one.name == PREVIEW) + 1
    return replace(open_form, fields=(*others[:at], *pictures, *others[at:]))


def sent(
    fields: Mapping[str, str], own: Own, descent: Descent, before: ImageRequest, menu: Menu
) -> Ask | FormFaults:
    """The edit that the form describes, held until the person has seen its region."""
    marked = read(fields, before.region)
    prompt = form.prompt_of(fields, "")
    faults = dict(marked.faults)
    if not prompt:
        faults["prompt"] = Text(key="form.no_change")
    if faults:
        return FormFaults(faults=faults)
    said = replace(line.Line(prompt=prompt, options=before.options))
    plan = reply.decide(said, (own,), descent, menu)
    request = replace(plan.request, region=marked.region, free=bool(fields.get("free")))
    buttons = tuple(Button(action=one, job=JobId("")) for one in (Action.RUN, Action.ADJUST, Action.CANCEL))
    note = Note(text=Text(key="ask.region"), buttons=buttons, quote=prompt)
    if isinstance(plan, Paint):
        return Ask(request=request, descent=descent, note=note)
    return Ask(request=request, descent=descent, note=replace(note, lines=(plan.note.text, *plan.note.lines)))


def brushed(
    said: Brushed, own: Own, descent: Descent, before: ImageRequest, menu: Menu
) -> Paint | Ask | FormFaults:
    """The edit of a region that was painted by hand: its painter has seen it, so it is not asked about."""
    if not said.prompt.strip():
        return FormFaults(faults={"prompt": Text(key="form.no_change")})
    plan = reply.decide(line.Line(prompt=said.prompt.strip(), options=before.options), (own,), descent, menu)
    return replace(plan, request=replace(plan.request, region=said.region, free=before.free))


def with_brush(shown: Form, url: str) -> Form:
    """The form with the way to the page where the region is painted by hand."""
    link = Field(name=BRUSH, kind=FieldKind.ACTION, label=Text(key="region.brush"), url=url)
    at = next(n for n, one in enumerate(shown.fields) if one.name == "zones")
    return replace(shown, fields=(*shown.fields[:at], link, *shown.fields[at:]))
