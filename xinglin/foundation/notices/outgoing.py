"""Calls to foreign addresses: to public ones only, to the address that was looked at, within a time.

No redirects, no body read: whoever names an address to us learns nothing of our network by it.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Collection, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from xinglin.foundation.notices.rules.devices import is_public, may_call
from xinglin.foundation.notices.types import UndeliveredError

_STEP_S: Final = 8.0
_WHOLE_S: Final = 20.0
_LATER: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]


def post(url: str, body: bytes, headers: Mapping[str, str], *, also: Collection[str]) -> Answer:
    """Args: also: origins that may be called though they are not public.

    Raises:
        UndeliveredError: the address may not be called, or does not answer in time.
    """
    if not may_call(url, also=also):
        raise UndeliveredError("address_refused", for_good=True)
    parts = urlsplit(url)
    trusted = f"{parts.scheme}://{parts.netloc}" in also
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        with closing(_connected(parts.scheme, parts.hostname or "", parts.port, trusted)) as line:
            return _exchange(line, path, body, headers)
    except (OSError, http.client.HTTPException) as error:
        raise UndeliveredError(f"no_answer_{type(error).__name__}"[:40]) from error


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


def _connected(
    scheme: str,
    host: str,
    port: int | None,
    trusted: bool,  # noqa: FBT001  # one caller, above
) -> http.client.HTTPConnection:
    """To an address that has been looked at: the name is not asked a second time."""
    port = port or (443 if scheme == "https" else 80)
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(each[4][0]) for each in found]
    if not trusted and not all(is_public(ip_address(each)) for each in addresses):
        raise UndeliveredError("private_address", for_good=True)
    bare = socket.create_connection((addresses[0], port), timeout=_STEP_S)
    line = http.client.HTTPConnection(host, port, timeout=_STEP_S)
    if scheme == "https":
        try:
            line.sock = ssl.create_default_context().wrap_socket(bare, server_hostname=host)
        except BaseException:
            bare.close()
            raise
    else:
        line.sock = bare
    return line


def _exchange(
    line: http.client.HTTPConnection, path: str, body: bytes, headers: Mapping[str, str]
) -> Answer:
    """An answer that drips a byte at a time is cut off."""
    cut = threading.Timer(_WHOLE_S, line.sock.shutdown, [socket.SHUT_RDWR])
    cut.start()
    try:
        line.request("POST", path, body=body, headers=dict(headers))
        answer = line.getresponse()
        return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()})
    finally:
        cut.cancel()
