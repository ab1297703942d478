"""What counts as a picture, and that nothing broken, huge or outside gets through."""

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot import pixels, svg
from bot.pixels import PictureFacts, PixelError, check, preview_png


def drawn(size: tuple[int, int] = (64, 48), mode: str = "RGB") -> Image.Image:
    noise = Image.effect_noise(size, 80)
    return Image.merge("RGB", (noise, noise.rotate(90), noise)).convert(mode)


def saved(kind: str, image: Image.Image | None = None, **options: object) -> bytes:
    out = io.BytesIO()
    (image or drawn()).save(out, kind, **options)
    return out.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, rows: bytes, *, end: bool = True) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"") if end else b""]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


NAMESPACE = b'xmlns="http://www.w3.org/2000/svg"'
SVG = b'<svg %s viewBox="0 0 120 60"><rect width="120" height="60" fill="lime"/></svg>' % NAMESPACE


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (saved("PNG"), "image/png"),
        (saved("PNG", drawn(mode="RGBA")), "image/png"),
        (saved("PNG", drawn(mode="P")), "image/png"),
        (saved("PNG", drawn(mode="1")), "image/png"),
        (saved("JPEG"), "image/jpeg"),
        (saved("JPEG", drawn(mode="CMYK")), "image/jpeg"),
        (saved("JPEG", progressive=True), "image/jpeg"),
        (saved("WEBP"), "image/webp"),
        (saved("GIF", save_all=True, append_images=[drawn(), drawn()]), "image/gif"),
    ],
)
def test_a_whole_picture_tells_what_it_is(data: bytes, media_type: str) -> None:
    assert check(data) == PictureFacts(media_type=media_type, width=64, height=48)


def test_an_svg_is_as_large_as_its_view_box() -> None:
    assert check(SVG) == PictureFacts(media_type="image/svg+xml", width=120, height=60)
    plain = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="30px" height="40"/>'
    assert check(plain).height == 40


@pytest.mark.parametrize(
    ("said", "width", "height"),
    [
        ('width="210mm" height="297mm"', 794, 1123),
        ('width="2in" height="1.5in"', 192, 144),
        ('width="72pt" height="6pc"', 96, 96),
        ('viewBox="0 0 0 10" width="30" height="20"', 30, 20),
        ('viewBox="nonsense"', 300, 150),
        ('viewBox="0 0 100 100" width="2in" height="8in"', 100, 100),
        ('width="1e+2" height="+50"', 100, 50),
        ('width="100%" height="100%"', 300, 150),
        ('width="10ın" height="10"', 300, 150),
        (f'width="{"1" * 100_000}x" height="{" " * 100_000}1"', 300, 150),
        ("", 300, 150),
    ],
)
def test_an_svg_that_says_its_size_otherwise_is_a_picture_too(said: str, width: int, height: int) -> None:
    data = f'<svg xmlns="http://www.w3.org/2000/svg" {said}><circle r="40" fill="red"/></svg>'
    assert check(data.encode()) == PictureFacts(media_type="image/svg+xml", width=width, height=height)
    with Image.open(io.BytesIO(preview_png(data.encode(), "image/svg+xml"))) as preview:
        assert abs(preview.width / preview.height - width / height) < 0.01
        assert preview.convert("RGBA").getpixel((0, 0)) == (255, 0, 0, 255)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("share", [0.3, 0.7, 0.98])
def test_a_cut_off_picture_is_refused(kind: str, share: float) -> None:
    data = saved(kind)
    with pytest.raises(PixelError):
        check(data[: int(len(data) * share)])


def test_a_png_without_its_end_is_refused() -> None:
    assert check(png(2, 1, b"\0\1\2")).width == 2
    with pytest.raises(PixelError):
        check(png(2, 1, b"\0\1\2", end=False))


