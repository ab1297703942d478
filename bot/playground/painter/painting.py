"""One call's pictures, from what is wanted to signed bytes. Slow: call these in a thread."""

from dataclasses import replace
from io import BytesIO
from typing import Protocol

from PIL import Image

from bot.playground.painter import drawing, editing, encoding, models, scene
from bot.playground.painter.drawing import Caption
from bot.playground.painter.editing import Given
from bot.playground.painter.models import image_tokens
from bot.playground.painter.refusals import RefusalError, bad
from bot.playground.painter.rules import Source, Wanted
from bot.playground.painter.scene import Scene


class Signs(Protocol):
    """What puts content credentials into a picture (``signing.Signer``)."""

    def sign(self, data: bytes, media_type: str, *, edited: bool) -> bytes:
        """The same picture with its manifest."""


def looked_at(wanted: Wanted, *, thoroughly: bool = True) -> tuple[Wanted, int]:
    """Check that the sources are pictures and fit each other; then the size is known, and the input tokens.

    ``thoroughly``: decode them, too. Raises ``RefusalError``.
    """
    sizes = [
        _opened(f"image {number}", "image", source).size if thoroughly else _size(number, source)
        for number, source in enumerate(wanted.sources, 1)
    ]
    if wanted.mask:
        _refuse_mask(wanted.mask, sizes[0])
    if wanted.markup:
        markup = _opened("markup", "markup", wanted.markup)
        if markup.size != sizes[0] or not editing.see_through(markup):
            message = "Invalid markup: it needs the image's size and transparent pixels."
            raise bad(message, code="invalid_value", param="markup")
    if wanted.auto_size:
        width, height = models.size_like(wanted.model, *sizes[0])
        wanted = replace(wanted, width=width, height=height)
    return wanted, sum(image_tokens(*size) for size in sizes)


def _refuse_mask(source: Source, size: tuple[int, int]) -> None:
    try:
        with Image.open(BytesIO(source.data)) as mask:
            found, bands = mask.size, mask.getbands()
            mask.load()
    except _NO_PICTURE as error:
        raise _no_picture("mask", "mask") from error
    if found != size:
        message = "Invalid mask image format - mask size does not match image size."
        raise bad(message, code="invalid_mask_image_format", param="mask")
    if "A" not in bands:
        message = "Invalid mask image format - mask image missing alpha channel."
        raise bad(message, code="invalid_mask_image_format", param="mask")


def painted(wanted: Wanted, signer: Signs | None) -> list[bytes]:
    """The finished pictures."""
    return [_signed(_painted(wanted, variant), wanted, signer) for variant in range(wanted.n)]


def previews(wanted: Wanted, count: int) -> list[bytes]:
    """Partial images of the first picture, from a haze to nearly done; not signed."""
    if not count:
        return []
    picture, region = _art(wanted, scene.imagined(wanted.prompt))
    return [
        encoding.still(
            editing.unfinished(picture, (index + 1) / (count + 1), region), wanted.format, wanted.compression
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
        phases = [_art(wanted, view, frame / wanted.frames) for frame in range(wanted.frames)]
        frames = [editing.captioned(picture, caption, region) for picture, region in phases]
        return encoding.moving(frames, wanted.frame_ms)
    picture, region = _art(wanted, view)
    return encoding.still(editing.captioned(picture, caption, region), wanted.format, wanted.compression)


def _art(wanted: Wanted, view: Scene, phase: float = 0) -> tuple[Image.Image, Image.Image | None]:
    """The picture without words, and where it was painted on a picture that was there before."""
    if not wanted.editing:
        drawn = drawing.landscape(
            view, wanted.width, wanted.height, phase=phase, transparent=wanted.transparent
        )
        return drawn, None
    size = (wanted.width, wanted.height)
    given = Given(
        sources=[_opened("image", "image", source) for source in wanted.sources],
        mask=_opened_mask(wanted.mask) if wanted.mask else None,
        markup=_opened("markup", "markup", wanted.markup) if wanted.markup else None,
        fidelity=wanted.fidelity,
    )
    return editing.edited(view, size, given), editing.region_of(given, size)


def _caption(wanted: Wanted) -> Caption:
    return Caption(prompt=wanted.prompt, facts=f"{wanted.model.name} · {wanted.size} · {wanted.quality}")


_NO_PICTURE = (OSError, SyntaxError, ValueError, Image.DecompressionBombError)


def _opened(what: str, param: str, source: Source) -> Image.Image:
    try:
        return editing.opened(source.data)
    except _NO_PICTURE as error:
        raise _no_picture(what, param) from error


def _opened_mask(source: Source) -> Image.Image:
    return Image.open(BytesIO(source.data)).convert("RGBA")


def _size(number: int, source: Source) -> tuple[int, int]:
    try:
        return editing.looked_at(source.data)
    except _NO_PICTURE as error:
        raise _no_picture(f"image {number}", "image") from error


def _no_picture(what: str, param: str) -> RefusalError:
    message = f"Invalid image file or mode for {what}, please check your image file."
    return bad(message, code="invalid_image_file", param=param)


def _signed(data: bytes, wanted: Wanted, signer: Signs | None) -> bytes:
    return signer.sign(data, wanted.media_type, edited=wanted.editing) if signer else data
