"""No authority: nothing is sealed, and documents wait."""

from datetime import datetime

from xinglin.kernel.errors import Unavailable

ALGORITHM = "sha256_ecdsa"


def certificates(at: datetime) -> tuple[bytes, ...]:
    del at
    raise Unavailable


def sign(content: bytes, at: datetime) -> bytes:
    del content, at
    raise Unavailable
