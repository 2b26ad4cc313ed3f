"""Ed25519 with an X.509 certificate for each signer and year, issued by a certificate authority of
this installation.

It stands where a licensed authority's gateway will stand, and says so in its own name: nobody else
trusts it. As in `local`, keys are derived from the installation's signing key (HKDF-SHA256), and
Ed25519 signs the same bytes the same way: authority and certificates are made again, byte for byte,
and nothing is stored. The key id holds signer, year and fingerprint of the certificate.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from uuid import UUID

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from django.conf import settings

ALGORITHM = "X.509 Ed25519"
KIND = "certificate"
_AUTHORITY: Final = b"xinglin|x509|authority"
_SIGNER: Final = b"xinglin|x509|signer|"
_FINGERPRINT: Final = 32
_SERIAL_BYTES: Final = 19  # RFC 5280: at most 20, and positive
_AUTHORITY_FROM, _AUTHORITY_UNTIL = (
    datetime(2020, 1, 1, tzinfo=UTC),
    datetime(2070, 1, 1, tzinfo=UTC),
)
_NAME: Final = x509.Name(
    [
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Xinglin"),
        x509.NameAttribute(
            NameOID.COMMON_NAME, "Xinglin demonstration CA (trusted by nobody else)"
        ),
    ]
)


def sign(user_id: UUID, statement: bytes, at: datetime) -> tuple[str, bytes]:
    """By the certificate of the year (UTC) in which it is signed."""
    return _key_id(user_id, at.astimezone(UTC).year), _key(_SIGNER + user_id.bytes).sign(statement)


def verify(key_id: str, value: bytes, statement: bytes) -> bool:
    found = _read(key_id)
    if found is None or _key_id(*found) != key_id:
        return False
    certificate = x509.load_der_x509_certificate(certificates(key_id)[0])
    key = certificate.public_key()
    try:
        certificate.verify_directly_issued_by(_authority(settings.SIGNING_KEY))
        key.verify(value, statement)  # type: ignore[call-arg, union-attr]  # Ed25519, as we made it
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def certificates(key_id: str) -> tuple[bytes, ...]:
    """DER: the signer's, then the authority's; nothing for a key id of another gateway."""
    found = _read(key_id)
    if found is None or not _key_id(*found):
        return ()
    chain = (_certificate(settings.SIGNING_KEY, *found), _authority(settings.SIGNING_KEY))
    return tuple(each.public_bytes(Encoding.DER) for each in chain)


def _read(key_id: str) -> tuple[UUID, int] | None:
    signer, _, rest = key_id.partition(":")
    year = rest.partition(":")[0]
    try:
        return UUID(signer), int(year)
    except ValueError:
        return None


def _key_id(user_id: UUID, year: int) -> str:
    """`<signer>:<year>:<fingerprint>`, at most 80 signs."""
    if not _AUTHORITY_FROM.year <= year < _AUTHORITY_UNTIL.year:
        return ""
    der = _certificate(settings.SIGNING_KEY, user_id, year).public_bytes(Encoding.DER)
    return f"{user_id.hex}:{year}:{hashlib.sha256(der).hexdigest()[:_FINGERPRINT]}"


@lru_cache(maxsize=4096)
def _certificate(installation: bytes, user_id: UUID, year: int) -> x509.Certificate:
    """For the year, and until the end of January after it: an hour across New Year is no fault."""
    begins, ends = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 2, 1, tzinfo=UTC)
    key = _key(_SIGNER + user_id.bytes, installation).public_key()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, str(user_id))])
    serial = hashlib.sha256(user_id.bytes + str(year).encode()).digest()[:_SERIAL_BYTES]
    usage = x509.KeyUsage(
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
    return (
        x509.CertificateBuilder(subject_name=subject, issuer_name=_NAME, public_key=key)
        .serial_number(int.from_bytes(serial) | 1)
        .not_valid_before(begins)
        .not_valid_after(ends - timedelta(seconds=1))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(_key(_AUTHORITY, installation), None)
    )


@lru_cache(maxsize=4)
def _authority(installation: bytes) -> x509.Certificate:
    key = _key(_AUTHORITY, installation)
    return (
        x509.CertificateBuilder(
            subject_name=_NAME, issuer_name=_NAME, public_key=key.public_key(), serial_number=1
        )
        .not_valid_before(_AUTHORITY_FROM)
        .not_valid_after(_AUTHORITY_UNTIL)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, None)
    )


def _key(info: bytes, installation: bytes | None = None) -> Ed25519PrivateKey:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=info)
    return Ed25519PrivateKey.from_private_bytes(derive.derive(installation or settings.SIGNING_KEY))
