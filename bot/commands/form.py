"""The form: every option of one model as a question, and the way from its answers to options and a prompt."""

from collections.abc import Mapping

from bot.commands import line, options, sizes, text_in
from bot.commands.fit import fit
from bot.commands.help_ import size_rule
from bot.commands.options import ROWS, Kind, Misfit, Row, put
from bot.commands.plan import Field, FieldKind, Form
from bot.providers import Menu, Offer
from bot.types import FormKind, JobId, Options, Source, SourceRole, Text

SHOWN = 3000
"""Characters of a prompt that a form can show, counted as browsers count them (UTF-16 units)."""

_NEAR_END = 200
_MOST_FILES = 10
"""What a form takes (Slack's ``file_input``)."""
_NOT_IN_EDITS = ("frames", "delay", "private", "moderation")


def build(menu: Menu, said: Options, prompt: str, *, draft: JobId | None = None) -> Form:
    """The form of the chosen model (of the default, for an unknown one), filled in as far as it fits."""
    offer = menu.find(said.model) or menu.default
    said = line.unsettled(said)
    shown, rest = parted(prompt)
    words = Field(
        name="prompt",
        kind=FieldKind.WORDS,
        label=Text(key="form.prompt"),
        hint=Text(key="form.kept", values={"kept": len(rest)}) if rest else Text(key="form.prompt_hint"),
        value=shown,
        most=SHOWN,
    )
    fields = [_field(row, said, menu, offer) for row in ROWS if row.offered(offer.card)]
    return Form(fields=(words, *fields), draft=draft, kept=len(rest))


def edit(
    menu: Menu, options: Options, *, draft: JobId, choice: int = 0, same_region: bool | None = None
) -> Form:
    """The form that changes a picture: what to do to it, further pictures, and the options of an edit.

    ``same_region``: whether the change stays where the last one was; None: that one was everywhere.
    """
    kept = Options(model=options.model, quality=options.quality)
    offer = _editor(menu, options.model)
    rows = [row for row in ROWS if row.offered(offer.card) and row.name not in _NOT_IN_EDITS]
    words = Field(
        name="prompt",
        kind=FieldKind.WORDS,
        label=Text(key="form.change"),
        hint=Text(key="form.change_hint"),
        most=SHOWN,
    )
    more = Field(name="files", kind=FieldKind.FILES, label=Text(key="form.files"), most=_MOST_FILES)
    fields = [words, more, *(_field(row, kept, menu, offer) for row in rows)]
    if same_region is not None:
        value = "yes" if same_region else ""
        label = Text(key="form.same_region")
        fields.insert(1, Field(name="same_region", kind=FieldKind.SWITCH, label=label, value=value))
    return Form(fields=tuple(fields), kind=FormKind.EDIT, draft=draft, choice=choice)


def extend(menu: Menu, options: Options, *, draft: JobId, choice: int = 0) -> Form:
    """The form that grows a picture's canvas: to which ratio, and what to paint there."""
    offer = _editor(menu, options.model)
    ratio = Field(
        name="ar", kind=FieldKind.CHOICE, label=Text(key="form.extend_to"), choices=sizes.ratios(offer.card)
    )
    words = Field(name="prompt", kind=FieldKind.WORDS, label=Text(key="form.extend_with"), most=SHOWN)
    return Form(fields=(ratio, words), kind=FormKind.EXTEND, draft=draft, choice=choice)


def roles(sources: tuple[Source, ...], *, draft: JobId) -> Form:
    """The form that says what each picture is for."""
    fields = tuple(
        Field(
            name=f"role-{number}",
            kind=FieldKind.CHOICE,
            label=Text(key="form.role", values={"number": number}),
            value=source.role.value if source.role else "",
            choices=tuple(SourceRole),
            words=tuple(Text(key=f"role.{role.value}") for role in SourceRole),
        )
        for number, source in enumerate(sources, start=1)
    )
    return Form(fields=fields, kind=FormKind.ROLES, draft=draft)


