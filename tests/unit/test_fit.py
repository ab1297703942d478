"""What each model can do against what was asked."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import sizes
from bot.commands.fit import Fitted, fit, prompt_too_long
from bot.providers import Menu, Service
from bot.types import Options
from tests.unit.asking import MENU, OPTIONS, offer, speaks


def fitted(said: Options, model: str = "gpt-image-2.6-sunburst", service: Service = Service.OPENAI) -> Fitted:
    return fit(said, Menu(offers=(offer(model, service),)))


def refused(
    said: Options, model: str = "gpt-image-2.6-sunburst"
) -> tuple[str, dict[str, str | int], Options]:
    """The one fault's key and values, and the options that go instead."""
    result = fitted(said, model)
    (misfit,) = result.misfits
    assert speaks(misfit.text)
    return misfit.text.key, misfit.text.values, result.options


@pytest.mark.parametrize(
    ("ar", "model", "size"),
    [
        ("1:1", "gpt-image-2", "1024x1024"),
        ("3:2", "gpt-image-2", "1536x1024"),
        ("2:3", "gpt-image-2", "1024x1536"),
        ("16:9", "gpt-image-2", "1536x864"),
        ("9:16", "gpt-image-2", "864x1536"),
        ("4:3", "gpt-image-2", "1408x1056"),
        ("21:9", "gpt-image-2", "1568x672"),
        ("3:1", "gpt-image-2", "1776x592"),
        ("3:2", "gpt-image-1.5", "1536x1024"),
        ("1.5:1", "gpt-image-1.5", "1536x1024"),
        ("16:9", "dall-e-3", "1792x1024"),
        ("1:1", "dall-e-2", "1024x1024"),
        ("16:9", "some-server-model", "1536x864"),
    ],
)
def test_a_ratio_becomes_the_model_s_nearest_size(ar: str, model: str, size: str) -> None:
    service = Service.SERVER if model == "some-server-model" else Service.OPENAI
    result = fitted(Options(ar=ar), model, service)
    assert (result.options, result.misfits) == (Options(ar=ar, size=size), ())


@given(st.integers(1, 300), st.integers(1, 300))
def test_every_ratio_within_the_rule_gets_a_legal_size_of_about_that_shape(width: int, height: int) -> None:
    card = MENU.default.card
    size = sizes.for_ratio(f"{width}:{height}", card)
    if max(width, height) > 3 * min(width, height):
        assert size is None
        return
    assert size is not None
    assert sizes.legal(size, card)
    assert 1_000_000 <= sizes.sides(size)[0] * sizes.sides(size)[1] <= 1_600_000
    off = Fraction(*sizes.sides(size)) / Fraction(width, height)
    assert 0.98 < off < 1.02


def test_a_ratio_that_a_fixed_size_model_has_not_is_refused_with_those_it_has() -> None:
    key, values, instead = refused(Options(ar="16:9"), "gpt-image-1.5")
    assert (key, values["values"]) == ("refuse.ratio", "1:1, 3:2, 2:3")
    assert instead == Options(ar="3:2", size="1536x1024")


def test_a_ratio_that_is_too_long_is_refused_with_the_bounds() -> None:
    key, values, instead = refused(Options(ar="5:1"))
    assert (key, values["steepest"]) == ("refuse.ratio_steep", 3)
    assert instead == Options(ar="3:1", size="1776x592")


@pytest.mark.parametrize(
    ("size", "near"),
    [
        ("1000x1000", "1008x1008"),
        ("512x512", "816x816"),
        ("1920x1080", "1920x1088"),
        ("8000x8000", "2880x2880"),
        ("5000x100", "1392x480"),
        ("1x1", "816x816"),
    ],
)
def test_a_size_against_the_rule_is_refused_with_the_nearest_legal_one(size: str, near: str) -> None:
    key, values, instead = refused(Options(size=size))
    assert key == "refuse.size_rule"
    assert sizes.legal(str(values["near"]), MENU.default.card)
    assert (values["near"], instead.size) == (near, near)


def test_a_size_that_is_not_listed_is_refused_with_the_list() -> None:
    key, values, instead = refused(Options(size="1920x1080"), "gpt-image-1.5")
    assert (key, values["near"], instead.size) == ("refuse.size", "1536x1024", "1536x1024")
    assert values["values"] == "auto, 1024x1024, 1536x1024, 1024x1536"


@pytest.mark.parametrize(
    ("name", "model", "size"),
    [
        ("square", "gpt-image-2", "1024x1024"),
        ("landscape", "gpt-image-2", "1536x1024"),
        ("portrait", "gpt-image-1.5", "1024x1536"),
        ("landscape", "dall-e-3", "1792x1024"),
        ("square", "dall-e-2", "1024x1024"),
        ("auto", "gpt-image-1.5", "auto"),
        ("auto", "gpt-image-2", "auto"),
        ("auto", "dall-e-3", None),
    ],
)
def test_sizes_have_names(name: str, model: str, size: str | None) -> None:
    result = fitted(Options(size=name), model)
    assert (result.options.size, result.misfits) == (size, ())


