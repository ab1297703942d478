"""What ``/imagine help`` says: complete, because it is read off the table and the models' rows."""

from dataclasses import dataclass

from bot.commands import sizes
from bot.commands.options import BY_NAME, ROWS, SIZE_NAMES, Kind, Row
from bot.providers import Menu, Offer
from bot.types import Note, Text


def full(menu: Menu, offer: Offer | None = None) -> Note:
    """Everything: how to ask, each option with a model's values, the models, the other words.

    ``offer``: that model; without one, the default.
    """
    offer = offer or menu.default
    options = [line for row in ROWS for line in _option(row, menu, offer)]
    return Note(
        text=Text(key="help.opening"),
        lines=(
            *basics(),
            Text(key="help.options", values={"model": offer.name}),
            *options,
            Text(key="help.permutations"),
            Text(key="help.verbatim"),
            Text(key="help.words"),
            Text(key="help.edit"),
            Text(key="help.edit_other"),
            Text(key="help.edit_words"),
            Text(key="help.forget"),
        ),
    )


def basics() -> tuple[Text, ...]:
    """How to ask, in two lines."""
    return Text(key="help.usage"), Text(key="help.form")


def about(name: str, menu: Menu) -> Note:
    """One option."""
    first, *rest = _option(BY_NAME[name], menu, menu.default)
    return Note(text=first, lines=tuple(rest))


@dataclass(frozen=True, kw_only=True, slots=True)
class Hint:
    """What one option is, for somebody who is just typing."""

    flags: tuple[str, ...]
    label: Text
    values: tuple[str, ...]
    """What may follow, where that is a list."""
    help: Text


def hints(menu: Menu) -> tuple[Hint, ...]:
    """Every option of the default model."""
    return tuple(
        Hint(
            flags=tuple(row.shown.split(", ")),
            label=Text(key=row.label),
            values=_typed(row, menu),
            help=_option(row, menu, menu.default)[0],
        )
        for row in ROWS
        if row.offered(menu.default.card)
    )


def _typed(row: Row, menu: Menu) -> tuple[str, ...]:
    card = menu.default.card
    if row.kind is Kind.SIZE:
        return ("auto", *SIZE_NAMES, *(sizes.listed(card) or sizes.USUAL))
    return _values(row, menu, menu.default)


def _option(row: Row, menu: Menu, offer: Offer) -> tuple[Text, ...]:
    if not row.offered(offer.card):
        return (Text(key="help.not_offered", values={"flags": row.shown, "model": offer.name}),)
    blanks: dict[str, str | int] = {"flags": row.shown, "values": ", ".join(_values(row, menu, offer))}
    if row.kind is Kind.NUMBER:
        most = min(row.most, offer.card.most_images) if row.name == "n" else row.most
        blanks |= {"least": row.least, "most": most}
    first = Text(key=row.help, values=blanks)
    return (first, size_rule(offer)) if row.kind is Kind.SIZE else (first,)


def _values(row: Row, menu: Menu, offer: Offer) -> tuple[str, ...]:
    match row.kind:
        case Kind.RATIO:
            return sizes.ratios(offer.card)
        case Kind.MODEL:
            return tuple(one.name for one in menu.offers)
        case _:
            return row.choices(offer.card)


def size_rule(offer: Offer) -> Text:
    """Which sizes a model makes, in a sentence."""
    card = offer.card
    if rule := card.rule:
        blanks: dict[str, str | int] = {
            "model": offer.name,
            "multiple": rule.multiple,
            "longest": rule.longest,
            "steepest": rule.steepest,
            "least": f"{rule.least_pixels:,}",
            "most": f"{rule.most_pixels:,}",
        }
        return Text(key="help.size_rule", values=blanks)
    if card.sizes:
        return Text(key="help.size_list", values={"model": offer.name, "values": ", ".join(card.sizes)})
    return Text(key="help.size_any", values={"model": offer.name})
