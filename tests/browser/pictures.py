"""Small photographs for the tests to bring along."""

from io import BytesIO

from PIL import Image


def a_photo(kind: str, size: tuple[int, int] = (320, 200)) -> bytes:
    """A gradient that has something to see in it, as a file of that kind."""
    out = BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(out, kind)
    return out.getvalue()
