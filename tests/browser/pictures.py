"""Small photographs for the tests to bring along."""

from io import BytesIO

from PIL import Image
from pillow_heif import register_heif_opener


def a_photo(kind: str, size: tuple[int, int] = (320, 200)) -> bytes:
    """A gradient that has something to see in it, as a file of that kind."""
    register_heif_opener()
    out = BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(out, kind)
    return out.getvalue()
