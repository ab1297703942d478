"""Outside the region every pixel is the original's: for every mode, size, turn, mask and feather."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageCms, ImageDraw

from bot.pixels.composite import POOR_SEAM, composite, same_outside, weights
from bot.pixels.opening import look, upright
from bot.pixels.regions import draw, from_area
from bot.types import Region, Zone
from tests.photos import exif, opened, photo, saved

CENTRE = Region(zones=(Zone.CENTRE,))


def blob(size: tuple[int, int], seed: int) -> Image.Image:
    """An area of a few shapes, as somebody might have painted it."""
    grain = photo(size, "L", seed=seed)
    return grain.point([0] * 110 + [255] * 146)


def outside_equal(original: Image.Image, result: Image.Image, area: Image.Image) -> bool:
    """Whether every pixel outside is the same, looked at one by one and not as the code under test does."""
    one, other = original.convert("RGBA").tobytes(), result.convert("RGBA").tobytes()
    inside = area.tobytes()
    return all(
        one[4 * at : 4 * at + 4] == other[4 * at : 4 * at + 4] for at in range(len(inside)) if not inside[at]
    )


@settings(max_examples=80, deadline=None)
@given(
    mode=st.sampled_from(["1", "L", "LA", "P", "RGB", "RGBA"]),
    edited_mode=st.sampled_from(["L", "RGB", "RGBA"]),
    size=st.tuples(st.integers(1, 70), st.integers(1, 70)),
    edited_size=st.none() | st.tuples(st.integers(1, 70), st.integers(1, 70)),
    seed=st.integers(0, 5),
    feather=st.integers(0, 40),
)
def test_outside_the_region_every_pixel_is_the_originals(
    mode: str,
    edited_mode: str,
    size: tuple[int, int],
    edited_size: tuple[int, int] | None,
    seed: int,
    feather: int,
) -> None:
    original, area = photo(size, mode), blob(size, seed)
    edited = saved("PNG", photo(edited_size or size, edited_mode, seed=9))
    done = composite(saved("PNG", original), edited, from_area(area).mask, feather=feather)
    result = opened(done.data)
    assert (result.size, done.width, done.height) == (size, *size)
    assert done.outside_kept
    assert outside_equal(original, result, area)
    assert 0 <= done.seam <= 1


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_turned_original_comes_back_upright(kind: str, turn: int) -> None:
    original = saved(kind, photo((64, 40)), exif=exif(turn))
    seen = look(original)
    width, height = seen.upright
    drawn = draw(CENTRE, width=width, height=height)
    done = composite(original, saved("PNG", photo((width, height), seed=3)), drawn.mask)
    area = opened(drawn.mask).getchannel("A").point([255] + [0] * 255)
    assert opened(done.data).size == (width, height)
    assert outside_equal(upright(seen), opened(done.data), area)


@pytest.mark.parametrize(
    "original",
    [
        saved("JPEG", photo((64, 40), "CMYK")),
        saved("PNG", photo((64, 40), "L").convert("I").point(lambda value: value * 257).convert("I;16")),
        saved("GIF", photo((64, 40), "P")),
        saved("AVIF", photo((64, 40))),
    ],
    ids=["cmyk", "16 bit", "gif", "avif"],
)
def test_the_original_is_what_its_file_decodes_to(original: bytes) -> None:
    drawn = draw(CENTRE, width=64, height=40)
    result = opened(composite(original, saved("PNG", photo((64, 40), seed=3)), drawn.mask, feather=4).data)
    area = opened(drawn.mask).getchannel("A").point([255] + [0] * 255)
    assert outside_equal(upright(look(original)), result, area)


def test_inside_the_region_it_is_the_edited_picture() -> None:
    edited = photo((64, 40), seed=3)
    mask = draw(CENTRE, width=64, height=40).mask
    done = opened(composite(saved("PNG", photo((64, 40))), saved("PNG", edited), mask).data)
    inside = (16, 10, 48, 30)
    assert done.crop(inside).tobytes() == edited.crop(inside).tobytes()


def test_another_size_of_the_edited_picture_is_scaled_to_its_place() -> None:
    edited = photo((480, 320), seed=3)
    mask = draw(CENTRE, width=960, height=640).mask
    done = opened(composite(saved("PNG", photo((960, 640))), saved("PNG", edited), mask).data)
    inside = (240, 160, 720, 480)
    wanted = edited.resize((960, 640), Image.Resampling.LANCZOS).crop(inside)
    different = ImageChops.difference(done.crop(inside), wanted)
    assert max(high for _, high in different.getextrema()) <= 2  # type: ignore[misc]  # three bands: three pairs


def test_a_clear_edit_is_clear_in_an_opaque_original() -> None:
    clear = saved("PNG", Image.new("RGBA", (64, 40), (0, 0, 0, 0)))
    done = opened(
        composite(saved("PNG", photo((64, 40))), clear, draw(CENTRE, width=64, height=40).mask).data
    )
    assert done.mode == "RGBA"
    assert [done.getchannel("A").getpixel(at) for at in [(32, 20), (2, 2)]] == [0, 255]


def test_no_region_is_the_original() -> None:
    original = photo((64, 40))
    done = composite(
        saved("PNG", original), saved("PNG", photo(seed=2)), draw(Region(), width=64, height=40).mask
    )
    assert opened(done.data).tobytes() == original.tobytes()
    assert (done.outside_kept, done.seam) == (True, 0)


def test_the_originals_profile_is_kept() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    original = saved("JPEG", photo((64, 40)), icc_profile=profile)
    done = composite(original, saved("PNG", photo((64, 40))), draw(CENTRE, width=64, height=40).mask)
    assert opened(done.data).info["icc_profile"] == profile


@pytest.mark.parametrize(("at", "channel"), [((0, 0), 0), ((63, 39), 2), ((15, 20), 3), ((48, 20), 1)])
def test_one_changed_pixel_outside_is_found(at: tuple[int, int], channel: int) -> None:
    before = photo((64, 40), "RGBA")
    area = Image.new("L", (64, 40), 0)
    area.paste(255, (16, 10, 48, 30))
    bands = list(before.split())
    bands[channel].putpixel(at, 255 - bands[channel].getpixel(at))  # type: ignore[operator]  # one band: a number
    assert not same_outside(before, Image.merge("RGBA", bands), area)
    inside = before.copy()
    inside.paste("red", (16, 10, 48, 30))
    assert same_outside(before, inside, area)


# -- the soft edge ----------------------------------------------------------------------------------


def test_the_edge_rises_inside_over_the_feather() -> None:
    area = Image.new("L", (100, 9), 0)
    ImageDraw.Draw(area).rectangle((40, 0, 99, 8), fill=255)
    row = list(weights(area, 10).crop((0, 4, 100, 5)).tobytes())
    assert row[:40] == [0] * 40
    assert row[50:] == [255] * 50
    assert row[40:50] == sorted(row[40:50])
    assert 100 < row[45] < 170


@pytest.mark.parametrize("width", [1, 2, 3, 5, 9])
def test_a_stroke_narrower_than_the_feather_does_not_vanish(width: int) -> None:
    area = Image.new("L", (120, 60), 0)
    pen = ImageDraw.Draw(area)
    pen.rectangle((10, 10, 10 + width - 1, 50), fill=255)
    pen.rectangle((60, 5, 110, 55), fill=255)
    soft = weights(area, 12)
    assert soft.crop((10, 10, 10 + width, 51)).getextrema()[1] == 255
    assert soft.getpixel((85, 30)) == 255


@pytest.mark.parametrize("feather", [0, 7, 60])
def test_strips_leave_no_trace(feather: int) -> None:
    size = (40, 1400)
    area = blob(size, 3)
    black, white = (saved("PNG", Image.new("RGB", size, colour)) for colour in ("black", "white"))
    done = opened(composite(black, white, from_area(area).mask, feather=feather).data)
    assert done.getchannel(0).tobytes() == weights(area, feather).tobytes()


# -- the seam ---------------------------------------------------------------------------------------


def seam(edited: Image.Image) -> float:
    original = photo((480, 320))
    mask = draw(CENTRE, width=480, height=320).mask
    return composite(saved("PNG", original), saved("PNG", edited), mask).seam


def test_a_model_that_kept_the_surroundings_leaves_no_seam() -> None:
    edited = photo((480, 320))
    edited.paste("red", (120, 80, 360, 240))
    assert seam(edited) == 0


def test_new_grain_is_no_seam() -> None:
    again = opened(saved("JPEG", photo((480, 320)), quality=70))
    noise = Image.effect_noise((480, 320), 8)
    grained = ImageChops.add(again, Image.merge("RGB", (noise,) * 3), offset=-128)
    assert seam(grained) < POOR_SEAM / 2


@pytest.mark.parametrize("shift", [24, 60])
def test_other_colours_around_the_region_are_a_poor_seam(shift: int) -> None:
    assert seam(photo((480, 320)).point(lambda value: min(255, value + shift))) > POOR_SEAM


def test_moved_surroundings_are_a_poor_seam() -> None:
    assert seam(ImageChops.offset(photo((480, 320)), 24, 0)) > POOR_SEAM


def test_a_result_is_a_whole_png() -> None:
    mask = draw(CENTRE, width=64, height=40).mask
    done = composite(saved("JPEG", photo((64, 40))), saved("WEBP", photo((64, 40))), mask)
    Image.open(io.BytesIO(done.data), formats=("PNG",)).verify()
