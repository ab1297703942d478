"""From a prompt and its options to a request: what would be painted, what is wrong with it, what it costs."""

from dataclasses import dataclass, replace
from decimal import Decimal

from bot.commands import line, permutations
from bot.commands.fit import fit, prompt_too_long
from bot.commands.options import MOST_PICTURES, Misfit, put
from bot.commands.plan import Ask, Paint
from bot.providers import Menu, Offer, pricing
from bot.types import Action, Button, ImageRequest, JobId, Note, Options, Text

RUN = Button(action=Action.RUN, job=JobId(""))
EDIT = Button(action=Action.EDIT, job=JobId(""))
_CENT = Decimal("0.01")
_UNSPEAKABLE = 100_000
"""A count that nobody needs told; a long prompt can stand for more than Python prints."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Weighed:
    """A request that the model can take, and what had to give way for that."""

    request: ImageRequest
    offer: Offer
    misfits: tuple[Misfit, ...]
    hopeless: Text | None = None
    """Why nothing of the kind can be made; the prompt has to change."""


def weigh(prompt: str, said: Options, menu: Menu) -> Weighed:
    """Settle everything that can be settled before anything is paid."""
    fitted = fit(said, menu)
    pattern = permutations.read(prompt)
    options, misfits = fitted.options, fitted.misfits
    prompts = permutations.expand(prompt)
    hopeless = prompt_too_long(prompts, fitted.offer)
    if pattern.count > MOST_PICTURES:
        hopeless = _too_many_prompts(pattern.count)
    elif pattern.count * options.n > MOST_PICTURES:
        most = MOST_PICTURES // pattern.count
        misfits = (*misfits, _too_many(pattern.count, options.n, most))
        options = put(options, "n", most)
    request = ImageRequest(prompt=prompt, options=options, prompts=prompts)
    return Weighed(request=request, offer=fitted.offer, misfits=misfits, hopeless=hopeless)


def weigh_edit(prompt: str, said: Options, menu: Menu, *, sources: int) -> Weighed:
    """The same for a request that pictures go into; the model has to take so many."""
    offer = menu.find(said.model)
    if offer is None or _edits(offer, sources):
        return weigh(prompt, said, menu)
    other = next((one for one in menu.offers if _edits(one, sources)), None)
    if other is None:
        key = "refuse.edits_nowhere" if sources == 1 else "refuse.sources_nowhere"
        return replace(weigh(prompt, said, menu), hopeless=Text(key=key, values={"count": sources}))
    weighed = weigh(prompt, put(said, "model", other.name), menu)
    if said.model is None:
        return weighed  # nobody asked for the one that cannot
    text = Text(key="refuse.edits", values={"model": offer.name, "count": sources, "near": other.name})
    return replace(weighed, misfits=(Misfit(option="model", text=text), *weighed.misfits))


def _edits(offer: Offer, sources: int) -> bool:
    return offer.card.edits and offer.card.most_sources >= sources


def _too_many_prompts(count: int) -> Text:
    if count > _UNSPEAKABLE:
        return Text(key="refuse.far_too_many_prompts", values={"most": MOST_PICTURES})
    return Text(key="refuse.too_many_prompts", values={"count": count, "most": MOST_PICTURES})


def _too_many(prompts: int, n: int, fitting: int) -> Misfit:
    values: dict[str, str | int] = {
        "count": prompts * n,
        "prompts": prompts,
        "n": n,
        "most": MOST_PICTURES,
        "fitting": fitting,
    }
    return Misfit(option="n", text=Text(key="refuse.too_many_pictures", values=values))


def decide(weighed: Weighed, misfits: tuple[Misfit, ...], quote: str) -> Paint | Ask:
    """Paint what is clear and fits; ask about everything else. ``misfits``: those found before weighing."""
    request = weighed.request
    if weighed.hopeless:
        return Ask(request=request, note=Note(text=weighed.hopeless, buttons=(EDIT,), quote=quote))
    wrong = [misfit.text for misfit in (*misfits, *weighed.misfits)]
    told = [*wrong, *_bill(weighed)]
    if not told:
        return Paint(request=request)
    if wrong:
        told.append(_what_run_does(request.options))
    note = Note(text=told[0], lines=tuple(told[1:]), buttons=(RUN, EDIT), quote=quote)
    return Ask(request=request, note=note)


def _bill(weighed: Weighed) -> tuple[Text, ...]:
    """How many pictures permutations make, and about what they cost."""
    count = len(weighed.request.prompts) * weighed.request.options.n
    if len(weighed.request.prompts) == 1:
        return ()
    cost = pricing.estimate(weighed.request, weighed.offer)
    if cost is None:
        return (Text(key="ask.pictures_unpriced", values={"count": count}),)
    # A quality that is left to the model is estimated as its dearest.
    at_most = weighed.request.options.quality in (None, "auto") and weighed.offer.card.out_tokens
    key = "ask.pictures_at_most" if at_most else "ask.pictures"
    return (Text(key=key, values={"count": count, "cost": f"{max(cost, _CENT):.2f}"}),)


def _what_run_does(options: Options) -> Text:
    said = line.flags(options)
    return Text(key="ask.run_with", values={"options": said}) if said else Text(key="ask.run_plain")