def test_a_name_the_model_has_no_size_for_is_refused() -> None:
    assert refused(Options(size="landscape"), "dall-e-2")[0] == "refuse.size"


def test_any_size_is_passed_on_to_a_model_nobody_knows() -> None:
    result = fitted(Options(size="640x360"), "some-server-model", Service.SERVER)
    assert (result.options.size, result.misfits) == ("640x360", ())


def test_size_and_ratio_do_not_go_together_unless_they_agree() -> None:
    key, _, instead = refused(Options(size="1024x1024", ar="16:9"))
    assert (key, instead) == ("refuse.size_and_ratio", Options(size="1024x1024"))
    assert fitted(Options(size="1536x864", ar="16:9")).misfits == ()


@pytest.mark.parametrize(
    ("said", "model", "key", "instead"),
    [
        (Options(quality="ultra"), "gpt-image-2", "refuse.choice", Options()),
        (Options(quality="max"), "gpt-image-2", "refuse.choice", Options()),
        (Options(quality="high"), "dall-e-2", "refuse.not_offered", Options()),
        (Options(format="gif"), "gpt-image-2", "refuse.choice", Options()),
        (Options(complexity="low"), "gpt-image-2", "refuse.not_offered", Options()),
        (
            Options(background="transparent", format="jpeg"),
            "gpt-image-2",
            "refuse.transparent",
            Options(format="jpeg"),
        ),
        (Options(compression=50), "gpt-image-2", "refuse.compression", Options()),
        (
            Options(compression=50, format="png"),
            "gpt-image-2",
            "refuse.compression",
            Options(format="png"),
        ),
        (Options(compression=50), "dall-e-3", "refuse.not_offered", Options()),
        (Options(frames=9), "gpt-image-2.6-sunburst", "refuse.only_gif", Options()),
        (Options(delay=90), "gpt-image-2", "refuse.not_offered", Options()),
        (Options(n=2), "dall-e-3", "refuse.too_many_at_once", Options(n=1)),
        (Options(n=2, format="svg"), "gpt-image-2.6-sunburst", "refuse.svg_one", Options(format="svg")),
    ],
)
def test_what_the_model_cannot_do_is_refused(said: Options, model: str, key: str, instead: Options) -> None:
    found, values, options = refused(said, model)
    assert (found, options) == (key, instead)
    assert values["model"] == model


@pytest.mark.parametrize(
    "said",
    [
        Options(),
        Options(quality="max", format="webp", compression=0, background="transparent", moderation="low"),
        Options(format="gif", frames=16, delay=10, complexity="high", n=10),
        Options(format="svg", private=True),
        Options(size="3840x2160"),
    ],
)
def test_what_the_model_can_do_passes_untouched(said: Options) -> None:
    assert fitted(said) == Fitted(offer=offer("gpt-image-2.6-sunburst"), options=said)


def test_azure_has_no_webp() -> None:
    (misfit,) = fitted(Options(format="webp"), "gpt-image-2", Service.AZURE).misfits
    assert misfit.text.values["values"] == "png, jpeg"


def test_auto_is_what_a_model_without_that_option_does_anyway() -> None:
    assert fitted(Options(quality="auto", background="auto"), "dall-e-2") == fitted(Options(), "dall-e-2")


def test_an_unknown_model_is_refused_with_those_there_are() -> None:
    result = fit(Options(model="midjourney", quality="max"), MENU)
    (misfit,) = result.misfits
    assert (result.offer, result.options) == (MENU.default, Options(quality="max"))
    assert "gpt-image-1.5, dall-e-3" in str(misfit.text.values["values"])


def test_a_model_is_called_by_the_name_people_type() -> None:
    deployment = replace(offer("gpt-image-2", Service.AZURE), name="our-painter")
    (misfit,) = fit(Options(quality="ultra"), Menu(offers=(deployment,))).misfits
    assert misfit.text.values["model"] == "our-painter"


def test_a_prompt_may_be_as_long_as_the_model_s_limit_and_no_longer() -> None:
    assert prompt_too_long(("x" * 32_000,), MENU.default) is None
    text = prompt_too_long(("x", "x" * 32_003), MENU.default)
    assert text is not None
    assert (text.values["length"], text.values["limit"], text.values["over"]) == (32_003, 32_000, 3)


@given(OPTIONS, st.sampled_from(MENU.offers))
def test_what_has_been_fitted_fits(said: Options, chosen: object) -> None:
    once = fit(replace(said, model=getattr(chosen, "name", None)), MENU)
    assert all(speaks(misfit.text) for misfit in once.misfits)
    again = fit(once.options, MENU)
    assert (again.options, again.misfits) == (once.options, ())
