"""Calls to foreign addresses: to public ones only, to the address that was looked at, within a time.

No redirects, no body read: whoever names an address to us learns nothing of our network by it.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from xinglin.foundation.notices.rules.devices import is_public, may_call
from xinglin.foundation.notices.types import UndeliveredError
from xinglin.foundation.vendors import services as vendors
from xinglin.foundation.vendors.types import Answer, NoAnswerError

_WHOLE_S: Final = 20.0
_LATER: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})


def post(url: str, body: bytes, headers: Mapping[str, str], *, also: Collection[str]) -> Answer:
    """Args: also: origins that may be called though they are not public.

    Raises:
        UndeliveredError: the address may not be called, or does not answer in time.
    """
    if not may_call(url, also=also):
        raise UndeliveredError("address_refused", for_good=True)
    parts = urlsplit(url)
    trusted = f"{parts.scheme}://{parts.netloc}" in also
    try:
        return vendors.post(
            url, body, headers, within_s=_WHOLE_S, check=None if trusted else _check_public
        )
    except NoAnswerError as error:
        raise UndeliveredError(error.reason) from error


def _check_public(addresses: Sequence[str]) -> None:
    if not all(is_public(ip_address(each)) for each in addresses):
        raise UndeliveredError("private_address", for_good=True)


def check_taken(answer: Answer, at: datetime) -> None:
    """2xx is taken; 408, 429 and 5xx are tried again, when they say if they say so.

    Raises:
        UndeliveredError: it is none of 2xx.
    """
    status = answer.status
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return
    passing = status in _LATER or status >= HTTPStatus.INTERNAL_SERVER_ERROR
    raise UndeliveredError(
        f"status_{status}",
        for_good=not passing,
        retry_after=_retry_after(answer.headers.get("retry-after", ""), at),
    )


def _retry_after(value: str, at: datetime) -> timedelta | None:
    """Seconds or a date; anything else counts as nothing."""
    if value.isascii() and value.isdigit():
        return timedelta(seconds=min(int(value[:9]), 10**6))
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(until - at, timedelta(0)) if until.tzinfo else None
