"""Sealing of identity numbers, phone numbers and names: pure functions over a key ring.

AES-256-GCM with the key id in front and `table|column` as bound context, so that a value moved to
another column does not open. Look-up goes by a keyed blind index, never by the sealed value.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12
_TAG_BYTES = 16
_KEY_BYTES = 32
_KEY_IDS = range(1, 256)


@dataclass(frozen=True)
class KeyRing:
    """`keys`: key id (1-255) -> 32 bytes; new values are sealed with `current`.

    The keys stay out of `repr`, and so out of logs and tracebacks.

    Raises:
        ValueError: a key or its id is out of range, or the current key is missing.
    """

    keys: Mapping[int, bytes] = field(repr=False)
    current: int
    index_key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if self.current not in self.keys or any(i not in _KEY_IDS for i in self.keys):
            raise ValueError("a key ring needs its current key, and key ids from 1 to 255")
        if any(len(key) != _KEY_BYTES for key in (*self.keys.values(), self.index_key)):
            raise ValueError(f"keys have {_KEY_BYTES} bytes, the index key too")


def seal(plain: str, context: str, ring: KeyRing) -> bytes:
    """`context` is `table|column`; the result begins with the key id."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    body = AESGCM(ring.keys[ring.current]).encrypt(nonce, plain.encode(), context.encode())
    return bytes([ring.current]) + nonce + body


def unseal(sealed: bytes, context: str, ring: KeyRing) -> str:
    """Raises KeyError (key gone) or cryptography's InvalidTag (altered, or of another column)."""
    value = bytes(sealed)
    if len(value) < 1 + _NONCE_BYTES + _TAG_BYTES:
        raise InvalidTag
    nonce, body = value[1 : 1 + _NONCE_BYTES], value[1 + _NONCE_BYTES :]
    return AESGCM(ring.keys[value[0]]).decrypt(nonce, body, context.encode()).decode()


def blind_index(plain: str, context: str, ring: KeyRing) -> bytes:
    """32 bytes that are equal for equal values of one column, and tell nothing else."""
    return hmac.new(ring.index_key, f"{context}\0{plain}".encode(), hashlib.sha256).digest()
