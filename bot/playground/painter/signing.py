"""Signs what is painted with content credentials (C2PA), by a certificate chain made for this run.

Imported only when signing is on: the library is large and belongs to the playground's extra.
Slow: call it in a thread.
"""

import datetime
import json
from io import BytesIO

import c2pa  # type: ignore[import-untyped]  # it has no type information
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_GENERATOR = "imagine-bot local painter"
_SETTINGS = {"builder": {"thumbnail": {"enabled": False}}, "verify": {"remote_manifest_fetch": False}}


class Signer:
    """A throw-away authority and its one leaf."""

    def __init__(self) -> None:
        authority_key, leaf_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        authority = _authority(authority_key)
        leaf = _leaf(leaf_key, authority, authority_key)
        self.root_pem = authority.public_bytes(serialization.Encoding.PEM)
        self._chain = leaf.public_bytes(serialization.Encoding.PEM) + self.root_pem
        self._key = leaf_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    def sign(self, data: bytes, media_type: str, *, edited: bool) -> bytes:
        """The same picture with its manifest in it."""
        info = c2pa.C2paSignerInfo(
            alg=c2pa.C2paSigningAlg.ES256, sign_cert=self._chain, private_key=self._key, ta_url=None
        )
        out = BytesIO()
        with (
            c2pa.Context(c2pa.Settings.from_dict(_SETTINGS)) as context,
            c2pa.Signer.from_info(info) as signer,
            c2pa.Builder(json.dumps(_manifest(edited=edited)), context) as builder,
        ):
            builder.sign(signer, media_type, BytesIO(data), out)
        return out.getvalue()


def _manifest(*, edited: bool) -> dict[str, object]:
    """Honest about the source: an algorithm without training data, or a composite."""
    source = _SOURCE + ("composite" if edited else "algorithmicMedia")
    action = {"action": "c2pa.created", "digitalSourceType": source}
    return {
        "claim_generator_info": [{"name": _GENERATOR, "version": "1"}],
        "title": "sample",
        "assertions": [{"label": "c2pa.actions", "data": {"actions": [action]}}],
    }


def _name(text: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "imagine-bot playground (not trusted)"),
            x509.NameAttribute(NameOID.COMMON_NAME, text),
        ]
    )


def _authority(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = _name("Throw-away root")
    return (
        _begun(name, name, key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _leaf(
    key: ec.EllipticCurvePrivateKey, authority: x509.Certificate, authority_key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    parent = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    return (
        _begun(_name("Throw-away signer"), authority.subject, key)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=True)
        .add_extension(parent, critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )


def _begun(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=30))
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
