"""What each image model can do and costs, as data, and the menu of models this bot offers.

A new model is one row of ``CARDS``. Prices in USD; retirement dates as the services have announced them.
"""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from bot.errors import ConfigError
from bot.providers import Menu, ModelCard, Offer, Prices, Service, SizeRule, pricing
from bot.settings import Settings

OPENAI, AZURE, SERVER = Service.OPENAI, Service.AZURE, Service.SERVER
BOTH = frozenset({OPENAI, AZURE})

DEFAULTS = {OPENAI: "gpt-image-2.6-sunburst", AZURE: "gpt-image-2", SERVER: "default"}
"""The model of each service when nobody names one."""
UNNAMED = DEFAULTS[SERVER]
"""A compatible server's own choice: no model name is sent."""
SOON = timedelta(days=60)

_USUAL_SIZES = ("auto", "1024x1024", "1536x1024", "1024x1536")
_ANY_SIZE = SizeRule(multiple=16, longest=3840, least_pixels=655_360, most_pixels=8_294_400, steepest=3)
_THREE = ("auto", "low", "medium", "high")
_FIVE = ("auto", "low", "medium", "high", "xhigh", "max")
_AZURE_FORMATS = ("png", "jpeg")
_AZURE_SOURCE = 25_000_000
"""Bytes: its specification and its guide differ, and this is the lower."""


def _prices(text_in: str, image_in: str, out: str) -> Prices:
    return Prices(text_in=Decimal(text_in), image_in=Decimal(image_in), out=Decimal(out))


# What every GPT image model has; the rows below say what differs.
_GPT = ModelCard(
    name="gpt-image-1",
    services=BOTH,
    sizes=_USUAL_SIZES,
    qualities=_THREE,
    formats=("png", "jpeg", "webp"),
    backgrounds=("auto", "opaque", "transparent"),
    moderations=("auto", "low"),
    compression=True,
    most_images=10,
    streams=True,
    edits=True,
    most_sources=16,
    masks=True,
    fidelity=True,
    prices=_prices("5", "10", "40"),
    out_tokens=pricing.series_one,
    requests_per_minute=9,
    person_field="safety_identifier",
    retires={OPENAI: date(2026, 10, 23), AZURE: date(2026, 10, 23)},
    successor="gpt-image-2.6-sunburst",
)
_GPT_1_5 = replace(
    _GPT,
    name="gpt-image-1.5",
    prices=_prices("5", "8", "32"),
    retires={OPENAI: date(2026, 12, 1), AZURE: date(2026, 12, 16)},
)
_GPT_2 = replace(
    _GPT,
    name="gpt-image-2",
    sizes=(),
    rule=_ANY_SIZE,
    fidelity=False,
    prices=_prices("5", "8", "30"),
    out_tokens=pricing.series_two,
    requests_per_minute=6,
    retires={AZURE: date(2027, 4, 21)},
    successor="gpt-image-2.5-sunburst",
)
_GPT_2_5 = replace(
    _GPT_2,
    name="gpt-image-2.5-sunburst",
    qualities=_FIVE,
    markup=True,
    out_tokens=pricing.series_two_five,
    requests_per_minute=5,
    retires={AZURE: date(2027, 9, 9)},
    successor="gpt-image-2.6-sunburst",
)
# No page of Microsoft's names 2.6 yet; whoever has deployed it may use it.
_GPT_2_6 = replace(
    _GPT_2_5,
    name="gpt-image-2.6-sunburst",
    formats=("png", "jpeg", "webp", "gif", "svg"),
    complexities=("low", "medium", "high"),
    frames=True,
    out_tokens=pricing.series_two_six,
    retires={},
    successor="",
)
_DALL_E_3 = ModelCard(
    name="dall-e-3",
    services=BOTH,
    sizes=("1024x1024", "1792x1024", "1024x1792"),
    qualities=("standard", "hd"),
    formats=("png",),
    prompt_limit=4_000,
    price_each={
        "standard 1024x1024": Decimal("0.04"),
        "standard 1792x1024": Decimal("0.08"),
        "standard 1024x1792": Decimal("0.08"),
        "hd 1024x1024": Decimal("0.08"),
        "hd 1792x1024": Decimal("0.12"),
        "hd 1024x1792": Decimal("0.12"),
    },
    person_field="user",
    response_format=True,
    retires={OPENAI: date(2026, 5, 12), AZURE: date(2026, 3, 4)},
    successor="gpt-image-2.6-sunburst",
)
_DALL_E_2 = replace(
    _DALL_E_3,
    name="dall-e-2",
    services=frozenset({OPENAI}),
    sizes=("256x256", "512x512", "1024x1024"),
    qualities=(),
    most_images=10,
    edits=True,
    most_sources=1,
    masks=True,
    source_types=("image/png",),
    source_bytes=4_000_000,
    prompt_limit=1_000,
    price_each={
        "standard 256x256": Decimal("0.016"),
        "standard 512x512": Decimal("0.018"),
        "standard 1024x1024": Decimal("0.02"),
    },
    retires={OPENAI: date(2026, 5, 12)},
)

