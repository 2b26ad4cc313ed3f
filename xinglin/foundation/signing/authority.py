"""The demonstration authority: it issues what this installation signs with, and says in its own name
that nobody else trusts it.

Keys are derived from the installation's signing key (HKDF-SHA256), and Ed25519 signs the same bytes the
same way: authority and certificates are made again, byte for byte, and nothing is stored.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.conf import settings

BEGINS, ENDS = datetime(2020, 1, 1, tzinfo=UTC), datetime(2070, 1, 1, tzinfo=UTC)
_AUTHORITY: Final = b"xinglin|x509|authority"
_SERIAL_BYTES: Final = 19  # RFC 5280: at most 20, and positive
_P256_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_NAME: Final = x509.Name(
    [
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Xinglin"),
        x509.NameAttribute(
            NameOID.COMMON_NAME, "Xinglin demonstration CA (trusted by nobody else)"
        ),
    ]
)


@lru_cache(maxsize=4)
def root(installation: bytes) -> x509.Certificate:
    """Its own certificate."""
    key = key_of(_AUTHORITY, installation)
    return (
        x509.CertificateBuilder(
            subject_name=_NAME, issuer_name=_NAME, public_key=key.public_key(), serial_number=1
        )
        .not_valid_before(BEGINS)
        .not_valid_after(ENDS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, None)
    )


def issued(
    installation: bytes,
    name: str,
    key: Ed25519PublicKey | ec.EllipticCurvePublicKey,
    *,
    year: int,
    serial: bytes,
    stamps_time: bool = False,
) -> x509.Certificate:
    """For the year (UTC), and until the end of January after it: an hour across New Year is no fault.

    Args:
        serial: what tells this certificate from every other; the year is added.
        stamps_time: RFC 3161 wants it said, and alone.
    """
    begins, ends = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 2, 1, tzinfo=UTC)
    number = hashlib.sha256(serial + str(year).encode()).digest()[:_SERIAL_BYTES]
    made = (
        x509.CertificateBuilder(
            subject_name=x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]),
            issuer_name=_NAME,
            public_key=key,
        )
        .serial_number(int.from_bytes(number) | 1)
        .not_valid_before(begins)
        .not_valid_after(ends - timedelta(seconds=1))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(), critical=True)
    )
    if stamps_time:
        only = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        made = made.add_extension(only, critical=True)
    return made.sign(key_of(_AUTHORITY, installation), None)


def key_of(info: bytes, installation: bytes | None = None) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(_derived(info, 32, installation))


def reader_key_of(info: bytes, installation: bytes | None = None) -> ec.EllipticCurvePrivateKey:
    """On P-256, which every PDF reader can check."""
    wide = int.from_bytes(_derived(info, 48, installation))
    return ec.derive_private_key(wide % (_P256_ORDER - 1) + 1, ec.SECP256R1())


def _derived(info: bytes, length: int, installation: bytes | None) -> bytes:
    derive = HKDF(algorithm=SHA256(), length=length, salt=None, info=info)
    return derive.derive(installation or settings.SIGNING_KEY)


def _usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
