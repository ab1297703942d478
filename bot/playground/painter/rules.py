"""What the Images API accepts: parameters become ``Wanted``, or are refused as the real one refuses."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.playground.painter.models import Model, size_fault
from bot.playground.painter.refusals import RefusalError, bad

_SIZE = re.compile(r"([1-9]\d{1,4})x([1-9]\d{1,4})")
_MEDIA = ("image/jpeg", "image/png", "image/webp")
_AT_AZURE = ("image/jpeg", "image/png")
_MOST_BYTES = 50 * 1024 * 1024
_MOST_MASK_BYTES = 4 * 1024 * 1024

DEFAULT_SIZES = {"gif": (960, 960)}
"""Where ``auto`` is not the usual 1024x1024: GIF frames share one sheet, so they are smaller."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """One uploaded file."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """One call's parameters, checked and complete."""

    model: Model
    prompt: str
    n: int = 1
    width: int
    height: int
    quality: str
    format: str = "png"
    compression: int = 100
    transparent: bool = False
    stream: bool = False
    partial_images: int = 0
    frames: int = 9
    frame_ms: int = 200
    person: str | None = None
    as_url: bool = False
    """Retired models answer with an address where the GPT models answer with base64."""
    sources: tuple[Source, ...] = ()
    mask: Source | None = None
    markup: Source | None = None
    editing: bool = False
    fidelity: str = "low"
    auto_size: bool = False
    """The size is the first source's to decide."""

    @property
    def size(self) -> str:
        return f"{self.width}x{self.height}"

    @property
    def media_type(self) -> str:
        return "image/svg+xml" if self.format == "svg" else f"image/{self.format}"


# -- single values ----------------------------------------------------------------------------------

Check = Callable[[str, Any], Any]


def _one_of(*values: str) -> Check:
    def check(name: str, value: Any) -> str:
        _text(name, value)
        if value not in values:
            raise _unsupported(name, value, values)
        return str(value)

    return check


def _between(least: int, most: int) -> Check:
    def check(name: str, value: Any) -> int:
        number = _integer(name, value)
        if number < least:
            raise _out_of_bounds(name, "below minimum", f">= {least}", number)
        if number > most:
            raise _out_of_bounds(name, "above maximum", f"<= {most}", number)
        return number

    return check


def _out_of_bounds(name: str, where: str, bound: str, number: int) -> RefusalError:
    message = f"Invalid '{name}': integer {where} value. Expected a value {bound}, but got {number} instead."
    code = {"below minimum": "integer_below_min_value", "above maximum": "integer_above_max_value"}[where]
    return bad(message, code=code, param=name)


def _integer(name: str, value: Any) -> int:
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,9}", value):  # a form has only strings
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong_type(name, value, "an integer")
    return value


def _boolean(name: str, value: Any) -> bool:
    if value in ("true", "false"):
        return bool(value == "true")
    if not isinstance(value, bool):
        raise _wrong_type(name, value, "a boolean")
    return value


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise _wrong_type(name, value, "a string")
    return value


