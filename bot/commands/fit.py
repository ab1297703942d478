"""What was asked against what the chosen model can do: what does not fit, and the nearest that does."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.commands import options as table
from bot.commands import sizes
from bot.commands.options import Kind, Misfit, put
from bot.providers import Menu, ModelCard, Offer
from bot.types import Options, Text

SEE_THROUGH = ("png", "webp")
"""Formats that can hold a transparent background."""

COMPRESSED = ("jpeg", "webp")
"""Formats that ``compression`` means something for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fitted:
    """Options that the offer's model takes (the size of a ratio settled), and what had to give way."""

    offer: Offer
    options: Options
    misfits: tuple[Misfit, ...] = ()


Checked = tuple[Options, Misfit | None]


def fit(said: Options, menu: Menu) -> Fitted:
    """Check every option; where one does not fit, ``options`` has the nearest that does, or none."""
    offer = menu.find(said.model)
    if offer is None:
        unknown = Misfit(option="model", text=_unknown_model(said.model or "", menu))
        rest = fit(put(said, "model", None), menu)
        return Fitted(offer=rest.offer, options=rest.options, misfits=(unknown, *rest.misfits))
    misfits: list[Misfit] = []
    for check in _CHECKS:
        said, misfit = check(said, offer.card)
        misfits += [_named_as(offer, misfit)] if misfit else []
    return Fitted(offer=offer, options=said, misfits=tuple(misfits))


def prompt_too_long(prompts: tuple[str, ...], offer: Offer) -> Text | None:
    """Why the model would not take one of the prompts; nothing is ever cut on its way."""
    longest, limit = max(map(len, prompts)), offer.card.prompt_limit
    if longest <= limit:
        return None
    return Text(
        key="refuse.too_long",
        values={"length": longest, "limit": limit, "over": longest - limit, "model": offer.name},
    )


def _unknown_model(name: str, menu: Menu) -> Text:
    names = ", ".join(offer.name for offer in menu.offers)
    return Text(key="refuse.model", values={"value": name[:60], "values": names})


def _refuse(name: str, key: str, **values: str | int) -> Misfit:
    return Misfit(option=name, text=Text(key=key, values={"option": name, **values}))


def _named_as(offer: Offer, misfit: Misfit) -> Misfit:
    """The misfit with the model's name as people of this bot type it."""
    text = Text(key=misfit.text.key, values={"model": offer.name, **misfit.text.values})
    return Misfit(option=misfit.option, text=text)


# -- size --------------------------------------------------------------------------------------------


def _size_or_ratio(said: Options, card: ModelCard) -> Checked:
    if said.ar is None:
        return _size(said, card)
    settled, misfit = _ratio(put(said, "size", None), card)
    if said.size in (None, settled.size):
        return settled, misfit
    both = _refuse("ar", "refuse.size_and_ratio", size=said.size or "", ratio=said.ar)
    fitted, other = _size(put(said, "ar", None), card)
    return fitted, other or both


def _ratio(said: Options, card: ModelCard) -> Checked:
    wanted = said.ar or ""
    size = sizes.for_ratio(wanted, card)
    if size:
        return put(said, "size", size), None
    near = sizes.nearest_in_shape(wanted, card)
    fitted = put(put(said, "ar", sizes.ratio_of(near)), "size", near)
    if card.rule or not sizes.listed(card):
        steepest = card.rule.steepest if card.rule else 3
        return fitted, _refuse("ar", "refuse.ratio_steep", value=wanted, steepest=steepest)
    return fitted, _refuse("ar", "refuse.ratio", value=wanted, values=", ".join(sizes.ratios(card)))


def _size(said: Options, card: ModelCard) -> Checked:
    if said.size in table.SIZE_NAMES:
        return _named(said, card)
    if said.size is None or sizes.legal(said.size, card):
        return said, None
    if said.size == "auto":  # the model's own default, whatever it is
        return put(said, "size", None), None
    near = sizes.nearest(said.size, card)
    return put(said, "size", near), _illegal(said.size, near, card)


def _named(said: Options, card: ModelCard) -> Checked:
    """A size by name: the fixed size that lies the same way, however exactly it has the ratio."""
    ratio = table.SIZE_NAMES[said.size or ""]
    size = sizes.nearest_in_shape(ratio, card)
    fitted = put(said, "size", size)
    width, height = sizes.sides(size)
    if (width > height, width < height) == (said.size == "landscape", said.size == "portrait"):
        return fitted, None
    return fitted, _illegal(said.size or "", size, card)


def _illegal(size: str, near: str, card: ModelCard) -> Misfit:
    if rule := card.rule:
        return _refuse(
            "size",
            "refuse.size_rule",
            value=size,
            near=near,
            multiple=rule.multiple,
            longest=rule.longest,
            steepest=rule.steepest,
            least=f"{rule.least_pixels:,}",
            most=f"{rule.most_pixels:,}",
        )
    return _refuse("size", "refuse.size", value=size, near=near, values=", ".join(card.sizes))


# -- the others --------------------------------------------------------------------------------------


def _choice(name: str) -> Callable[[Options, ModelCard], Checked]:
    row = table.BY_NAME[name]

    def check(said: Options, card: ModelCard) -> Checked:
        value, legal = getattr(said, name), row.choices(card)
        if value is None or value in legal:
            return said, None
        fitted = put(said, name, None)
        if value == "auto":  # what not saying it means anyway
            return fitted, None
        if not legal:
            return fitted, _refuse(name, "refuse.not_offered")
        return fitted, _refuse(name, "refuse.choice", value=str(value)[:60], values=", ".join(legal))

    return check


def _background(said: Options, card: ModelCard) -> Checked:
    if said.background != "transparent" or said.format in (None, *SEE_THROUGH):
        return said, None
    return put(said, "background", None), _refuse(
        "background", "refuse.transparent", format=said.format or "", values=", ".join(SEE_THROUGH)
    )


def _compression(said: Options, card: ModelCard) -> Checked:
    if said.compression is None:
        return said, None
    if not card.compression:
        return put(said, "compression", None), _refuse("compression", "refuse.not_offered")
    if said.format in COMPRESSED:
        return said, None
    can = ", ".join(name for name in COMPRESSED if name in card.formats)
    return put(said, "compression", None), _refuse("compression", "refuse.compression", values=can)


def _animation(name: str) -> Callable[[Options, ModelCard], Checked]:
    def check(said: Options, card: ModelCard) -> Checked:
        if getattr(said, name) is None or (card.frames and said.format == "gif"):
            return said, None
        key = "refuse.only_gif" if card.frames else "refuse.not_offered"
        return put(said, name, None), _refuse(name, key)

    return check


def _pictures(said: Options, card: ModelCard) -> Checked:
    if said.format == "svg" and said.n > 1:
        return put(said, "n", 1), _refuse("n", "refuse.svg_one")
    if said.n > card.most_images:
        return put(said, "n", card.most_images), _refuse(
            "n", "refuse.too_many_at_once", value=said.n, most=card.most_images
        )
    return said, None


_CHECKS: tuple[Callable[[Options, ModelCard], Checked], ...] = (
    _size_or_ratio,
    *(_choice(row.name) for row in table.ROWS if row.kind is Kind.CHOICE),
    _background,
    _compression,
    _animation("frames"),
    _animation("delay"),
    _pictures,
)
