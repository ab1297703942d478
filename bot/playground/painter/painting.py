"""One call's pictures, from what is wanted to signed bytes. Slow: call these in a thread."""

from dataclasses import replace
from io import BytesIO
from typing import Protocol

from PIL import Image

from bot.playground.painter import drawing, encoding, scene
from bot.playground.painter.drawing import Caption
from bot.playground.painter.models import image_tokens
from bot.playground.painter.refusals import bad
from bot.playground.painter.rules import Source, Wanted
from bot.playground.painter.scene import Scene


class Signs(Protocol):
    """What puts content credentials into a picture (``signing.Signer``)."""

    def sign(self, data: bytes, media_type: str, *, edited: bool) -> bytes:
        """The same picture with its manifest."""


def looked_at(wanted: Wanted) -> int:
    """Check that the sources fit each other; the input tokens they count. Raises ``RefusalError``."""
    pictures = [_opened("image", source) for source in wanted.sources]
    if wanted.mask:
        mask = Image.open(BytesIO(wanted.mask.data))
        if mask.size != pictures[0].size:
            message = "Invalid mask image format - mask size does not match image size."
            raise bad(message, code="invalid_mask_image_format", param="mask")
        if "A" not in mask.getbands():
            message = "Invalid mask image format - mask image missing alpha channel."
            raise bad(message, code="invalid_mask_image_format", param="mask")
    if wanted.markup:
        markup = _opened("markup", wanted.markup)
        if markup.size != pictures[0].size or not drawing.see_through(markup):
            message = "Invalid markup: it needs the image's size and transparent pixels."
            raise bad(message, code="invalid_value", param="markup")
    return sum(image_tokens(*picture.size) for picture in pictures)


def painted(wanted: Wanted, signer: Signs | None) -> list[bytes]:
    """The finished pictures."""
    return [_signed(_painted(wanted, variant), wanted, signer) for variant in range(wanted.n)]


def previews(wanted: Wanted, count: int) -> list[bytes]:
    """Partial images of the first picture, from a haze to nearly done; not signed."""
    if not count:
        return []
    picture = _art(wanted, scene.imagined(wanted.prompt))
    return [
        encoding.still(
            drawing.unfinished(picture, (index + 1) / (count + 1)), wanted.format, wanted.compression
        )
        for index in range(count)
    ]


def halved(wanted: Wanted) -> Wanted:
    """The same in half the size, for a service that paints something else than it was asked."""
    return replace(wanted, width=wanted.width // 2, height=wanted.height // 2)


def _painted(wanted: Wanted, variant: int) -> bytes:
    view, caption = scene.imagined(wanted.prompt, variant), _caption(wanted)
    if wanted.format == "svg":
        return encoding.vector(view, wanted.width, wanted.height, caption)
    if wanted.format == "gif":
        phases = [frame / wanted.frames for frame in range(wanted.frames)]
        return encoding.moving(
            [drawing.captioned(_art(wanted, view, phase), caption) for phase in phases], wanted.frame_ms
        )
    return encoding.still(drawing.captioned(_art(wanted, view), caption), wanted.format, wanted.compression)


def _art(wanted: Wanted, view: Scene, phase: float = 0) -> Image.Image:
    if not wanted.editing:
        return drawing.landscape(
            view, wanted.width, wanted.height, phase=phase, transparent=wanted.transparent
        )
    return drawing.edited(
        view,
        (wanted.width, wanted.height),
        [_opened("image", source) for source in wanted.sources],
        _opened("mask", wanted.mask) if wanted.mask else None,
        _opened("markup", wanted.markup) if wanted.markup else None,
    )


def _caption(wanted: Wanted) -> Caption:
    return Caption(prompt=wanted.prompt, facts=f"{wanted.model.name} · {wanted.size} · {wanted.quality}")


def _opened(param: str, source: Source) -> Image.Image:
    try:
        return drawing.opened(source.data)
    except (OSError, Image.DecompressionBombError) as error:
        message = f"Invalid image file or mode for '{param}', please check your image file."
        raise bad(message, code="invalid_image_file", param=param) from error


def _signed(data: bytes, wanted: Wanted, signer: Signs | None) -> bytes:
    return signer.sign(data, wanted.media_type, edited=wanted.editing) if signer else data
