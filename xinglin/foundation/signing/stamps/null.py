"""Nobody stamps: documents wait."""

from datetime import datetime

from xinglin.kernel.errors import Unavailable


def answer(request: bytes, at: datetime) -> bytes:
    del request, at
    raise Unavailable
