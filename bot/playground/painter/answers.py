"""What the Images API answers: the JSON body, the events of a stream, and their broken forms."""

import base64
import json
from collections.abc import Sequence
from typing import Any

from bot.playground.painter.faults import Fault, Trouble
from bot.playground.painter.models import PREVIEW_TOKENS, out_tokens, text_tokens
from bot.playground.painter.rules import Wanted

NOT_A_PICTURE = b"This is not a picture, though it came where one was promised."


def usage(wanted: Wanted, image_in: int, *, streamed: bool) -> dict[str, Any]:
    """Tokens by the published formulas."""
    text_in = text_tokens(wanted.prompt)
    each = out_tokens(wanted.model, wanted.quality, wanted.width, wanted.height)
    out = each * wanted.n + PREVIEW_TOKENS * wanted.partial_images
    counted = {
        "input_tokens": text_in + image_in,
        "input_tokens_details": {"text_tokens": text_in, "image_tokens": image_in},
        "output_tokens": out,
        "total_tokens": text_in + image_in + out,
    }
    return (
        counted if streamed else counted | {"output_tokens_details": {"image_tokens": out, "text_tokens": 0}}
    )


def spoiled(pictures: Sequence[bytes], fault: Fault | None) -> list[bytes]:
    """The pictures, as a service in trouble sends them."""
    match fault.trouble if fault else None:
        case Trouble.NOT_A_PICTURE:
            return [NOT_A_PICTURE for _ in pictures]
        case Trouble.TRUNCATED:
            return [picture[: len(picture) // 2] for picture in pictures]
        case Trouble.EMPTY:
            return []
        case _:
            return list(pictures)


def body(wanted: Wanted, pictures: Sequence[bytes], image_in: int, *, created: int) -> bytes:
    """The whole answer of a call without streaming."""
    answer: dict[str, Any] = {"created": created, "data": [_datum(wanted, one) for one in pictures]}
    if wanted.model.series != "dall-e":
        answer |= _common(wanted) | {"usage": usage(wanted, image_in, streamed=False)}
    if wanted.format == "svg":
        counts = {"input_tokens": text_tokens(wanted.prompt), "output_tokens": 900, "reasoning_tokens": 300}
        answer["svg_usage"] = {"model": "local", **counts, "total_tokens": sum(counts.values())}
    return json.dumps(answer).encode()


def partial(wanted: Wanted, picture: bytes, index: int, *, created: int) -> bytes:
    """The event of one partial image."""
    return _event(wanted, "partial_image", picture, {"created_at": created, "partial_image_index": index})


def completed(wanted: Wanted, picture: bytes, image_in: int, *, created: int) -> bytes:
    """The event of a finished image."""
    return _event(
        wanted,
        "completed",
        picture,
        {"created_at": created, "usage": usage(wanted, image_in, streamed=True)},
    )


def failed() -> bytes:
    """The event of a failure after the stream began."""
    error = {
        "type": "image_generation_server_error",
        "code": "image_generation_failed",
        "message": "Image generation failed.",
        "param": None,
    }
    return f"event: error\ndata: {json.dumps({'type': 'error', 'error': error})}\n\n".encode()


def _event(wanted: Wanted, name: str, picture: bytes, more: dict[str, Any]) -> bytes:
    kind = f"{'image_edit' if wanted.editing else 'image_generation'}.{name}"
    data = {"type": kind, "b64_json": _base64(picture), **_common(wanted), **more}
    return f"event: {kind}\ndata: {json.dumps(data)}\n\n".encode()


def _common(wanted: Wanted) -> dict[str, Any]:
    common = {
        "background": "transparent" if wanted.transparent else "opaque",
        "output_format": wanted.format,
        "quality": wanted.quality,
        "size": wanted.size,
    }
    return common | ({"safety_identifier": wanted.person} if wanted.person else {})


def _datum(wanted: Wanted, picture: bytes) -> dict[str, str]:
    datum = {"b64_json": _base64(picture)}
    if wanted.model.name == "dall-e-3":
        datum["revised_prompt"] = f"{wanted.prompt}, as a calm landscape"
    return datum


def _base64(picture: bytes) -> str:
    return base64.b64encode(picture).decode()
