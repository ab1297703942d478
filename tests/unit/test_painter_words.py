"""Words on the local painter's pictures: nothing is lost, too wide, or an empty box."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from bot.playground.painter import fonts, models, scene

SIZE = 20
LINEAR_A = "\U00010600\U00010601"


def test_letters_that_no_font_has_are_put_into_words() -> None:
    said = " ".join(fonts.drawable(f"a {LINEAR_A} fox", SIZE).split())
    assert said == "a (Linear words that no font on this machine can draw) fox"


def test_symbols_that_no_font_has_are_named() -> None:
    assert fonts.drawable("x\U0001d2e0", SIZE).strip() == "x (mayan numeral zero)"


def test_an_emojis_tone_and_joiners_are_not_named_by_themselves() -> None:
    assert "modifier" not in fonts.drawable("👋🏽", SIZE)
    assert "joiner" not in fonts.drawable("👩\u200d🚀", SIZE)


@settings(max_examples=60, deadline=None)  # the first use of a font takes its time
@given(st.text(alphabet="ab 狐、\n—é", max_size=200), st.integers(60, 400), st.integers(1, 8))
def test_lines_fit_and_lose_nothing_unless_they_say_so(text: str, room: int, most: int) -> None:
    drawable = fonts.drawable(text, SIZE)
    lines = fonts.wrap(drawable, SIZE, room, most)
    assert len(lines) <= most
    assert all(fonts.width(line.rstrip(), SIZE) <= room for line in lines)
    if not lines[-1].endswith("…"):
        assert "".join("".join(lines).split()) == "".join(drawable.split())


def test_what_is_written_is_seen() -> None:
    blank = Image.new("RGBA", (200, 40), (0, 0, 0, 255))
    picture = blank.copy()
    fonts.write(picture, (5, 5), "fox", SIZE, (255, 255, 255, 255))
    assert ImageChops.difference(blank.convert("RGB"), picture.convert("RGB")).getbbox()


@pytest.mark.parametrize(
    ("name", "quality", "size", "tokens"),
    [
        ("gpt-image-2", "medium", (1024, 1024), 1756),
        ("gpt-image-2", "high", (3840, 2160), 13342),
        ("gpt-image-2.5-flare", "medium", (1536, 864), 280),
        ("gpt-image-2.5-flare", "max", (1024, 1024), 7024),
        ("gpt-image-1.5", "high", (1024, 1536), 6240),
    ],
)
def test_tokens_are_the_published_ones(name: str, quality: str, size: tuple[int, int], tokens: int) -> None:
    assert models.out_tokens(models.MODELS[name], quality, *size) == tokens


def test_the_same_words_imagine_the_same_scene() -> None:
    assert scene.imagined("a fox") == scene.imagined("a fox")
    assert scene.imagined("a fox") != scene.imagined("a fox", 1)
