"""What each model of the real service accepts and counts: the painter's own table, from the vendors' pages.

It is not the bot's catalogue on purpose: a fault in one of the two shows when they meet.
"""

import math
import re
from dataclasses import dataclass, replace

USUAL = ("1024x1024", "1536x1024", "1024x1536")
PREVIEW_TOKENS = 100
"""Output tokens of one partial image."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Model:
    """What one model accepts."""

    name: str
    series: str
    """``1``, ``2``, ``2.5``, ``2.6`` or ``dall-e``: chooses the token formula."""
    sizes: tuple[str, ...] = ()
    """The only sizes there are; empty: any by the size rule."""
    qualities: tuple[str, ...] = ("low", "medium", "high", "auto")
    formats: tuple[str, ...] = ("png", "jpeg", "webp")
    most_images: int = 10
    prompt_limit: int = 32_000
    markup: bool = False
    fidelity: tuple[str, ...] = ()
    """Values of input_fidelity."""
    edits: bool = True
    live: bool = True
    """Still answers at OpenAI."""
    azure: bool = True
    """Can be deployed at Azure."""
    shutdown: str = ""


_ONE = Model(name="gpt-image-1", series="1", sizes=USUAL, fidelity=("high", "low"), live=False, azure=False)
_TWO = Model(name="gpt-image-2", series="2")
_TWO_FIVE = replace(
    _TWO,
    name="gpt-image-2.5-sunburst",
    series="2.5",
    qualities=("low", "medium", "high", "xhigh", "max", "auto"),
    markup=True,
)
_TWO_SIX = replace(
    _TWO_FIVE, name="gpt-image-2.6-sunburst", series="2.6", formats=("png", "jpeg", "webp", "gif", "svg")
)
_DALL_E_3 = Model(
    name="dall-e-3",
    series="dall-e",
    sizes=("1024x1024", "1792x1024", "1024x1792"),
    qualities=("standard", "hd"),
    formats=("png",),
    most_images=1,
    prompt_limit=4_000,
    edits=False,
    live=False,
    azure=False,
)

MODELS = {
    model.name: model
    for model in (
        _TWO_SIX,
        replace(_TWO_SIX, name="gpt-image-2.6-flare"),
        _TWO_FIVE,
        replace(_TWO_FIVE, name="gpt-image-2.5-flare"),
        _TWO,
        replace(_ONE, name="gpt-image-1.5", live=True, azure=True, shutdown="2026-12-01"),
        replace(_ONE, name="chatgpt-image-latest", live=True, shutdown="2026-12-01"),
        replace(
            _ONE, name="gpt-image-1-mini", fidelity=("low",), live=True, azure=True, shutdown="2026-12-01"
        ),
        _ONE,
        _DALL_E_3,
        replace(
            _DALL_E_3,
            name="dall-e-2",
            sizes=("256x256", "512x512", "1024x1024"),
            qualities=("standard",),
            most_images=10,
            prompt_limit=1_000,
            edits=True,
        ),
    )
}

_SNAPSHOT = re.compile(r"-20\d\d-\d\d-\d\d$")


def known(name: str) -> Model | None:
    """The model of that name, or of which it is a dated snapshot."""
    return MODELS.get(name) or MODELS.get(_SNAPSHOT.sub("", name))


def size_fault(width: int, height: int) -> str:
    """Why a size breaks the rule of series 2 and later; empty when it does not."""
    if width % 16 or height % 16:
        return "Width and height must both be divisible by 16."
    if max(width, height) > 3 * min(width, height):
        return "The aspect ratio must be between 1:3 and 3:1."
    if max(width, height) > 3840:
        return "The longest edge must be at most 3840 pixels."
    if not 655_360 <= width * height <= 8_294_400:
        return "The total number of pixels must be between 655360 and 8294400."
    return ""


def size_like(model: Model, width: int, height: int) -> tuple[int, int]:
    """What ``auto`` means for an edit: about a megapixel in the shape of the first source."""
    shape = min(3.0, max(1 / 3, width / height))
    if not model.sizes:
        tall = (1_048_576 / shape) ** 0.5
        return _by_16(tall * shape), _by_16(tall)
    listed = [size.partition("x") for size in model.sizes]
    sizes = [(int(wide), int(high)) for wide, _, high in listed]
    return min(sizes, key=lambda size: abs(math.log(size[0] / size[1] / shape)))


def _by_16(side: float) -> int:
    return round(side / 16) * 16


# -- tokens -----------------------------------------------------------------------------------------

_ONE_TOKENS = {"low": (272, 408, 400), "medium": (1056, 1584, 1568), "high": (4160, 6240, 6208)}
_FACTORS = {
    "2": {"low": 16, "medium": 48, "high": 96},
    "2.5": {"low": 16, "medium": 24, "high": 48, "xhigh": 64, "max": 96},
}


def out_tokens(model: Model, quality: str, width: int, height: int) -> int:
    """Output tokens of one picture."""
    if model.series == "1":
        square, portrait, landscape = _ONE_TOKENS[quality]
        return square if width == height else portrait if height > width else landscape
    if model.series == "dall-e":
        return 0
    factor = _FACTORS.get(model.series, _FACTORS["2.5"])[quality]
    tokens = _grid(factor, width, height)
    # Low and medium of 2.6 were measured at about four times 2.5's.
    return tokens * 4 if model.series == "2.6" and quality in ("low", "medium") else tokens


def _grid(factor: int, width: int, height: int) -> int:
    short, long = sorted((width, height))
    return math.ceil(factor * round(factor * short / long) * (2_000_000 + width * height) / 4_000_000)


def text_tokens(prompt: str) -> int:
    """About what a prompt counts: four bytes a token."""
    return max(1, math.ceil(len(prompt.encode("utf-8", "replace")) / 4))


def image_tokens(width: int, height: int) -> int:
    """Input tokens of one source: 32-pixel patches, at most 1,536, small ones magnified up to twice."""
    scale = min(2.0, max(1.0, 1024 / max(width, height)))
    return min(1536, math.ceil(width * scale / 32) * math.ceil(height * scale / 32))
