"""A seal of the demonstration authority, a new certificate every year; nobody else trusts it."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings

from xinglin.foundation.signing import authority

ALGORITHM = "sha256_ecdsa"
DEMONSTRATION = True
_SEAL: Final = b"xinglin|x509|seal"
_NAME: Final = "Xinglin demonstration seal of the house"


def certificates(at: datetime) -> tuple[bytes, ...]:
    chain = (
        _certificate(settings.SIGNING_KEY, at.astimezone(UTC).year),
        authority.root(settings.SIGNING_KEY),
    )
    return tuple(each.public_bytes(Encoding.DER) for each in chain)


def sign(content: bytes, at: datetime) -> bytes:
    del at
    return authority.reader_key_of(_SEAL).sign(content, ec.ECDSA(SHA256()))


def roots() -> tuple[bytes, ...]:
    return (authority.root(settings.SIGNING_KEY).public_bytes(Encoding.DER),)


@lru_cache(maxsize=8)
def _certificate(installation: bytes, year: int) -> x509.Certificate:
    key = authority.reader_key_of(_SEAL, installation).public_key()
    return authority.issued(installation, _NAME, key, year=year, serial=_SEAL)