def _object(name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong_type(name, value, "an object")
    return value


def _wrong_type(name: str, value: Any, wanted: str) -> RefusalError:
    names = {
        str: "a string",
        int: "an integer",
        float: "a decimal number",
        bool: "a boolean",
        dict: "an object",
    }
    got = names.get(type(value), "an array" if isinstance(value, list) else "something else")
    message = f"Invalid type for '{name}': expected {wanted}, but got {got} instead."
    return bad(message, code="invalid_type", param=name)


def _unsupported(name: str, value: Any, values: Sequence[str]) -> RefusalError:
    listed = ", ".join(f"'{one}'" for one in values)
    return bad(f"Invalid value: '{value}'. Supported values are: {listed}.", code="invalid_value", param=name)


_COMMON: dict[str, Check] = {
    "prompt": _text,
    "model": _text,
    "n": _between(1, 10),
    "size": _text,
    "quality": _one_of("low", "medium", "high", "xhigh", "max", "auto", "standard", "hd"),
    "output_format": _one_of("png", "webp", "jpeg", "gif", "svg"),
    "output_compression": _between(0, 100),
    "background": _one_of("transparent", "opaque", "auto"),
    "stream": _boolean,
    "partial_images": _between(0, 3),
    "user": _text,
    "safety_identifier": _text,
    "response_format": _one_of("url", "b64_json"),
    "complexity": _one_of("low", "medium", "high"),
    "frame_count": _between(2, 16),
    "frame_duration_ms": _between(1, 10_000_000),
    "svg": _object,
    "prompt_rewriter": lambda _name, value: value,
}
_ONLY_GENERATIONS: dict[str, Check] = {
    "moderation": _one_of("low", "auto"),
    "style": _one_of("vivid", "natural"),
}
_ONLY_EDITS: dict[str, Check] = {"input_fidelity": _one_of("high", "low")}
_NOT_AT_AZURE = frozenset(
    {"moderation", "safety_identifier", "complexity", "frame_count", "frame_duration_ms", "svg"}
)
"""What no page of Azure's names; its deployments refuse what they do not know."""
_GIF_ONLY = ("frame_count", "frame_duration_ms")


def checked(raw: Mapping[str, Any], *, editing: bool, azure: bool) -> dict[str, Any]:
    """Each parameter by itself; ``null`` counts as left out. Raises ``RefusalError``."""
    table = _COMMON | (_ONLY_EDITS if editing else _ONLY_GENERATIONS)
    values = {}
    for name, value in raw.items():
        if name not in table or (azure and name in _NOT_AT_AZURE):
            raise bad(f"Unknown parameter: '{name}'.", code="unknown_parameter", param=name)
        if value is not None:
            values[name] = table[name](name, value)
    if "prompt" not in values:
        raise bad("Missing required parameter: 'prompt'.", code="missing_required_parameter", param="prompt")
    return values


# -- values together --------------------------------------------------------------------------------


def wanted(
    values: Mapping[str, Any],
    model: Model,
    *,
    azure: bool,
    editing: bool = False,
    sources: Sequence[Source] = (),
    mask: Source | None = None,
    markup: Source | None = None,
) -> Wanted:
    """What the model is to paint. Raises ``RefusalError`` where the model cannot do it."""
    file_format = values.get("output_format", "png")
    formats = tuple(one for one in model.formats if not azure or one in ("png", "jpeg"))
    if file_format not in formats:
        raise _unsupported("output_format", file_format, formats)
    width, height = _size(values.get("size", "auto"), model, file_format)
    result = Wanted(
        model=model,
        prompt=_prompt(values["prompt"], model),
        n=values.get("n", 1),
        width=width,
        height=height,
        quality=_quality(values.get("quality", "auto"), model, azure=azure),
        format=file_format,
        compression=values.get("output_compression", 100),
        transparent=values.get("background") == "transparent",
        stream=values.get("stream", False),
        partial_images=values.get("partial_images", 0),
        frames=values.get("frame_count", 9),
        frame_ms=values.get("frame_duration_ms", 200),
        person=values.get("safety_identifier") or values.get("user"),
        as_url=model.series == "dall-e" and values.get("response_format", "url") == "url",
        sources=tuple(sources),
        mask=mask,
        markup=markup,
        editing=editing,
        fidelity=values.get("input_fidelity", "low"),
        auto_size=editing and file_format != "gif" and values.get("size", "auto") == "auto",
    )
    _fits(values, result)
    if editing:
        _files_fit(result, _AT_AZURE if azure else _MEDIA)
    return result


def _prompt(prompt: str, model: Model) -> str:
    if not prompt.strip():
        message = (
            "Invalid 'prompt': empty string. Expected a string with minimum length 1,"
            " but got an empty string instead."
        )
        raise bad(message, code="empty_string", param="prompt")
    if len(prompt) > model.prompt_limit:
        message = (
            f"Invalid 'prompt': string too long. Expected a string with maximum length {model.prompt_limit},"
            f" but got a string with length {len(prompt)} instead."
        )
        raise bad(message, code="string_above_max_length", param="prompt")
    return prompt


def _size(size: str, model: Model, file_format: str) -> tuple[int, int]:
    if size == "auto":
        return DEFAULT_SIZES.get(file_format, (1024, 1024))
    if model.sizes and size not in model.sizes:
        raise _unsupported("size", size, (*model.sizes, "auto"))
    found = _SIZE.fullmatch(size)
    if not found:
        raise bad(
            f"Invalid size '{size}'. Write it as WIDTHxHEIGHT or auto.", code="invalid_value", param="size"
        )
    width, height = int(found[1]), int(found[2])
    fault = "" if model.sizes else size_fault(width, height)
    if fault:
        raise bad(f"Invalid size '{size}'. {fault}", code="invalid_value", param="size")
    return width, height


def _quality(quality: str, model: Model, *, azure: bool) -> str:
    if model.series == "dall-e" and quality == "auto":
        return "standard"
    if quality not in model.qualities:
        raise _unsupported("quality", quality, model.qualities)
    if quality != "auto":
        return quality
    return "high" if azure and "mini" not in model.name else "medium"


def _fits(values: Mapping[str, Any], made: Wanted) -> None:
    """Refuse what does not go together."""
    model, still = made.model, made.format in ("gif", "svg")
    old = model.series == "dall-e"
    rules = (
        (made.n > model.most_images, "n", f"At most {model.most_images} images with this model."),
        (made.format == "svg" and made.n != 1, "n", "SVG output needs n=1."),
        (made.transparent and made.format not in ("png", "webp"), "background",
         f"Transparent background is not supported for {made.format} output."),
        ("output_compression" in values and made.format not in ("jpeg", "webp"), "output_compression",
         f"Compression less than 100 is not supported for {made.format} output."),
        (still and made.stream, "stream", f"Streaming is not supported for {made.format} output."),
        (made.partial_images > 0 and not made.stream, "partial_images", "partial_images needs stream=true."),
        (old and made.stream, "stream", "This model does not stream."),
        (any(name in values for name in _GIF_ONLY) and made.format != "gif", "frame_count",
         "Frames are only supported with output_format=gif."),
        ("complexity" in values and model.series != "2.6", "complexity", "This model has no complexity."),
        ("svg" in values and made.format != "svg", "svg", "svg needs output_format=svg."),
        ("response_format" in values and not old, "response_format", "Unknown parameter: 'response_format'."),
        ("style" in values and model.name != "dall-e-3", "style", "Unknown parameter: 'style'."),
        (values.get("input_fidelity") not in (None, *model.fidelity), "input_fidelity",
         "This model does not take that input_fidelity."),
    )  # fmt: skip
    for broken, param, message in rules:
        if broken:
            code = "unknown_parameter" if message.startswith("Unknown") else "invalid_value"
            raise bad(message, code=code, param=param)


def _files_fit(made: Wanted, media: Sequence[str]) -> None:
    if not made.model.edits:
        raise bad("This model does not edit images.", code="invalid_value", param="model")
    if not made.sources:
        raise bad("Missing required parameter: 'image'.", code="missing_required_parameter", param="image")
    most = 1 if made.model.series == "dall-e" else 16
    if len(made.sources) > most:
        message = f"Invalid 'image': too many images. Expected at most {most}, but got {len(made.sources)}."
        raise bad(message, code="array_above_max_length", param="image")
    for source in made.sources:
        _file_fits("image", source, media, _MOST_BYTES)
    if made.mask and made.markup:
        raise bad("mask and markup exclude each other.", code="invalid_value", param="markup")
    if made.mask:
        _file_fits("mask", made.mask, ("image/png",), _MOST_MASK_BYTES)
        if made.format == "gif":
            raise bad("GIF output does not support masks.", code="invalid_value", param="mask")
    if made.markup:
        _file_fits("markup", made.markup, ("image/png",), _MOST_BYTES)
        if not made.model.markup:
            raise bad("Unknown parameter: 'markup'.", code="unknown_parameter", param="markup")


def _file_fits(param: str, source: Source, media: Sequence[str], most: int) -> None:
    if source.media_type not in media:
        listed = ", ".join(f"'{one}'" for one in media)
        message = (
            f"Invalid file '{param}': unsupported mimetype ('{source.media_type}')."
            f" Supported file formats are {listed}."
        )
        raise bad(message, code="unsupported_file_mimetype", param=param)
    if len(source.data) >= most:
        message = f"Invalid file '{param}': the file is too large (maximum {most // 1024 // 1024} MB)."
        raise bad(message, code="file_too_large", param=param)
