"""A time stamping authority over HTTP (RFC 3161, section 3.4), at `settings.STAMP_URL`.

Whoever wants proof chooses one that is licensed; no service is asked unless its address is given.
"""

from datetime import datetime
from http import HTTPStatus
from typing import Final

from django.conf import settings

from xinglin.foundation.vendors.services import post
from xinglin.foundation.vendors.types import NoAnswerError
from xinglin.kernel.errors import Unavailable

_WITHIN_S: Final = 10.0
_MOST_BYTES: Final = 64 * 1024
_HEADERS: Final = {
    "Content-Type": "application/timestamp-query",
    "Accept": "application/timestamp-reply",
}


def answer(request: bytes, at: datetime) -> bytes:
    del at
    try:
        got = post(
            settings.STAMP_URL, request, _HEADERS, within_s=_WITHIN_S, most_bytes=_MOST_BYTES
        )
    except (NoAnswerError, ValueError) as error:
        raise Unavailable from error
    if got.status != HTTPStatus.OK:
        raise Unavailable
    return got.content
