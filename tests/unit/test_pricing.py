"""What pictures cost: the formulas against published tables, the bill and the estimate."""

from decimal import Decimal

import pytest

from bot.providers import Offer, Service, pricing
from bot.providers.catalogue import card_for
from bot.types import ImageRequest, Options, Usage


def offer(name: str) -> Offer:
    return Offer(name=name, card=card_for(name, Service.OPENAI), service=Service.OPENAI)


def request(prompts: tuple[str, ...] = ("a fox",), **options: object) -> ImageRequest:
    return ImageRequest(prompt="a fox", options=Options(**options), prompts=prompts)  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize(
    ("size", "two", "two_five"),
    [
        ("1024x1024", (196, 1756, 7024), (196, 439, 1756, 3122, 7024)),
        ("1536x1024", (158, 1372, 5488), (158, 343, 1372, 2459, 5488)),
        ("1536x864", (120, 1078, 4312), (120, 280, 1078, 1917, 4312)),
        ("2048x2048", (397, 3568, 14272), (397, 892, 3568, 6343, 14272)),
        ("2560x1440", (205, 1843, 7370), (205, 478, 1843, 3276, 7370)),
        ("3840x2160", (371, 3336, 13342), (371, 865, 3336, 5930, 13342)),
    ],
)
def test_the_formulas_give_the_known_tables(
    size: str, two: tuple[int, ...], two_five: tuple[int, ...]
) -> None:
    width, height = (int(side) for side in size.split("x"))
    qualities = ("low", "medium", "high", "xhigh", "max")
    assert tuple(pricing.series_two(one, width, height) for one in qualities[:3]) == two
    assert tuple(pricing.series_two_five(one, width, height) for one in qualities) == two_five


def test_a_turned_picture_costs_the_same() -> None:
    assert pricing.series_two("high", 1024, 1536) == pricing.series_two("high", 1536, 1024)


def test_series_one_has_three_shapes() -> None:
    shapes = ((1024, 1024), (1024, 1536), (1536, 1024))
    assert [pricing.series_one("medium", *shape) for shape in shapes] == [1056, 1584, 1568]


def test_the_estimate_of_2_6_is_not_under_what_was_measured() -> None:
    assert pricing.series_two_six("low", 1536, 1024) >= 664
    assert pricing.series_two_six("high", 1536, 1024) >= 1353
    assert pricing.series_two_six("medium", 1536, 1024) <= pricing.series_two_six("high", 1536, 1024)


def test_counted_tokens_are_billed_at_the_card_s_prices() -> None:
    usage = Usage(text_in=1000, image_in=2000, out=10_000)
    bill = pricing.cost(offer("gpt-image-2").card, usage, quality="high", size="1024x1024", count=1)
    assert bill == Decimal("0.321")


def test_a_model_billed_by_picture_is_billed_by_picture() -> None:
    card = offer("dall-e-3").card
    assert pricing.cost(card, Usage(), quality="hd", size="1792x1024", count=2) == Decimal("0.24")
    assert pricing.cost(card, Usage(), quality="hd", size="640x480", count=1) is None


def test_no_price_or_no_count_is_no_bill() -> None:
    minimal = card_for("sdxl", Service.SERVER)
    assert pricing.cost(minimal, Usage(out=5), quality="", size="1024x1024", count=1) is None
    assert pricing.cost(offer("gpt-image-2").card, Usage(), quality="", size="1024x1024", count=1) is None


def test_the_estimate_counts_every_picture() -> None:
    one = pricing.estimate(request(quality="medium", size="1024x1024"), offer("gpt-image-2"))
    many = pricing.estimate(
        request(("a fox",) * 3, quality="medium", size="1024x1024", n=2), offer("gpt-image-2")
    )
    assert one == Decimal("0.05269")
    assert many == Decimal("0.31611")


def test_previews_are_in_the_estimate() -> None:
    plain = pricing.estimate(request(quality="medium"), offer("gpt-image-2"))
    shown = pricing.estimate(request(quality="medium"), offer("gpt-image-2"), previews=2)
    assert plain is not None
    assert shown is not None
    assert shown - plain == Decimal("0.006")


def test_an_unsaid_quality_is_estimated_high_rather_than_low() -> None:
    unsaid = pricing.estimate(request(), offer("gpt-image-2"))
    assert unsaid == pricing.estimate(request(quality="high", size="1024x1024"), offer("gpt-image-2"))


def test_a_gif_is_billed_by_its_sheet() -> None:
    still = pricing.estimate(request(quality="low", size="720x720"), offer("gpt-image-2.6-flare"))
    moving = pricing.estimate(
        request(quality="low", size="720x720", format="gif", frames=16), offer("gpt-image-2.6-flare")
    )
    assert still is not None
    assert moving is not None
    assert moving > still * 2


def test_nobody_knows_what_an_svg_or_an_unknown_model_costs() -> None:
    assert pricing.estimate(request(format="svg"), offer("gpt-image-2.6-flare")) is None
    assert pricing.estimate(request(), offer("gpt-image-9")) is None


def test_a_picture_of_an_old_model_is_estimated_by_its_list() -> None:
    assert pricing.estimate(request(n=1), offer("dall-e-3")) == Decimal("0.04")
