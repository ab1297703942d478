"""The door to the image services: what a model can do (``ModelCard``), what is ordered, and who paints.

The line knows this file only; who is behind the door is decided in ``app.py``.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from bot.types import BlobKey, Options, Painted


class Service(StrEnum):
    """A kind of image service."""

    OPENAI = "openai"
    AZURE = "azure"
    SERVER = "server"  # a compatible server: LocalAI, sd.cpp, vLLM-Omni, …


@dataclass(frozen=True, kw_only=True, slots=True)
class SizeRule:
    """Any WxH in pixels within these bounds (https://platform.openai.com/docs/guides/image-generation)."""

    multiple: int
    longest: int
    least_pixels: int
    most_pixels: int
    steepest: int
    """The longer side over the shorter, at most."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Prices:
    """USD per million tokens."""

    text_in: Decimal
    image_in: Decimal
    out: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelCard:
    """What one model can do: a row of the catalogue."""

    name: str
    services: frozenset[Service]
    sizes: tuple[str, ...] = ()
    """Every legal ``WxH`` (and ``auto``), where there is no rule."""
    rule: SizeRule | None = None
    qualities: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    backgrounds: tuple[str, ...] = ()
    moderations: tuple[str, ...] = ()
    complexities: tuple[str, ...] = ()
    compression: bool = False
    most_images: int = 1
    frames: bool = False
    streams: bool = False
    edits: bool = False
    most_sources: int = 0
    source_types: tuple[str, ...] = ("image/png", "image/jpeg", "image/webp")
    """Media types of pictures that go in."""
    source_bytes: int = 50_000_000
    source_pixels: int = 50_000_000
    source_side: int = 16_384
    """Pixels of the longer side."""
    fidelity: bool = False
    """Whether ``input_fidelity`` is taken: how closely what goes in is kept."""
    masks: bool = False
    markup: bool = False
    prompt_limit: int = 32_000
    """Characters."""
    prices: Prices | None = None
    price_each: dict[str, Decimal] = field(default_factory=dict)
    """USD a picture by ``quality WxH``, for models that are not billed by token."""
    out_tokens: Callable[[str, int, int], int] | None = None
    """(quality, width, height) → output tokens of one picture; an estimate, ``usage`` settles."""
    requests_per_minute: int = 0
    """What the service allows one deployment at its lowest tier (Azure); 0: by account, not known here."""
    person_field: str = ""
    """The parameter that takes the requester's hash; empty: none."""
    response_format: bool = False
    """Whether b64_json has to be asked for; GPT image models refuse the parameter."""
    retires: dict[Service, date] = field(default_factory=dict)
    successor: str = ""
    minimal: bool = False
    """Not in the catalogue: gets only model, prompt, n, size and response_format."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """A model that people of this bot may choose, at one service."""

    name: str
    """What they type after ``--model`` (on Azure, the deployment's name)."""
    card: ModelCard
    service: Service
    assumed: bool = False
    """Nobody said what this Azure deployment is; it is taken for the catalogue's default."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Menu:
    """Every offer; the first is the default."""

    offers: tuple[Offer, ...]

    @property
    def default(self) -> Offer:
        return self.offers[0]

    def find(self, name: str | None) -> Offer | None:
        """The offer of that name (deployment or model, any case); the default for None."""
        if name is None:
            return self.default
        wanted = name.casefold()
        for offer in self.offers:
            if wanted in (offer.name.casefold(), offer.card.name.casefold()):
                return offer
        return None


@dataclass(frozen=True, kw_only=True, slots=True)
class InputFile:
    """One picture that goes into a call, in a file for as long as the call lasts."""

    path: Path
    media_type: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """One call to one model for ``options.n`` pictures; the options were checked against the card."""

    prompt: str
    options: Options
    offer: Offer
    person: str
    """A keyed hash of the requester, for ``safety_identifier``."""
    previews: int = 0
    """Partial images wanted while it paints, 0 to 3."""
    sources: tuple[InputFile, ...] = ()
    """Pictures that go in; none: a picture from words alone."""
    mask: InputFile | None = None
    """As large as the first source; alpha 0 where it may change."""
    markup: InputFile | None = None
    """Strokes to lie over the first source, in place of a mask."""


Keep = Callable[[bytes, str], Awaitable[BlobKey]]
"""Puts one checked picture (bytes, media type) where it survives this process."""

Preview = Callable[[bytes], Awaitable[None]]
"""Shows a partial image; never fails the painting."""


class ImageModel(Protocol):
    """Who paints: one image service."""

    service: Service

    async def paint(self, order: Order, keep: Keep, preview: Preview | None) -> Painted:
        """Make exactly one paid call, check every picture and keep it, before returning.

        Raises ``ImageServiceError``; never repeats a call of its own accord.
        """

    async def check(self, offer: Offer) -> str:
        """Prove, without a paid call, that the service knows us and the model; what it said, in a few words.

        Raises ``ImageServiceError`` whose detail names the cure.
        """

    async def close(self) -> None:
        """Let go of connections and credentials."""