def test_a_gif_cut_off_in_a_later_frame_is_refused() -> None:
    data = saved("GIF", save_all=True, append_images=[drawn(), drawn(), drawn()])
    with pytest.raises(PixelError):
        check(data[: len(data) * 3 // 4])


@pytest.mark.parametrize("rows", [b"\0\1", b"\0\1\2\3"])
def test_a_png_with_too_few_or_too_many_pixels_is_refused(rows: bytes) -> None:
    with pytest.raises(PixelError):
        check(png(2, 1, rows))


def test_a_png_that_inflates_beyond_its_header_is_refused_while_it_does() -> None:
    with pytest.raises(PixelError, match="more pixels than its header says"):
        check(png(2, 1, bytes(1 << 20)))


def test_a_checksum_that_is_wrong_is_noticed_in_any_part() -> None:
    note = bytearray(chunk(b"tEXt", b"Author\0a fox"))
    note[-1] ^= 0xFF
    whole = png(2, 1, b"\0\1\2")
    with pytest.raises(PixelError, match="broken"):
        check(whole[:-12] + bytes(note) + whole[-12:])


def test_a_changed_byte_is_noticed() -> None:
    data = bytearray(saved("PNG"))
    data[len(data) // 2] ^= 0xFF
    with pytest.raises(PixelError):
        check(bytes(data))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html><body>Sign in</body></html>",
        b'{"error": "no"}',
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"%PDF-1.7",
    ],
)
def test_what_is_not_a_picture_is_refused(data: bytes) -> None:
    with pytest.raises(PixelError):
        check(data)


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(PixelError):
        check(png(60_000, 60_000, b""))
    with pytest.raises(PixelError, match="9600000 pixels"):
        check(png(4000, 2400, b""))


def test_the_largest_picture_of_the_services_is_accepted() -> None:
    assert check(png(3840, 2160, bytes(2160 * 3841))).width == 3840


@given(st.binary(max_size=200))
def test_no_bytes_are_too_odd(data: bytes) -> None:
    for start in (b"", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"GIF89a", b"\xff\xd8\xff", b"<svg "):
        with pytest.raises(PixelError):
            check(start + data)


# -- SVG --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"<svg",
        b"<svg viewBox='0 0 10 10'>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<svg viewBox='0 0 0 10'/>",
        b"<svg width='100%' height='100%'/>",
        b"<?xml version='1.0' encoding='nonsense'?><svg viewBox='0 0 1 1'/>",
        b"<!DOCTYPE svg [<!ENTITY a 'aaaa'>]><svg viewBox='0 0 1 1'>&a;</svg>",
        b"<?xml version='1.0'?><html><svg viewBox='0 0 1 1'/></html>",
    ],
)
def test_an_svg_that_is_broken_or_declares_entities_is_refused(data: bytes) -> None:
    with pytest.raises(PixelError):
        check(data)


def test_nothing_active_or_outside_is_left_in_a_cleaned_svg() -> None:
    dirty = b"""<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
      viewBox="0 0 9 9" onload="alert(1)"><script>alert(2)</script><style>@import url(http://evil/a.css);</style>
      <style>.a { fill: red }</style><foreignObject><b>x</b></foreignObject><image href="file:///etc/hostname"/>
      <image xlink:href="http://evil/p.png"/><image href="data:image/svg+xml;base64,AAAA"/>
      <rect style="fill:url(http://evil/#x)" fill="url(#ok)" class="a"/><use href="#r"/>
      <image href="data:image/png;base64,AAAA"/><text>a &lt; b</text></svg>"""
    clean = svg.cleaned(dirty)
    assert not [
        word for word in ("alert", "evil", "file:", "<b", "svg+xml", "onload", "@import") if word in clean
    ]
    kept = ('fill="url(#ok)"', ".a { fill: red }", 'href="#r"', "data:image/png", "a &lt; b")
    assert [word for word in kept if word not in clean] == []


# -- previews ---------------------------------------------------------------------------------------


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data), formats=("PNG",))


def test_a_webp_preview_is_a_png_that_says_it_is_derived() -> None:
    preview = opened(preview_png(saved("WEBP", drawn(mode="RGBA")), "image/webp"))
    assert preview.size == (64, 48)
    assert preview.info["Description"] == pixels.DERIVED


def test_a_large_preview_is_made_smaller() -> None:
    assert opened(preview_png(saved("WEBP", drawn((3000, 100))), "image/webp")).width == pixels.PREVIEW_SIDE


def test_an_svg_preview_is_drawn() -> None:
    preview = opened(preview_png(SVG, "image/svg+xml"))
    assert preview.size == (1536, 768)
    assert preview.convert("RGB").getpixel((700, 300)) == (0, 255, 0)


def test_a_prefix_that_svgs_forget_to_declare_does_no_harm() -> None:
    forgetful = SVG.replace(b"<rect", b'<use xlink:href="#r"/><rect')
    preview = opened(preview_png(forgetful, "image/svg+xml"))
    assert preview.convert("RGB").getpixel((700, 300)) == (0, 255, 0)


def test_an_svg_that_asks_for_endless_work_is_given_up() -> None:
    def group(number: int) -> str:
        return f'<g id="a{number}">' + f'<use href="#a{number - 1}"/>' * 10 + "</g>"

    groups = "".join(group(number) for number in range(1, 10))
    inside = f'<defs><g id="a0"><rect width="1" height="1"/></g>{groups}</defs><use href="#a9"/>'
    bomb = f'<svg {NAMESPACE.decode()} viewBox="0 0 9 9">{inside}</svg>'
    with pytest.raises(PixelError):
        preview_png(bomb.encode(), "image/svg+xml")


def test_a_broken_webp_has_no_preview() -> None:
    with pytest.raises(PixelError):
        preview_png(saved("WEBP")[:-40], "image/webp")
