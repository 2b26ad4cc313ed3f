"""Bytes at rest: AES-256-GCM under a data key of each recording, pure.

A chunk is one sealed piece with a nonce of its own. The made file is sealed in frames of 64 KiB, so that
any part of it is read without the rest. Each made file has a key of its own (derived with the salt of its
head), so that the frame's number can be its nonce; the number, the last one's mark and the recording are
bound to it, so that frames cannot be moved, dropped or cut off.
"""

import hashlib
import secrets
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FRAME = 64 * 1024
_MARK = b"XLR1"
_SALT = 16
_HEAD = len(_MARK) + _SALT
_NONCE = 12
_TAG = 16


def new_key() -> bytes:
    return secrets.token_bytes(32)


def _derived(key: bytes, purpose: bytes, salt: bytes | None = None) -> AESGCM:
    return AESGCM(HKDF(SHA256(), length=32, salt=salt, info=b"recording|" + purpose).derive(key))


def seal_chunk(key: bytes, content: bytes, context: str) -> bytes:
    """`context` says which chunk of which segment: at another place it does not open."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + _derived(key, b"chunk").encrypt(nonce, content, context.encode())


def open_chunk(key: bytes, sealed: bytes, context: str) -> bytes:
    """Raises cryptography's InvalidTag."""
    if len(sealed) < _NONCE + _TAG:
        raise InvalidTag
    return _derived(key, b"chunk").decrypt(sealed[:_NONCE], sealed[_NONCE:], context.encode())


def seal_file(key: bytes, plain: BinaryIO, size: int, out: BinaryIO, context: str) -> bytes:
    """Write `size` bytes of `plain` sealed; answers their SHA-256."""
    head = _MARK + secrets.token_bytes(_SALT)
    made = _derived(key, b"made", head[len(_MARK) :])
    digest = hashlib.sha256()
    out.write(head)
    for number in range(_frames(size)):
        frame = plain.read(FRAME)
        digest.update(frame)
        out.write(made.encrypt(_nonce(number), frame, _bound(context, number, size)))
    return digest.digest()


def read_file(
    key: bytes,
    sealed: BinaryIO,
    size: int,
    context: str,
    *,
    start: int = 0,
    stop: int | None = None,
) -> Iterator[bytes]:
    """The plain bytes from `start` up to `stop`; only the frames that hold them are opened.

    Raises:
        InvalidTag: it is not what was sealed.
    """
    end = size if stop is None else min(stop, size)
    sealed.seek(0)
    head = sealed.read(_HEAD)
    if head[: len(_MARK)] != _MARK:
        raise InvalidTag
    made = _derived(key, b"made", head[len(_MARK) :])
    first = start // FRAME
    sealed.seek(_HEAD + first * (FRAME + _TAG))
    for number in range(first, -(-end // FRAME)):
        frame = made.decrypt(
            _nonce(number), sealed.read(FRAME + _TAG), _bound(context, number, size)
        )
        at = number * FRAME
        yield frame[max(0, start - at) : max(0, end - at)]


def _frames(size: int) -> int:
    return -(-size // FRAME)


def _nonce(number: int) -> bytes:
    return number.to_bytes(_NONCE, "big")


def _bound(context: str, number: int, size: int) -> bytes:
    """The size is bound to each frame: a row that says another one opens nothing."""
    return f"{context}|{number}|{size}".encode()
