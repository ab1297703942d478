"""One image server on loopback, one bot's settings, and one call at a time through the real SDK."""

from collections.abc import Sequence
from typing import Any

from pydantic import SecretStr

from bot.providers import ImageModel, InputFile, Offer, Order, catalogue
from bot.providers.openai import connect
from bot.settings import Settings
from bot.types import BlobKey, Options, Painted
from tests.wire.images_server import Call, ImagesServer


class Shelf:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.kept: list[tuple[bytes, str]] = []

    async def keep(self, data: bytes, media_type: str) -> BlobKey:
        self.kept.append((data, media_type))
        return BlobKey(f"blob-{len(self.kept)}")


class Bench:
    """One server, one bot's settings, one paint at a time."""

    def __init__(self, server: ImagesServer) -> None:
        self.server = server
        self.shelf = Shelf()
        self.previews: list[bytes] = []
        self.models: list[ImageModel] = []

    def settings(self, **values: Any) -> Settings:
        return Settings(_env_file=None, **values)

    def openai(self, **values: Any) -> Settings:
        key = SecretStr("sk-test")
        return self.settings(openai_api_key=key, openai_base_url=self.server.url + "/v1", **values)

    def compatible(self, **values: Any) -> Settings:
        return self.settings(imagine_server_url=self.server.url, **values)

    def azure(self, **values: Any) -> Settings:
        deployments = "my paint=gpt-image-2"
        return self.settings(azure_openai_endpoint=self.server.url, imagine_models=deployments, **values)

    def model(self, settings: Settings, token: Any = None) -> tuple[ImageModel, Offer]:
        offer = catalogue.menu(settings).default
        model = connect(settings, token)[offer.service]
        self.models.append(model)
        return model, offer

    async def paint(
        self,
        settings: Settings,
        *,
        prompt: str = "a fox",
        previews: int = 0,
        token: Any = None,
        sources: Sequence[InputFile] = (),
        mask: InputFile | None = None,
        **options: Any,
    ) -> Painted:
        model, offer = self.model(settings, token)
        order = Order(
            prompt=prompt,
            options=Options(**options),
            offer=offer,
            person="hashed-person",
            previews=previews,
            sources=tuple(sources),
            mask=mask,
        )
        return await model.paint(order, self.shelf.keep, self.show)

    async def show(self, data: bytes) -> None:
        self.previews.append(data)

    @property
    def call(self) -> Call:
        (call,) = self.server.calls
        return call
