"""Derived files say so: in their XMP, and signed with what they were made of where a certificate is."""

import io
import json
import struct
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pydantic import SecretStr

from bot import provenance
from bot.errors import ConfigError
from bot.pixels.composite import composite
from bot.pixels.regions import draw
from bot.provenance import Credentials, Ingredient, Made, derived, read_credentials
from bot.settings import Settings, faults
from bot.types import Region, Zone
from tests.photos import opened, photo, saved

c2pa = pytest.importorskip("c2pa", reason="c2pa-python belongs to the extra `c2pa`")
signing = pytest.importorskip(
    "bot.playground.painter.signing", reason="cryptography belongs to the same extra"
)


@pytest.fixture(scope="module")
def signer() -> Any:
    return signing.Signer()


@pytest.fixture(scope="module")
def credentials(signer: Any) -> Credentials:
    return read_credentials(signer._chain.decode(), signer._key.decode())


def original() -> Ingredient:
    return Ingredient(data=saved("JPEG"), media_type="image/jpeg", title="original")


def manifests(data: bytes, media_type: str) -> dict[str, Any]:
    with c2pa.Reader(media_type, io.BytesIO(data)) as reader:
        read: dict[str, Any] = json.loads(reader.json())
        return read


@pytest.mark.parametrize(("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg")])
@pytest.mark.parametrize("made", Made)
def test_without_a_certificate_a_file_is_marked_and_not_signed(
    kind: str, media_type: str, made: Made
) -> None:
    plain = saved(kind)
    marked = derived(plain, media_type, made=made, parent=original())
    image = opened(marked)
    assert image.tobytes() == opened(plain).tobytes()
    xmp = image.info["xmp"].decode()
    assert made.source in xmp
    assert made.words in xmp
    with pytest.raises(c2pa.C2paError, match="ManifestNotFound"):
        c2pa.Reader(media_type, io.BytesIO(marked))


def test_a_jpeg_without_a_jfif_header_is_marked_too() -> None:
    plain = saved("JPEG", photo(mode="CMYK"))
    marked = derived(plain, "image/jpeg", made=Made.COPY, parent=original())
    assert opened(marked).tobytes() == opened(plain).tobytes()
    assert "xmp" in opened(marked).info


@pytest.mark.parametrize(("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg")])
def test_a_composite_is_signed_with_what_it_was_made_of(
    kind: str, media_type: str, signer: Any, credentials: Credentials
) -> None:
    edited = signer.sign(saved("PNG", photo(seed=2)), "image/png", edited=True)
    model = Ingredient(data=edited, media_type="image/png", title="edited by the model")
    plain = saved(kind)
    signed = derived(
        plain, media_type, made=Made.COMPOSITE, parent=original(), parts=(model,), credentials=credentials
    )
    read = manifests(signed, media_type)
    active = read["manifests"][read["active_manifest"]]
    assert read["validation_state"] == "Valid"
    assert {one["title"]: one["relationship"] for one in active["ingredients"]} == {
        "original": "parentOf",
        "edited by the model": "componentOf",
    }
    [actions] = [
        one["data"]["actions"] for one in active["assertions"] if one["label"].startswith("c2pa.actions")
    ]
    assert [one["action"] for one in actions] == ["c2pa.opened", "c2pa.placed", "c2pa.edited"]
    assert actions[-1]["digitalSourceType"] == Made.COMPOSITE.source
    assert len(read["manifests"]) == 2  # the model's own is kept
    assert opened(signed).tobytes() == opened(plain).tobytes()
    assert len(signed) - len(plain) < 60_000


def test_changed_pixels_break_the_signature(credentials: Credentials) -> None:
    signed = bytearray(
        derived(saved("PNG"), "image/png", made=Made.COPY, parent=original(), credentials=credentials)
    )
    at = signed.rindex(b"IDAT") + 40
    signed[at] ^= 0xFF
    assert manifests(bytes(signed), "image/png")["validation_state"] == "Invalid"


