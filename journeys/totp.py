"""The staff's authenticator (RFC 6238, 30 s, six digits), so that a journey can sign in."""

import base64
import hashlib
import hmac
import struct
import time


def step_now() -> int:
    return int(time.time()) // 30


def seconds_left() -> float:
    """Of the step that is now."""
    return 30 - time.time() % 30


def code(secret: str, *, step: int) -> str:
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", step), hashlib.sha1).digest()
    start = digest[-1] & 0x0F
    (number,) = struct.unpack(">I", digest[start : start + 4])
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06d}"
