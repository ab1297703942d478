"""Paints through the Images API with the ``openai`` SDK: OpenAI, Azure OpenAI and compatible servers.

Nothing is repeated here: a POST that is sent again can be billed again (see ``policy``).
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import httpx2  # what the SDK speaks through: errors while a body is read are its own
import openai
import structlog

from bot.errors import Fault, ImageServiceError
from bot.providers import (
    ImageModel,
    Keep,
    Offer,
    Order,
    Preview,
    Service,
    answers,
    faults,
    parameters,
    pricing,
    uploads,
)
from bot.providers.allowance import rest
from bot.providers.answers import Body, CutOffError, Desks, NotAnAnswerError
from bot.providers.catalogue import UNNAMED
from bot.providers.entra import TokenSource
from bot.providers.fetch import Fetcher, FetchFailedError, FetchRefusedError
from bot.providers.previews import Previews
from bot.providers.reach import Reach, reaches
from bot.settings import Settings
from bot.types import Painted, Picture

log = structlog.get_logger()

CHECK_SECONDS = 20.0
_NEVER_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol)
_MOST_TALK = 1 << 20
"""Bytes of an answer beside its pictures."""


class OpenAIImages:
    """One image service, whatever its kind: an ``ImageModel``."""

    def __init__(self, reach: Reach, *, seconds: float, desks: Desks) -> None:
        self.service = reach.service
        self._reach = reach
        self._seconds = seconds
        self._desks = desks
        self._fetcher = Fetcher(reach.base, reach.key, seconds)

    async def paint(self, order: Order, keep: Keep, preview: Preview | None) -> Painted:
        """Make one call; its pictures are checked and kept before this returns.

        Raises ``ImageServiceError``.
        """
        began = time.monotonic()
        previews = Previews(preview, self._desks)
        try:
            async with self._within(self._seconds) as clock:
                answer, pictures = await self._call(order, keep, previews, clock)
            await previews.settle()
        finally:
            await previews.stop()
        return _painted(order, self.service, answer, pictures, time.monotonic() - began)

    async def check(self, offer: Offer) -> str:
        """Ask about the model without painting; what the service said. Raises ``ImageServiceError``."""
        client = self._reach.client(offer.name)
        async with self._within(CHECK_SECONDS):
            match self.service:
                case Service.OPENAI:
                    return await _check_model(client, offer.name)
                case Service.AZURE:
                    return await _check_deployment(client, offer.name, names_model=self._reach.names_model)
                case Service.SERVER:
                    return await _check_server(client, offer.name)

    async def close(self) -> None:
        """Let go of connections and credentials."""
        await self._fetcher.close()
        await self._reach.close()
        self._desks.close()

    async def _call(
        self, order: Order, keep: Keep, previews: Previews, clock: asyncio.Timeout
    ) -> tuple[dict[str, Any], list[Picture]]:
        client = self._reach.client(order.offer.name)
        said = parameters.sent(order, names_model=self._reach.names_model)
        most = answers.MOST_PICTURE * 4 // 3 * order.options.n + _MOST_TALK
        async with uploads.called(client.images.with_streaming_response, order, said) as response:
            ready = response.headers.get("content-type", "").startswith("application/json")
            body = Body(response.iter_bytes(), self._desks, most, ready=ready)
            try:
                answer = await self._answer(body, previews)
                clock.reschedule(None)  # it is here and paid for: keeping it may take its time
                answer["rest"] = rest({name.lower(): said for name, said in response.headers.items()})
                return answer, await self._pictures(answer, order, keep)
            finally:
                body.done()

    async def _answer(self, body: Body, previews: Previews) -> dict[str, Any]:
        """The document, or the last event of a stream brought into the document's form."""
        if not await body.is_stream():
            document = await body.document()
            if document.get("error"):
                raise self._said(None, document, {})
            return document
        async for event in body.events():
            kind = answers.word(event, "type")
            if event.get("error") or kind == "error":
                raise self._said(None, event, {})
            if kind.endswith(".completed"):
                event["data"] = [{"b64_json": event.pop("b64_json", None)}]
                return event
            if kind.endswith(".partial_image"):
                await previews.offer(event.pop("b64_json", None))
        raise CutOffError("the stream ended without a picture")

    async def _pictures(self, answer: dict[str, Any], order: Order, keep: Keep) -> list[Picture]:
        """Check and keep one after the other, so that few are in memory; a bad one is left out."""
        items = answer.pop("data", None)
        if not isinstance(items, list) or not items:
            raise NotAnAnswerError("no pictures in the answer")
        pictures: list[Picture] = []
        fault: Exception | None = None
        del items[order.options.n :]
        if isinstance(items[0], dict):
            answer["revised_prompt"] = items[0].get("revised_prompt")
        while items:
            try:
                picture = await self._checked(items.pop(0))
            except (NotAnAnswerError, FetchRefusedError, FetchFailedError) as error:
                fault = error
                continue
            facts, size = picture.facts, len(picture.data)
            blob = await keep(picture.data, facts.media_type)
            del picture
            pictures.append(
                Picture(
                    blob=blob,
                    media_type=facts.media_type,
                    width=facts.width,
                    height=facts.height,
                    size=size,
                    prompt=order.prompt,
                )
            )
        if fault:
            if not pictures:
                raise fault
            log.warning("some of the pictures were none", cause=str(fault))
        return pictures

    async def _checked(self, item: object) -> answers.Checked:
        if not isinstance(item, dict):
            raise NotAnAnswerError("a picture that is no object")
        encoded, url = item.pop("b64_json", None), item.get("url")
        if isinstance(encoded, (str, memoryview)) and encoded:
            return await self._desks.work(answers.checked, encoded)
        if not isinstance(url, str) or not url:
            raise NotAnAnswerError("a picture with neither bytes nor address")
        found = url if url.startswith("data:") else await self._fetcher.get(url)
        return await self._desks.work(answers.checked, found)

    # -- errors ------------------------------------------------------------------------------------

    def _said(self, status: int | None, body: object, headers: dict[str, str]) -> ImageServiceError:
        reply = faults.Reply(status=status, body=body, headers=headers)
        return faults.fault_of(reply, self.service.value, now=datetime.now(UTC))

    def _plain(self, fault: Fault, detail: str) -> ImageServiceError:
        return faults.plain(fault, self.service.value, detail)

    @asynccontextmanager
    async def _within(self, seconds: float) -> AsyncIterator[asyncio.Timeout]:
        """A time limit on the service, and none on what else may time out inside (``keep``)."""
        clock = asyncio.timeout(seconds)
        try:
            with self._mapped():
                async with clock:
                    yield clock
        except TimeoutError as error:
            if not clock.expired():
                raise
            raise self._plain(Fault.TIMEOUT, f"no answer within {seconds:g} s") from error

    @contextmanager
    def _mapped(self) -> Iterator[None]:
        """Every error of the SDK and of the answer ends here as an ``ImageServiceError``."""
        try:
            yield
        except openai.APIStatusError as error:
            headers = {name.lower(): value for name, value in error.response.headers.items()}
            raise self._said(error.status_code, _body(error.response), headers) from error
        except openai.APIConnectionError as error:
            raise self._lost(error.__cause__ or error) from error
        except httpx2.HTTPError as error:
            raise self._lost(error) from error
        except (openai.OpenAIError, CutOffError) as error:
            raise self._plain(Fault.BROKEN, f"{type(error).__name__}: the answer broke off") from error
        except (NotAnAnswerError, FetchRefusedError, FetchFailedError) as error:
            # A picture whose address cannot be fetched was painted: another call would be paid again.
            raise self._plain(Fault.GARBAGE, str(error)) from error

    def _lost(self, cause: BaseException) -> ImageServiceError:
        name = type(cause).__name__
        if isinstance(cause, _NEVER_SENT):
            return self._plain(Fault.UNREACHED, f"{name}: the service was not reached; nothing was sent")
        return self._plain(Fault.BROKEN, f"{name}: the connection broke while the picture was made")