CARDS: dict[str, ModelCard] = {
    card.name: card
    for card in (
        _GPT_2_6,
        replace(_GPT_2_6, name="gpt-image-2.6-flare"),
        _GPT_2_5,
        replace(_GPT_2_5, name="gpt-image-2.5-flare", successor="gpt-image-2.6-flare"),
        _GPT_2,
        _GPT_1_5,
        replace(
            _GPT_1_5,
            name="chatgpt-image-latest",
            services=frozenset({OPENAI}),
            retires={OPENAI: date(2026, 12, 1)},
        ),
        replace(
            _GPT,
            name="gpt-image-1-mini",
            fidelity=False,
            prices=_prices("2", "2.5", "8"),
            requests_per_minute=12,
            retires={OPENAI: date(2026, 12, 1), AZURE: date(2027, 4, 7)},
            successor="gpt-image-2.6-flare",
        ),
        _GPT,
        _DALL_E_3,
        _DALL_E_2,
    )
}
"""Every model the bot knows, newest first."""

_SNAPSHOT = re.compile(r"-20\d\d-\d\d-\d\d$")
_OPENAI_FAMILY = ("gpt-image", "chatgpt-image", "dall-e")
_LOCAL_SIZE = SizeRule(multiple=8, longest=4096, least_pixels=64 * 64, most_pixels=8_294_400, steepest=4)


def known(name: str) -> ModelCard | None:
    """The row of a model or of one of its dated snapshots (``gpt-image-2-2026-04-21``)."""
    name = name.casefold()
    return CARDS.get(name) or CARDS.get(_SNAPSHOT.sub("", name))


def card_for(name: str, service: Service) -> ModelCard:
    """What a model can do at one service; a minimal card where the catalogue does not know the model."""
    card = known(name)
    if card is None:
        return _minimal(name, service)
    if service is not AZURE:
        return replace(card, requests_per_minute=0)
    return replace(
        card,
        formats=tuple(one for one in card.formats if one in _AZURE_FORMATS),
        source_types=("image/png", "image/jpeg"),
        source_bytes=_AZURE_SOURCE,
        moderations=(),
        complexities=(),
        frames=False,
        person_field="user" if card.person_field else "",  # its specification has no safety_identifier
        successor=card.successor if card.rule else DEFAULTS[AZURE],  # 2.6 is not known to be there
    )


def _minimal(name: str, service: Service) -> ModelCard:
    return ModelCard(
        name=name,
        services=frozenset({service}),
        rule=_LOCAL_SIZE,
        most_images=10,
        edits=True,
        most_sources=16,
        masks=True,
        source_types=("image/png", "image/jpeg"),
        response_format=not name.casefold().startswith(_OPENAI_FAMILY[:2]),
        minimal=True,
    )


# -- the menu ---------------------------------------------------------------------------------------


def menu(settings: Settings) -> Menu:
    """The models people of this bot may choose; the first is the default.

    Raises ``ConfigError`` with one line for each contradiction.
    """
    configured = _configured(settings)
    named, faults = _named(settings, configured)
    offers: dict[str, Offer] = {}
    for name, model in named:
        service = _service_of(name, model, configured)
        card = known(model or name)
        if card and service is not SERVER and service not in card.services:
            faults.append(_not_offered(card, service))
        elif name.casefold() in offers and model:
            faults.append(f"IMAGINE_MODELS names {name} twice. Keep one of the two.")
        else:
            offers.setdefault(name.casefold(), _offer(name, model, service))
    if not configured:
        faults.append("OPENAI_API_KEY is missing. Set it, or AZURE_OPENAI_ENDPOINT, or IMAGINE_SERVER_URL.")
    if faults:
        raise ConfigError(faults)
    found = [*offers.values(), *_unasked(configured, offers)]
    return Menu(offers=_default_first(found, settings.imagine_model))


