"""What people send, as a model takes it: untouched if possible, never with a place in it, never a crash."""

import io
import random
import struct
import tracemalloc
import zlib
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageCms, ImageOps, PngImagePlugin

from bot.pixels.arriving import Change, Prepared, prepare
from bot.pixels.opening import Reason, Unusable, fitting, look, size_of, upright
from tests.photos import PLACE, exif, opened, photo, saved

TAKEN = frozenset({"image/png", "image/jpeg", "image/webp"})


def prepared(
    data: bytes,
    *,
    accepts: frozenset[str] = TAKEN,
    max_bytes: int = 10_000_000,
    max_pixels: int = 8_000_000,
    max_side: int = 4000,
) -> Prepared:
    return prepare(data, accepts=accepts, max_bytes=max_bytes, max_pixels=max_pixels, max_side=max_side)


def heic(image: Image.Image, **options: object) -> bytes:
    pillow_heif = pytest.importorskip("pillow_heif", reason="pillow-heif belongs to the extra `heic`")
    pillow_heif.register_heif_opener()
    return saved("HEIF", image, quality=90, **options)


def difference(one: Image.Image, other: Image.Image) -> float:
    """The mean over all pixels, of 255."""
    assert one.size == other.size
    histogram = ImageChops.difference(one.convert("RGB"), other.convert("RGB")).convert("L").histogram()
    return sum(level * count for level, count in enumerate(histogram)) / sum(histogram)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


# -- as it is ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA", "LA"])
def test_what_the_model_takes_goes_as_it_is(kind: str, mode: str) -> None:
    mode = mode.removesuffix("A") if kind == "JPEG" else mode
    data = saved(kind, photo(mode=mode))
    got = prepared(data)
    assert (got.data, got.changes) == (data, frozenset())
    assert (got.media_type, got.width, got.height) == (f"image/{kind.lower()}", 160, 120)


def test_a_profile_and_credentials_do_not_stop_a_picture() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    plain = saved("PNG", icc_profile=profile)
    signed = plain[:33] + chunk(b"caBX", b"a manifest") + plain[33:]
    assert prepared(signed).data == signed


# -- cleaned ----------------------------------------------------------------------------------------


def with_text(place: bytes) -> PngImagePlugin.PngInfo:
    note = PngImagePlugin.PngInfo()
    note.add_text("Where", place.decode())
    note.add_itxt("XML:com.adobe.xmp", f"<x>{place.decode()}</x>")
    return note


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_where_a_photo_was_made_is_cut_out_without_touching_its_pixels(kind: str) -> None:
    xmp = b"<x>" + PLACE + b"</x>"
    notes: dict[str, dict[str, object]] = {
        "PNG": {"pnginfo": with_text(PLACE)},
        "JPEG": {"comment": PLACE, "xmp": xmp},
        "WEBP": {"xmp": xmp},
    }
    data = saved(kind, photo(), exif=exif(place=True), **notes[kind])
    assert PLACE in data
    got = prepared(data)
    assert got.changes == {Change.CLEANED}
    assert PLACE not in got.data
    assert not opened(got.data).getexif()
    assert opened(got.data).tobytes() == opened(data).tobytes()
    assert kind != "WEBP" or got.data[20] & 0x0C == 0  # the header's word for Exif and XMP


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_the_colour_profile_outlives_the_cleaning(kind: str) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    got = prepared(saved(kind, exif=exif(place=True), icc_profile=profile))
    assert opened(got.data).info["icc_profile"] == profile


def test_credentials_go_where_the_file_is_not_the_same_any_more() -> None:
    plain = saved("PNG", pnginfo=with_text(PLACE))
    signed = plain[:33] + chunk(b"caBX", b"a manifest") + plain[33:]
    assert b"caBX" not in prepared(signed).data


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_what_follows_a_picture_is_dropped(kind: str) -> None:
    data = saved(kind)
    got = prepared(data + b"PK\x03\x04 a second file <script>")
    assert got.data == data
    assert got.changes == {Change.TRIMMED}


def test_a_phones_second_picture_is_dropped() -> None:
    two = saved("MPO", photo(), save_all=True, append_images=[photo(seed=2)])
    got = prepared(two)
    assert got.changes == {Change.CLEANED, Change.TRIMMED}
    assert opened(got.data).format == "JPEG"
    assert len(got.data) < len(two) * 2 / 3