def _body(response: httpx2.Response) -> object:
    try:
        return response.json()
    except ValueError:
        return response.text


def _painted(
    order: Order, service: Service, answer: dict[str, Any], pictures: list[Picture], seconds: float
) -> Painted:
    card, usage, first = order.offer.card, answers.usage_of(answer), pictures[0]
    quality = answers.word(answer, "quality")
    priced = "svg_usage" not in answer and first.media_type != "image/svg+xml"  # its author has no price here
    size = f"{first.width}x{first.height}"
    asked = order.options.quality or ""
    return Painted(
        pictures=tuple(pictures),
        model=card.name,
        service=service.value,
        quality="" if quality == "auto" else quality,
        revised_prompt=answers.word(answer, "revised_prompt"),
        usage=usage,
        cost=pricing.cost(card, usage, quality=asked, size=size, count=len(pictures)) if priced else None,
        seconds=seconds,
        rest=answer["rest"],
    )


# -- proofs that cost nothing -----------------------------------------------------------------------


async def _check_model(client: openai.AsyncOpenAI, name: str) -> str:
    try:
        model = await client.models.retrieve(name)
    except openai.NotFoundError as error:
        if error.code == "model_not_found":
            raise
        return "answers, but has no list of models"
    return f"has {name}, which shuts down on {model.shutdown_date}" if model.shutdown_date else f"has {name}"


async def _check_deployment(client: openai.AsyncOpenAI, name: str, *, names_model: bool) -> str:
    """A call without a prompt: refused for that alone where key and deployment are right."""
    with suppress(openai.BadRequestError, openai.UnprocessableEntityError, openai.RateLimitError):
        await client.post("/images/generations", body={"model": name} if names_model else {}, cast_to=object)
    return f"has the deployment {name}"


async def _check_server(client: openai.AsyncOpenAI, name: str) -> str:
    try:
        models = [model.id async for model in await client.models.list()]
    except openai.NotFoundError:
        return "answers, but has no list of models"
    if not models or name == UNNAMED:
        return "answers"
    return (
        f"has {name}"
        if name in models
        else f"answers, but does not list {name}; it lists {', '.join(models[:5])}"
    )


def connect(settings: Settings, token: TokenSource | None = None) -> dict[Service, ImageModel]:
    """Every configured service; ``token`` stands in for Entra ID. Raises ``ConfigError``."""
    desks = Desks()
    return {
        reach.service: OpenAIImages(reach, seconds=settings.imagine_timeout, desks=desks)
        for reach in reaches(settings, token)
    }