def _editor(menu: Menu, model: str | None) -> Offer:
    """The model that an edit goes to: the one asked for, else the first that edits."""
    asked = menu.find(model) or menu.default
    return asked if asked.card.edits else next((one for one in menu.offers if one.card.edits), asked)


def parted(prompt: str) -> tuple[str, str]:
    """What a form shows of a prompt, and the rest; parted before a blank, where there is one near."""
    if _units(prompt) <= SHOWN:
        return prompt, ""
    at = SHOWN
    while _units(prompt[:at]) > SHOWN:
        at -= -(-(_units(prompt[:at]) - SHOWN) // 2)
    near = next((place for place in range(at, at - _NEAR_END, -1) if prompt[place].isspace()), at)
    end = len(prompt[:near].rstrip())
    return prompt[:end], prompt[end:]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def prompt_of(fields: Mapping[str, str], draft_prompt: str) -> str:
    """The whole prompt of an answered form: what was shown, as it is now, and what was kept."""
    return text_in.plain(fields.get("prompt", "") + parted(draft_prompt)[1])


def answers(fields: Mapping[str, str], menu: Menu) -> tuple[Options, tuple[Misfit, ...]]:
    """The options that a form's answers say, and the answers that say none.

    A form always names a model; the default one counts as not said, as in a command without ``--model``.
    """
    said, misfits = Options(), []
    for row in ROWS:
        word = fields.get(row.name, "").strip()
        value = options.read(row, word) if word else None
        if value is not None:
            said = put(said, row.name, value)
        elif word:
            misfits.append(Misfit(option=row.name, text=options.bad_value(row, word)))
    if menu.find(said.model) is menu.default:
        said = put(said, "model", None)
    return said, tuple(misfits)


def still_fitting(said: Options, menu: Menu) -> Options:
    """The options without those that the chosen model does not take."""
    for misfit in fit(said, menu).misfits:
        said = put(said, misfit.option, None)
    return said


def _field(row: Row, said: Options, menu: Menu, offer: Offer) -> Field:
    value = getattr(said, row.name)
    label = Text(key=row.label)
    match row.kind:
        case Kind.NUMBER:
            most = min(row.most, offer.card.most_images) if row.name == "n" else row.most
            typed = "" if value is None else str(min(value, most))
            return Field(
                name=row.name,
                kind=FieldKind.NUMBER,
                label=label,
                hint=_hint(row),
                value=typed,
                least=row.least,
                most=most,
            )
        case Kind.SWITCH:
            return Field(name=row.name, kind=FieldKind.SWITCH, label=label, value="yes" if value else "")
        case Kind.MODEL:
            names = tuple(one.name for one in menu.offers)
            return _choose(row, label, names, offer.name, refreshes=True)
        case Kind.SIZE if not sizes.listed(offer.card):
            return Field(
                name=row.name,
                kind=FieldKind.WORDS,
                label=label,
                hint=size_rule(offer),
                value=value or "",
                most=20,
            )
        case Kind.SIZE:
            return _choose(row, label, offer.card.sizes, value)
        case Kind.RATIO:
            ratios = sizes.ratios(offer.card)
            fits = value is not None and sizes.for_ratio(value, offer.card) is not None
            return _choose(row, label, (*ratios, value) if fits and value not in ratios else ratios, value)
        case Kind.CHOICE:
            return _choose(row, label, row.choices(offer.card), value)


def _choose(
    row: Row, label: Text, choices: tuple[str, ...], value: str | None, *, refreshes: bool = False
) -> Field:
    return Field(
        name=row.name,
        kind=FieldKind.CHOICE,
        label=label,
        value=value if value in choices and value is not None else "",
        choices=choices,
        refreshes=refreshes,
    )


_HINTS = {"frames": "form.only_gif", "delay": "form.only_gif", "compression": "form.compressed"}


def _hint(row: Row) -> Text | None:
    return Text(key=_HINTS[row.name]) if row.name in _HINTS else None
