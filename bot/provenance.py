"""Says of a derived file that it is derived: always in its XMP, and by signed credentials (C2PA) if it can.

Originals are never touched: only what the bot itself composed or saved anew comes here. The library is
imported on use, since it is large and belongs to the extra ``c2pa``. Slow: call it in a thread.
Sources: C2PA specification 2.2, sections 10 (ingredients) and 18 (actions); IPTC's digital source types.
"""

import io
import json
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from bot.errors import ConfigError

GENERATOR = "imagine-bot"
_SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/"
# Thumbnails would add 170 kB and more; a manifest somewhere else would be fetched from wherever a file says.
_SETTINGS = {"builder": {"thumbnail": {"enabled": False}}, "verify": {"remote_manifest_fetch": False}}


class Made(Enum):
    """How a derived file came about: the action it is signed with, its source type, and what its XMP says."""

    COMPOSITE = (
        "c2pa.edited",
        "compositeWithTrainedAlgorithmicMedia",
        "Derived: a region edited by an image model, put back into the original picture.",
    )
    COPY = (
        "c2pa.transcoded",
        "trainedAlgorithmicMedia",
        "Derived: a copy of a picture by an image model, saved anew to be shown.",
    )

    @property
    def action(self) -> str:
        return self.value[0]

    @property
    def source(self) -> str:
        return _SOURCE + self.value[1]

    @property
    def words(self) -> str:
        return self.value[2]


@dataclass(frozen=True, kw_only=True, slots=True)
class Ingredient:
    """A file that went into the derived one; credentials of its own are kept."""

    data: bytes
    media_type: str
    title: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Credentials:
    """What derived files are signed with."""

    chain: bytes
    """The leaf's certificate and those above it, PEM."""
    key: bytes
    """PEM, PKCS 8."""
    algorithm: str
    """``ES256`` and the like."""


def derived(
    data: bytes,
    media_type: str,
    *,
    made: Made,
    parent: Ingredient,
    parts: Sequence[Ingredient] = (),
    credentials: Credentials | None = None,
) -> bytes:
    """The same PNG or JPEG, marked as derived; signed, with what it was made of, where there are credentials.

    ``parent``: the file it is a version of; ``parts``: what was placed in it.
    """
    marked = _MARKERS[media_type](data, _xmp(made))
    if credentials is None:
        return marked
    return _signed(marked, media_type, made, parent, parts, credentials)


def prove(credentials: Credentials, plain: bytes) -> str:
    """Sign a PNG and read it back; says whose certificate it is. Raises ``ConfigError`` where that fails."""
    import c2pa  # type: ignore[import-untyped]  # it has no type information

    sample = Ingredient(data=plain, media_type="image/png", title="sample")
    try:
        signed = derived(plain, "image/png", made=Made.COPY, parent=sample, credentials=credentials)
        with (
            c2pa.Context(c2pa.Settings.from_dict(_SETTINGS)) as context,
            c2pa.Reader("image/png", io.BytesIO(signed), context=context) as reader,
        ):
            state, manifest = reader.get_validation_state(), reader.get_active_manifest()
    except c2pa.C2paError as error:
        raise ConfigError([f"IMAGINE_C2PA_CERT does not sign: {error}. See docs/operating.md."]) from error
    if state == "Invalid":
        raise ConfigError(["IMAGINE_C2PA_CERT signs what nobody accepts. Check its dates and its usage."])
    return f"signed as {manifest['signature_info'].get('issuer', 'nobody in particular')}"


# -- credentials ------------------------------------------------------------------------------------


def read_credentials(cert: str, key: str) -> Credentials:
    """Read ``IMAGINE_C2PA_CERT`` and ``IMAGINE_C2PA_KEY``: paths of PEM files, or the PEM itself.

    Raises ``ConfigError`` where they cannot be read or do not belong together, or the library is missing.
    """
    try:
        from cryptography import x509
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
    except ImportError as error:
        raise ConfigError(["IMAGINE_C2PA_CERT needs the extra `c2pa`. Install imagine-bot[c2pa]."]) from error
    chain, secret = _pem("IMAGINE_C2PA_CERT", cert), _pem("IMAGINE_C2PA_KEY", key)
    try:
        leaf = x509.load_pem_x509_certificates(chain)[0]
    except ValueError as error:
        raise ConfigError(
            ["IMAGINE_C2PA_CERT holds no certificate. It is a PEM chain, the leaf first."]
        ) from error
    try:
        loaded = load_pem_private_key(secret, password=None)
    except (ValueError, TypeError) as error:
        raise ConfigError(
            ["IMAGINE_C2PA_KEY holds no key. It is PEM, PKCS 8, without a password."]
        ) from error
    if loaded.public_key() != leaf.public_key():
        raise ConfigError(["IMAGINE_C2PA_KEY is not the key of the first certificate in IMAGINE_C2PA_CERT."])
    return Credentials(chain=chain, key=secret, algorithm=_algorithm(loaded))


