"""Ed25519 with an X.509 certificate for each signer and year, issued by a certificate authority of
this installation.

It stands where a licensed authority's gateway will stand (`foundation.signing.authority`). As in
`local`, keys are derived and nothing is stored. The key id holds signer, year and fingerprint of the
certificate.
"""

import hashlib
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final
from uuid import UUID

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings

from xinglin.foundation.signing import authority

ALGORITHM = "X.509 Ed25519"
KIND = "certificate"
DEMONSTRATION = True
_SIGNER: Final = b"xinglin|x509|signer|"
_FINGERPRINT: Final = 32


def sign(user_id: UUID, statement: bytes, at: datetime) -> tuple[str, bytes]:
    """By the certificate of the year (UTC) in which it is signed."""
    return _key_id(user_id, at.astimezone(UTC).year), authority.key_of(
        _SIGNER + user_id.bytes
    ).sign(statement)


def verify(key_id: str, value: bytes, statement: bytes) -> bool:
    found = _read(key_id)
    if found is None or _key_id(*found) != key_id:
        return False
    certificate = x509.load_der_x509_certificate(certificates(key_id)[0])
    key = certificate.public_key()
    try:
        certificate.verify_directly_issued_by(authority.root(settings.SIGNING_KEY))
        key.verify(value, statement)  # type: ignore[call-arg, union-attr]  # Ed25519, as we made it
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def certificates(key_id: str) -> tuple[bytes, ...]:
    """DER: the signer's, then the authority's; nothing for a key id of another gateway."""
    found = _read(key_id)
    if found is None or not _key_id(*found):
        return ()
    chain = (_certificate(settings.SIGNING_KEY, *found), authority.root(settings.SIGNING_KEY))
    return tuple(each.public_bytes(Encoding.DER) for each in chain)


def roots() -> tuple[bytes, ...]:
    return (authority.root(settings.SIGNING_KEY).public_bytes(Encoding.DER),)


def _read(key_id: str) -> tuple[UUID, int] | None:
    signer, _, rest = key_id.partition(":")
    year = rest.partition(":")[0]
    try:
        return UUID(signer), int(year)
    except ValueError:
        return None


def _key_id(user_id: UUID, year: int) -> str:
    """`<signer>:<year>:<fingerprint>`, at most 80 signs."""
    if not authority.BEGINS.year <= year < authority.ENDS.year:
        return ""
    der = _certificate(settings.SIGNING_KEY, user_id, year).public_bytes(Encoding.DER)
    return f"{user_id.hex}:{year}:{hashlib.sha256(der).hexdigest()[:_FINGERPRINT]}"


@lru_cache(maxsize=4096)
def _certificate(installation: bytes, user_id: UUID, year: int) -> x509.Certificate:
    key = authority.key_of(_SIGNER + user_id.bytes, installation).public_key()
    return authority.issued(installation, str(user_id), key, year=year, serial=user_id.bytes)