def test_a_real_composite_is_signed_and_still_exact(credentials: Credentials) -> None:
    mask = draw(Region(zones=(Zone.CENTRE,)), width=160, height=120).mask
    done = composite(original().data, saved("PNG", photo(seed=3)), mask)
    signed = derived(done.data, "image/png", made=Made.COMPOSITE, parent=original(), credentials=credentials)
    outside = (0, 0, 160, 30)
    assert opened(signed).crop(outside).tobytes() == opened(original().data).crop(outside).tobytes()


# -- reading the certificate ------------------------------------------------------------------------


def test_certificate_and_key_are_files_or_the_text_itself(
    tmp_path: Path, signer: Any, credentials: Credentials
) -> None:
    (tmp_path / "chain.pem").write_bytes(signer._chain)
    (tmp_path / "key.pem").write_bytes(signer._key)
    assert read_credentials(str(tmp_path / "chain.pem"), str(tmp_path / "key.pem")) == credentials
    assert credentials.algorithm == "ES256"


def test_what_is_wrong_with_the_certificate_is_named(signer: Any) -> None:
    chain, key = signer._chain.decode(), signer._key.decode()
    other = signing.Signer()._key.decode()
    begin = "-----BEGIN NOTHING"
    faults = {
        "IMAGINE_C2PA_CERT cannot be read": ("no/such/file.pem", key),
        "IMAGINE_C2PA_KEY cannot be read": (chain, "no/such/file.pem"),
        "IMAGINE_C2PA_CERT holds no certificate": (begin, key),
        "IMAGINE_C2PA_KEY holds no key": (chain, begin),
        "is not the key of the first certificate": (chain, other),
    }
    for fault, (cert, secret) in faults.items():
        with pytest.raises(ConfigError, match=fault):
            read_credentials(cert, secret)


def test_what_is_derived_is_a_picture_to_everybody() -> None:
    marked = derived(saved("PNG"), "image/png", made=Made.COPY, parent=original())
    Image.open(io.BytesIO(marked), formats=("PNG",)).verify()
    assert provenance.GENERATOR.encode() not in marked


def test_an_ingredient_with_damaged_credentials_is_named_all_the_same(
    signer: Any, credentials: Credentials
) -> None:
    whole = signer.sign(saved("PNG"), "image/png", edited=True)
    at = whole.index(b"caBX") + 4
    length = int.from_bytes(whole[at - 8 : at - 4])
    body = whole[at : at + 40] + bytes(160) + whole[at + 200 : at + length]
    damaged = whole[: at - 8] + struct.pack(">I", length) + b"caBX" + body + whole[at + length :]
    ingredient = Ingredient(data=damaged, media_type="image/png", title="damaged")
    signed = derived(saved("PNG"), "image/png", made=Made.COPY, parent=ingredient, credentials=credentials)
    read = manifests(signed, "image/png")
    active = read["manifests"][read["active_manifest"]]
    assert read["validation_state"] == "Valid"
    assert [one["title"] for one in active["ingredients"]] == ["damaged"]


def test_a_certificate_is_proven_by_signing(credentials: Credentials) -> None:
    assert provenance.prove(credentials, saved("PNG")) == "signed as imagine-bot playground (not trusted)"


def test_a_certificate_and_its_key_are_set_together(settings: Settings, signer: Any) -> None:
    half = settings.model_copy(update={"imagine_c2pa_cert": signer._chain.decode()})
    assert [fault for fault in faults(half) if "IMAGINE_C2PA_KEY is missing" in fault]
    whole = half.model_copy(update={"imagine_c2pa_key": SecretStr(signer._key.decode())})
    assert [fault for fault in faults(whole) if "C2PA" in fault] == []
    wrong = half.model_copy(update={"imagine_c2pa_key": SecretStr("no/such/file")})
    assert [fault for fault in faults(wrong) if "IMAGINE_C2PA_KEY cannot be read" in fault]
