"""What every image service has to keep of ``bot.providers.ImageModel``: the twin, and OpenAI by socket."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from typing import Protocol

import pytest
from PIL import Image

from bot.errors import ChatError, Fault, ImageServiceError
from bot.playground import painter
from bot.playground.painter import Painter, Trouble
from bot.providers import ImageModel, Offer, Order, catalogue
from bot.providers.openai import connect
from bot.settings import Settings
from bot.types import BlobKey, Options
from tests.fakes import FakeModel, picture

TROUBLES = {
    Fault.BLOCKED: Trouble.BLOCKED,
    Fault.BUSY: Trouble.RATE_LIMITED,
    Fault.BROKEN: Trouble.ERROR,
    Fault.QUOTA: Trouble.NO_QUOTA,
    Fault.ACCOUNT_BLOCKED: Trouble.ACCOUNT_BLOCKED,
    Fault.GARBAGE: Trouble.NOT_A_PICTURE,
}


class Studio(Protocol):
    """An image service, and what came to it."""

    model: ImageModel

    @property
    def calls(self) -> int: ...
    def will_fail(self, fault: Fault) -> None: ...


class Twin:
    """The twin that the stories play on."""

    def __init__(self) -> None:
        self.fake = FakeModel()
        self.model: ImageModel = self.fake
        self.fake.previews = [picture("png", 1), picture("png", 2)]

    @property
    def calls(self) -> int:
        return self.fake.paid

    def will_fail(self, fault: Fault) -> None:
        self.fake.will_fail(ImageServiceError(fault, "openai", "told to"))


class OverSockets:
    """The painter, through the SDK."""

    def __init__(self, model: ImageModel, local: Painter) -> None:
        self.model, self.painter = model, local

    @property
    def calls(self) -> int:
        return len(self.painter.calls)

    def will_fail(self, fault: Fault) -> None:
        self.painter.faults.on(TROUBLES[fault], times=None)


class Desk:
    """Orders, keeps and looks at previews; remembers what happened in turn."""

    def __init__(self, studio: Studio, offer: Offer) -> None:
        self.studio, self.offer = studio, offer
        self.kept: dict[BlobKey, tuple[bytes, str]] = {}
        self.events: list[str] = []

    def order(self, *, previews: int = 0, **options: int | str) -> Order:
        wanted = Options(size="1024x1024", quality="medium", **options)  # type: ignore[arg-type]  # passed through
        return Order(prompt="a fox", options=wanted, offer=self.offer, person="hashed", previews=previews)

    async def keep(self, data: bytes, media_type: str) -> BlobKey:
        key = BlobKey(f"blob-{len(self.kept)}")
        self.kept[key] = (data, media_type)
        self.events.append("kept")
        return key

    async def look(self, data: bytes) -> None:
        Image.open(BytesIO(data)).load()
        self.events.append("preview")


@asynccontextmanager
async def over_sockets(settings: Settings) -> AsyncIterator[Studio]:
    async with painter.serve(signed=False) as local:
        known = settings.model_copy(update={"openai_base_url": local.openai_url})
        (model,) = connect(known).values()
        yield OverSockets(model, local)
        await model.close()


@pytest.fixture(params=["twin", "openai"])
async def desk(request: pytest.FixtureRequest, settings: Settings) -> AsyncIterator[Desk]:
    offer = catalogue.menu(settings).default
    if request.param == "twin":
        yield Desk(Twin(), offer)
        return
    async with over_sockets(settings) as studio:
        yield Desk(studio, offer)


@pytest.mark.parametrize("n", [1, 3])
async def test_one_call_and_every_picture_is_kept_as_it_is(desk: Desk, n: int) -> None:
    painted = await desk.studio.model.paint(desk.order(n=n), desk.keep, None)
    assert desk.studio.calls == 1
    assert [picture.blob for picture in painted.pictures] == list(desk.kept)
    assert len(desk.kept) == n
    for one in painted.pictures:
        data, media_type = desk.kept[one.blob]
        assert Image.open(BytesIO(data)).size == (one.width, one.height)
        assert (len(data), media_type, "a fox") == (one.size, one.media_type, one.prompt)


async def test_the_account_names_model_and_service(desk: Desk) -> None:
    painted = await desk.studio.model.paint(desk.order(), desk.keep, None)
    assert (painted.model, painted.service) == (desk.offer.card.name, desk.studio.model.service.value)
    assert painted.usage.out > 0
    assert painted.cost
    assert painted.seconds > 0


async def test_the_format_is_the_one_that_was_ordered(desk: Desk) -> None:
    painted = await desk.studio.model.paint(desk.order(format="jpeg"), desk.keep, None)
    ((data, media_type),) = desk.kept.values()
    assert (painted.pictures[0].media_type, media_type) == ("image/jpeg", "image/jpeg")
    assert Image.open(BytesIO(data)).format == "JPEG"


async def test_previews_come_before_the_end(desk: Desk) -> None:
    await desk.studio.model.paint(desk.order(previews=2), desk.keep, desk.look)
    before = desk.events.index("kept")
    assert 1 <= before <= 2
    assert desk.events == ["preview"] * before + ["kept"]
    assert desk.studio.calls == 1


async def test_a_preview_that_cannot_be_shown_does_not_cost_the_picture(desk: Desk) -> None:
    async def refused(_: bytes) -> None:
        desk.events.append("refused")
        raise ChatError("update", "fatal_error")

    painted = await desk.studio.model.paint(desk.order(previews=2), desk.keep, refused)
    assert "refused" in desk.events
    assert (len(painted.pictures), desk.studio.calls) == (1, 1)


@pytest.mark.parametrize("fault", TROUBLES)
async def test_a_fault_is_named_after_one_call_and_keeps_nothing(desk: Desk, fault: Fault) -> None:
    desk.studio.will_fail(fault)
    with pytest.raises(ImageServiceError) as raised:
        await desk.studio.model.paint(desk.order(), desk.keep, None)
    assert (raised.value.fault, raised.value.service) == (fault, desk.studio.model.service.value)
    assert (desk.studio.calls, desk.kept) == (1, {})


async def test_pictures_that_cannot_be_kept_are_not_painted_again(desk: Desk) -> None:
    async def full(_: bytes, __: str) -> BlobKey:
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space left"):
        await desk.studio.model.paint(desk.order(), full, None)
    assert desk.studio.calls == 1


async def test_a_check_is_no_call_to_paint(desk: Desk) -> None:
    assert await desk.studio.model.check(desk.offer)
    assert desk.studio.calls == 0