def _pem(name: str, value: str) -> bytes:
    if value.lstrip().startswith("-----BEGIN"):
        return value.encode()
    try:
        return Path(value).expanduser().read_bytes()
    except OSError as error:
        raise ConfigError(
            [f"{name} cannot be read: {error.strerror}. Set it to the path of a PEM file."]
        ) from error


def _algorithm(key: object) -> str:
    """C2PA's name of how this key signs."""
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    match key:
        case ec.EllipticCurvePrivateKey() if key.key_size in (256, 384, 521):
            return {256: "ES256", 384: "ES384", 521: "ES512"}[key.key_size]
        case ed25519.Ed25519PrivateKey():
            return "ED25519"
        case rsa.RSAPrivateKey():
            return "PS256"
        case _:
            raise ConfigError(["IMAGINE_C2PA_KEY is of a kind C2PA does not sign with. Use an EC P-256 key."])


def _signed(
    data: bytes,
    media_type: str,
    made: Made,
    parent: Ingredient,
    parts: Sequence[Ingredient],
    credentials: Credentials,
) -> bytes:
    import c2pa

    info = c2pa.C2paSignerInfo(
        alg=c2pa.C2paSigningAlg[credentials.algorithm],
        sign_cert=credentials.chain,
        private_key=credentials.key,
        ta_url=None,
    )
    out = io.BytesIO()
    with (
        c2pa.Context(c2pa.Settings.from_dict(_SETTINGS)) as context,
        c2pa.Signer.from_info(info) as signer,
        c2pa.Builder(json.dumps(_manifest(made, parts)), context) as builder,
    ):
        builder.set_intent(c2pa.C2paBuilderIntent.EDIT)
        _add(builder, parent, "parentOf", "parent")
        for number, part in enumerate(parts):
            _add(builder, part, "componentOf", f"part-{number}")
        builder.sign(signer, media_type, io.BytesIO(data), out)
    return out.getvalue()


def _manifest(made: Made, parts: Sequence[Ingredient]) -> dict[str, object]:
    placed = [
        {"action": "c2pa.placed", "parameters": {"ingredientIds": [f"part-{number}"]}}
        for number in range(len(parts))
    ]
    done = {"action": made.action, "digitalSourceType": made.source, "description": made.words}
    return {
        "claim_generator_info": [{"name": GENERATOR}],
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [*placed, done]}}],
    }


def _add(builder: Any, ingredient: Ingredient, relationship: str, name: str) -> None:
    import c2pa

    about = {"title": ingredient.title, "relationship": relationship, "label": name}
    try:
        builder.add_ingredient(json.dumps(about), ingredient.media_type, io.BytesIO(ingredient.data))
    except c2pa.C2paError:  # its own credentials are damaged: it is named by its hash alone
        builder.add_ingredient(json.dumps(about), "application/octet-stream", io.BytesIO(ingredient.data))


# -- marks ------------------------------------------------------------------------------------------

_XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
    ' Iptc4xmpExt:DigitalSourceType="{source}">'
    '<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{words}</rdf:li></rdf:Alt></dc:description>'
    "</rdf:Description></rdf:RDF></x:xmpmeta>"
)
_AFTER_HEADER = 33
"""Where the first chunk after a PNG's IHDR begins."""


def _xmp(made: Made) -> bytes:
    return _XMP.format(source=made.source, words=made.words).encode()


def _png(data: bytes, xmp: bytes) -> bytes:
    body = b"iTXtXML:com.adobe.xmp\0\0\0\0\0" + xmp
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return data[:_AFTER_HEADER] + chunk + data[_AFTER_HEADER:]


def _jpeg(data: bytes, xmp: bytes) -> bytes:
    body = b"http://ns.adobe.com/xap/1.0/\0" + xmp
    at = 2
    if data[2:4] == b"\xff\xe0":  # JFIF comes first, where there is one
        at = 4 + int.from_bytes(data[4:6])
    return data[:at] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + data[at:]


_MARKERS = {"image/png": _png, "image/jpeg": _jpeg}