# -- turned -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF"])
@pytest.mark.parametrize("turn", range(2, 9))
def test_a_picture_is_turned_as_its_exif_says(kind: str, turn: int) -> None:
    data = saved(kind, photo(), exif=exif(turn))
    wanted = ImageOps.exif_transpose(opened(data))
    got = prepared(data)
    assert got.changes >= ({Change.CLEANED} if kind == "TIFF" else {Change.CLEANED, Change.TURNED})
    assert (got.width, got.height) == wanted.size == opened(got.data).size == size_of(data)
    assert not opened(got.data).getexif()
    assert difference(opened(got.data), wanted) < 3


# -- converted --------------------------------------------------------------------------------------


def frames() -> list[Image.Image]:
    return [photo(seed=2), photo(seed=3)]


@pytest.mark.parametrize(
    ("data", "wanted", "change"),
    [
        (saved("GIF", photo(mode="P")), photo(mode="P"), Change.CONVERTED),
        (saved("GIF", save_all=True, append_images=frames()), photo(), Change.FIRST_FRAME),
        (saved("PNG", save_all=True, append_images=frames()), photo(), Change.FIRST_FRAME),
        (saved("WEBP", save_all=True, append_images=frames(), lossless=True), photo(), Change.FIRST_FRAME),
        (saved("TIFF", save_all=True, append_images=frames()), photo(), Change.FIRST_FRAME),
        (saved("BMP"), photo(), Change.CONVERTED),
        (saved("TIFF", compression="tiff_lzw"), photo(), Change.CONVERTED),
        (saved("AVIF", quality=95), photo(), Change.CONVERTED),
        (saved("PNG", photo(mode="P")), photo(mode="P"), Change.CONVERTED),
        (saved("PNG", photo(mode="1")), photo(mode="1"), Change.CONVERTED),
        (saved("JPEG", photo(mode="CMYK")), photo(), Change.CONVERTED),
    ],
    ids=[
        "gif",
        "film",
        "apng",
        "webp-film",
        "pages",
        "bmp",
        "tiff",
        "avif",
        "palette",
        "two colours",
        "cmyk",
    ],
)
def test_other_kinds_are_converted(data: bytes, wanted: Image.Image, change: Change) -> None:
    got = prepared(data)
    assert change in got.changes
    assert got.media_type in TAKEN
    image = opened(got.data)
    assert image.mode in ("L", "RGB", "RGBA")
    assert getattr(image, "n_frames", 1) == 1
    assert difference(image, wanted) < 12


def test_a_phones_heic_is_converted_turned_and_cleaned() -> None:
    data = heic(photo(), exif=exif(6, place=True).tobytes())
    got = prepared(data)
    assert got.changes >= {Change.CONVERTED, Change.CLEANED}
    assert (got.media_type, got.width, got.height) == ("image/jpeg", 120, 160)
    assert PLACE not in got.data
    assert difference(opened(got.data), photo().transpose(Image.Transpose.ROTATE_270)) < 8


@pytest.mark.parametrize("mode", ["I;16", "I;16B", "I", "F"])
def test_deep_greys_keep_their_look(mode: str) -> None:
    levels = [0, 64, 128, 255]
    deep = Image.new("I", (4, 1))
    deep.putdata([level * 257 for level in levels])
    kind = "PNG" if mode == "I;16" else "TIFF"
    got = opened(prepared(saved(kind, deep.convert("F") if mode == "F" else deep.convert(mode))).data)
    assert list(got.convert("L").get_flattened_data()) == levels


def test_sixteen_bits_a_channel_become_eight() -> None:
    header = struct.pack(">IIBBBBB", 2, 1, 16, 2, 0, 0, 0)
    row = b"\0" + struct.pack(">6H", 0x1234, 0x8000, 0xFFFF, 0, 0x00FF, 0xFF00)
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(row)), chunk(b"IEND", b"")]
    got = prepared(b"\x89PNG\r\n\x1a\n" + b"".join(parts))
    assert got.changes == {Change.CONVERTED}
    assert got.data[24] == 8
    assert list(opened(got.data).get_flattened_data()) == [(0x12, 0x80, 0xFF), (0, 0, 0xFF)]


def test_what_is_clear_stays_clear() -> None:
    image = photo(mode="RGBA")
    got = prepared(saved("TIFF", image))
    assert opened(got.data).tobytes() == image.tobytes()


