"""One call of the Images API: ``generate`` from words, or ``edit`` with files, read as they are sent."""

from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from typing import IO, Any

from openai import AsyncAPIResponse
from openai.resources.images import AsyncImagesWithStreamingResponse

from bot.providers import InputFile, Order

File = tuple[str, IO[bytes], str]
"""Name, contents and media type: bytes without a name are refused (``unsupported_file_mimetype``)."""

_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}


@asynccontextmanager
async def called(
    images: AsyncImagesWithStreamingResponse, order: Order, said: dict[str, Any]
) -> AsyncIterator[AsyncAPIResponse[Any]]:
    """Make the call; its answer is read inside the block."""
    if not order.sources:
        async with images.generate(**said) as response:
            yield response
        return
    with ExitStack() as open_files:
        sources = [_file(open_files, one, f"image-{n}") for n, one in enumerate(order.sources, start=1)]
        beside = {"mask": order.mask, "markup": order.markup}
        files: dict[str, Any] = {n: _file(open_files, one, n) for n, one in beside.items() if one}
        # One file goes as ``image``: compatible servers and older API versions know no list.
        files["image"] = sources if len(sources) > 1 else sources[0]
        async with images.edit(**files, **said) as response:
            yield response


def _file(stack: ExitStack, one: InputFile, name: str) -> File:
    contents = stack.enter_context(one.path.open("rb"))
    return f"{name}.{_ENDINGS.get(one.media_type, 'png')}", contents, one.media_type