def _configured(settings: Settings) -> list[Service]:
    """In the order of preference."""
    there = {
        OPENAI: settings.openai_api_key,
        AZURE: settings.azure_openai_endpoint,
        SERVER: settings.imagine_server_url,
    }
    return [service for service, value in there.items() if value]


def _named(settings: Settings, configured: list[Service]) -> tuple[list[tuple[str, str]], list[str]]:
    """(name, model or nothing) of everything the settings name, and what is wrong with it."""
    named, faults = [], []
    for entry in filter(None, (one.strip() for one in settings.imagine_models.split(","))):
        name, equals, model = (part.strip() for part in entry.partition("="))
        if not name or (equals and not model):
            faults.append(f"IMAGINE_MODELS has {entry!r}. Write deployment=model, or a model's name.")
        elif equals and AZURE not in configured:
            faults.append(
                f"AZURE_OPENAI_ENDPOINT is missing. IMAGINE_MODELS has the Azure deployment {name}."
            )
        else:
            named.append((name, model))
    default = settings.imagine_model
    if default and default.casefold() not in [name.casefold() for name, _ in named]:
        # A model's name may mean the deployment that is this model.
        by_model = [model for _, model in named if model.casefold() == default.casefold()]
        if not by_model:
            named.insert(0, (default, ""))
    return named, faults


def _service_of(name: str, model: str, configured: list[Service]) -> Service:
    """Who paints a named model: a deployment is Azure's, a known name whoever offers it, else the server."""
    if model or not configured:
        return AZURE
    card = known(name)
    if card:
        offering = [service for service in configured if service in card.services]
        return (offering or configured)[0]
    if name.casefold().startswith(_OPENAI_FAMILY) and OPENAI in configured:
        return OPENAI
    return next(service for service in (SERVER, AZURE, OPENAI) if service in configured)


def _not_offered(card: ModelCard, service: Service) -> str:
    return (
        f"IMAGINE_MODELS or IMAGINE_MODEL asks {service.value} for {card.name}, which it does not offer."
        f" Use {DEFAULTS[service]}."
    )


def _offer(name: str, model: str, service: Service) -> Offer:
    assumed = service is AZURE and not model and known(name) is None
    is_model = DEFAULTS[AZURE] if assumed else model or name
    return Offer(name=name, card=card_for(is_model, service), service=service, assumed=assumed)


def _unasked(configured: list[Service], offers: dict[str, Offer]) -> list[Offer]:
    """The default of every service nobody named a model of."""
    silent = [service for service in configured if all(offer.service != service for offer in offers.values())]
    return [_offer(DEFAULTS[service], "", service) for service in silent]


def _default_first(offers: list[Offer], wanted: str | None) -> tuple[Offer, ...]:
    """The wanted one first; else the catalogue's default of the preferred service; else the first named."""
    preferred = min(list(Service).index(offer.service) for offer in offers)
    service = list(Service)[preferred]
    first = Menu(offers=tuple(offers)).find(wanted) if wanted else None
    if first is None:
        of_service = [offer for offer in offers if offer.service is service]
        usual = [offer for offer in of_service if offer.card.name == DEFAULTS[service]]
        first = (usual or of_service)[0]
    return (first, *(offer for offer in offers if offer is not first))


def warnings(menu: Menu, today: date) -> list[str]:
    """What the operator should know at start: models near or past their end, deployments nobody described."""
    lines = []
    for offer in menu.offers:
        ends = offer.card.retires.get(offer.service)
        if offer.assumed:
            lines.append(
                f"{offer.name}: nobody said what this deployment is; it is taken for {offer.card.name}."
                f" Set IMAGINE_MODELS={offer.name}=MODEL."
            )
        elif ends and today >= ends:
            lines.append(
                f"{offer.name}: {offer.service.value} retired it on {ends}. Use {offer.card.successor}."
            )
        elif ends and today >= ends - SOON:
            lines.append(
                f"{offer.name}: {offer.service.value} retires it on {ends}. Move to {offer.card.successor}."
            )
    return lines