def test_what_is_clear_becomes_white_where_only_jpeg_goes() -> None:
    clear = Image.new("RGBA", (40, 30), (0, 0, 0, 0))
    got = prepared(saved("PNG", clear), accepts=frozenset({"image/jpeg"}))
    assert got.changes == {Change.CONVERTED, Change.FLATTENED}
    assert opened(got.data).getpixel((5, 5)) == (255, 255, 255)


def test_alpha_that_hides_nothing_is_no_reason_for_png() -> None:
    got = prepared(saved("WEBP", photo().convert("RGBA"), lossless=True), accepts=frozenset({"image/jpeg"}))
    assert got.media_type == "image/jpeg"
    assert got.changes == {Change.CONVERTED}


def test_a_profile_that_does_not_fit_its_cmyk_is_left_alone() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    got = opened(prepared(saved("JPEG", photo(mode="CMYK"), icc_profile=profile)).data)
    assert "icc_profile" not in got.info
    assert difference(got, photo()) < 12


# -- shrunk -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_too_many_pixels_are_made_fewer(kind: str) -> None:
    data = saved(kind, photo((800, 600)))
    got = prepared(data, max_pixels=120_000)
    assert Change.SHRUNK in got.changes
    assert 100_000 < got.width * got.height <= 120_000
    assert abs(got.width * 3 - got.height * 4) < 8
    assert difference(opened(got.data), photo((800, 600)).resize((got.width, got.height))) < 9


def test_too_long_a_side_is_made_shorter() -> None:
    got = prepared(saved("JPEG", photo((800, 600)), exif=exif(6)), max_side=400)
    assert (got.width, got.height) == (300, 400)
    assert got.changes == {Change.SHRUNK, Change.TURNED, Change.CLEANED}


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_too_many_bytes_are_made_fewer(kind: str, mode: str) -> None:
    data = saved(kind, photo((600, 400), mode), **({"lossless": True} if kind == "WEBP" else {}))
    got = prepared(data, max_bytes=60_000)
    assert len(got.data) <= 60_000 < len(data)
    assert got.changes & {Change.SHRUNK, Change.CONVERTED}


def test_what_cannot_be_made_light_enough_is_told() -> None:
    with pytest.raises(Unusable) as told:
        prepared(saved("PNG"), max_bytes=20)
    assert told.value.reason is Reason.TOO_HEAVY


@given(st.integers(1, 9000), st.integers(1, 9000), st.integers(1, 5000), st.integers(1, 20_000_000))
def test_a_size_fits_its_bounds(width: int, height: int, side: int, pixels: int) -> None:
    wide, high = fitting(width, height, max_side=side, max_pixels=pixels)
    assert 1 <= wide <= min(width, side)
    assert 1 <= high <= min(height, side)
    assert wide * high <= pixels or 1 in (wide, high)


# -- refused ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.EMPTY),
        (b"<!DOCTYPE html><html><title>Sign in</title>", Reason.PAGE),
        (b"\xef\xbb\xbf \n<HTML>", Reason.PAGE),
        (b'{"ok": false, "error": "not_authed"}', Reason.PAGE),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', Reason.SVG),
        (b"%PDF-1.7 and so on", Reason.UNKNOWN),
        (b"\0\0\0\x18ftypmp42\0\0\0\0isommp42 a film", Reason.UNKNOWN),
        (saved("PNG")[:-30], Reason.BROKEN),
        (saved("JPEG")[:3000], Reason.BROKEN),
        (saved("WEBP")[:-30], Reason.BROKEN),
        (saved("BMP")[:-30], Reason.BROKEN),
        (saved("AVIF")[:-300], Reason.BROKEN),
        (b"\xff\xd8\xff\xe0", Reason.BROKEN),
        (b"\x89PNG\r\n\x1a\n", Reason.BROKEN),
    ],
)
def test_what_is_no_picture_is_named(data: bytes, reason: Reason) -> None:
    with pytest.raises(Unusable) as told:
        prepared(data)
    assert told.value.reason is reason


def bombs() -> list[bytes]:
    header = struct.pack(">IIBBBBB", 8_000, 7_000, 1, 0, 0, 0, 0)
    png = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 9_000_000))
        + chunk(b"IEND", b"")
    )
    gif = bytearray(saved("GIF", photo(mode="P")))
    gif[6:10] = struct.pack("<HH", 60_000, 60_000)
    bmp = bytearray(saved("BMP"))
    bmp[18:26] = struct.pack("<ii", 40_000, 40_000)
    return [png, bytes(gif), bytes(bmp)]


