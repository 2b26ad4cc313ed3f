"""Ed25519 with a key per signer, derived from the signing key of this installation.

The private key of a signer is HKDF-SHA256(SIGNING_KEY, info = signer), so that nothing is stored
and nothing can be lost apart from the installation's key file. The key id holds the signer and the
public key, so a signature can be checked offline; `verify` also checks that the public key is the
one of that signer here.
"""

from base64 import urlsafe_b64encode
from datetime import datetime
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

ALGORITHM = "Ed25519"
_INFO = b"xinglin|signer|"


def sign(user_id: UUID, statement: bytes, at: datetime) -> tuple[str, bytes]:
    del at  # stands in the statement itself
    key = _key_of(user_id)
    return _key_id(user_id, key), key.sign(statement)


def verify(key_id: str, value: bytes, statement: bytes) -> bool:
    try:
        user_id = UUID(key_id.partition(":")[0])
    except ValueError:
        return False
    key = _key_of(user_id)
    if _key_id(user_id, key) != key_id:
        return False
    try:
        key.public_key().verify(value, statement)
    except InvalidSignature:
        return False
    return True


def _key_of(user_id: UUID) -> Ed25519PrivateKey:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=_INFO + user_id.bytes)
    return Ed25519PrivateKey.from_private_bytes(derive.derive(settings.SIGNING_KEY))


def _key_id(user_id: UUID, key: Ed25519PrivateKey) -> str:
    """`<signer>:<public key, base64url>`."""
    public = urlsafe_b64encode(key.public_key().public_bytes_raw()).rstrip(b"=")
    return f"{user_id.hex}:{public.decode()}"