@pytest.mark.parametrize("data", bombs(), ids=["png", "gif", "bmp"])
def test_a_bomb_is_refused_before_it_is_decoded(data: bytes) -> None:
    tracemalloc.start()
    with pytest.raises(Unusable) as told:
        prepared(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert told.value.reason is Reason.TOO_LARGE
    assert peak < 2_000_000


def test_a_bomb_in_a_text_chunk_is_never_inflated() -> None:
    plain = saved("PNG")
    bomb = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"\0" * 50_000_000))
    got = prepared(plain[:33] + bomb + plain[33:])
    assert got.data == plain
    assert got.changes == {Change.CLEANED}


# -- fuzz -------------------------------------------------------------------------------------------

REAL = [
    saved("PNG", photo(mode="RGBA"), exif=exif(6, place=True)),
    saved("PNG", photo(mode="P"), save_all=True, append_images=[photo(mode="P", seed=2)]),
    saved("JPEG", exif=exif(3, place=True), progressive=True),
    saved("JPEG", photo(mode="CMYK")),
    saved("MPO", save_all=True, append_images=[photo(seed=2)]),
    saved("WEBP", photo(mode="RGBA"), exif=exif(8, place=True)),
    saved("GIF", photo(mode="P"), save_all=True, append_images=[photo(mode="P", seed=2)]),
    saved("BMP"),
    saved("TIFF", compression="tiff_lzw", exif=exif(5)),
    saved("TIFF", compression="jpeg"),
    saved("AVIF"),
]


def mutated(data: bytes, dice: random.Random) -> bytes:
    """A few bytes changed, most near the beginning; now and then a piece cut out, doubled or cut off."""
    broken = bytearray(data)
    for _ in range(dice.choice((1, 2, 8, 40))):
        reach = dice.choice((64, 512, len(broken)))
        broken[dice.randrange(min(reach, len(broken)))] = dice.randrange(256)
    start, end = sorted(dice.randrange(len(broken)) for _ in range(2))
    match dice.randrange(6):
        case 0:
            del broken[start:end]
        case 1:
            broken[start:start] = broken[start:end]
        case 2:
            del broken[start:]
        case _:
            pass
    return bytes(broken)


@pytest.mark.parametrize("number", range(len(REAL)))
@pytest.mark.filterwarnings("ignore")  # Pillow warns of broken metadata; nobody asked
def test_a_broken_file_ends_in_a_picture_or_in_a_reason(number: int) -> None:
    dice = random.Random(number)
    for _ in range(60):
        data = mutated(REAL[number], dice)
        start = perf_counter()
        try:
            got = prepared(data)
        except Unusable:
            pass
        else:
            assert opened(got.data).size == (got.width, got.height)
        assert perf_counter() - start < 2


@pytest.mark.filterwarnings("ignore")  # as above
def test_a_broken_heic_ends_in_a_picture_or_in_a_reason() -> None:
    real, dice = heic(photo(), exif=exif(6, place=True).tobytes()), random.Random(99)
    for _ in range(60):
        try:
            got = prepared(mutated(real, dice))
        except Unusable:
            continue
        assert opened(got.data).size == (got.width, got.height)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"", *(real[:40] for real in REAL)]))
def test_any_bytes_end_in_a_picture_or_in_a_reason(data: bytes, beginning: bytes) -> None:
    try:
        prepared(beginning + data)
    except Unusable:
        return


# -- pixels the right way up ------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_pixels_are_the_files_own(mode: str) -> None:
    image = photo(mode=mode) if mode != "I;16" else photo(mode="L").convert("I").convert("I;16")
    got = upright(look(saved("PNG", image)))
    wanted = {"1": "L", "P": "RGB", "I;16": "L"}.get(mode, mode)
    assert got.mode == wanted
    if mode != "I;16":
        assert got.tobytes() == image.convert(wanted).tobytes()


def test_a_large_jpeg_is_never_decoded_whole() -> None:
    data = saved("JPEG", photo((64, 48)).resize((4800, 3600)))
    seen = look(data)
    start = perf_counter()
    small = upright(seen, max_side=400)
    reduced = perf_counter() - start
    upright(seen)
    assert small.size == (400, 300)
    assert reduced < perf_counter() - start - reduced
    assert io.BytesIO(data).getvalue() == data
