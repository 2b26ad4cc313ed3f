"""Finding the gateways of a folder, and posting to a vendor within a time.

The standard library's client, because none of those that are kept up bounds a whole exchange: httpx and
urllib3 bound each step, and an answer that drips passes every step.
"""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from xinglin.foundation.vendors.types import Answer, NoAnswerError

_PORTS: Final = {"https": 443, "http": 80}
Check = Callable[[Sequence[str]], None]


def gateways_in(name: str, path: Iterable[str]) -> Callable[[], dict[str, Any]]:
    """Of a package: what answers its modules by name. They are loaded when it is called first."""

    @cache
    def known_gateways() -> dict[str, Any]:
        return {
            found.name: import_module(f"{name}.{found.name}") for found in iter_modules(list(path))
        }

    return known_gateways


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    within_s: float,
    most_bytes: int = 0,
    check: Check | None = None,
) -> Answer:
    """One try, over by `within_s` whatever the other side does; no redirect is followed.

    The time counts from the first byte of the line to the last of the answer; half of it at most goes
    into finding somebody there. How long the name takes is the resolver's own affair: it counts, and is
    not cut off.

    Args:
        url: https, or http where the caller allows it.
        most_bytes: of the content; 0: it is not read.
        check: is given all addresses that the name leads to, of which one is called, and raises
            when they may not be.
    Raises:
        NoAnswerError: not there, not in time, too long, or broken off.
        ValueError: no such address, or a header that is none.
    """
    began = time.monotonic()
    until = began + within_s
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError("no address of http")
    context = ssl.create_default_context() if parts.scheme == "https" else None
    try:
        sock = _reached(parts.hostname, _port(parts), began + within_s / 2, check)
        with closing(_line(parts, sock, context)) as line:
            return _exchange(line, parts, body, headers, until, most_bytes)
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswerError(f"no_answer_{type(error).__name__}"[:40]) from error


def _port(parts: SplitResult) -> int:
    return parts.port or _PORTS[parts.scheme]


def _reached(host: str, port: int, until: float, check: Check | None) -> socket.socket:
    """At an address that has been looked at: the name is not asked a second time."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    if check is not None:
        check(addresses)
    for address in addresses[:-1]:
        with suppress(OSError):
            return socket.create_connection((address, port), timeout=_left(until))
    return socket.create_connection((addresses[-1], port), timeout=_left(until))


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _line(
    parts: SplitResult, bare: socket.socket, context: ssl.SSLContext | None
) -> http.client.HTTPConnection:
    """Over `bare`, which is its own from here on; nothing is said yet."""
    host = parts.hostname or ""
    if context is None:
        line = http.client.HTTPConnection(host, _port(parts))
        line.sock = bare
    else:
        line = http.client.HTTPSConnection(host, _port(parts), context=context)
        try:
            line.sock = context.wrap_socket(
                bare, server_hostname=host, do_handshake_on_connect=False
            )
        except BaseException:
            bare.close()
            raise
    line.auto_open = 0  # a line that was cut off is not begun anew
    return line


def _exchange(
    line: http.client.HTTPConnection,
    parts: SplitResult,
    body: bytes,
    headers: Mapping[str, str],
    until: float,
    most_bytes: int,
) -> Answer:
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with _cut_off(line.sock, until) as is_cut:
        if isinstance(line.sock, ssl.SSLSocket):
            line.sock.do_handshake()
        line.request("POST", path, body=body, headers=dict(headers))
        with line.getresponse() as answer:
            is_read = most_bytes > 0 and answer.status == http.client.OK
            content = answer.read(most_bytes + 1) if is_read else b""
            missing = answer.length
    if len(content) > most_bytes:
        raise NoAnswerError("too_long")
    # Without a length an answer that was cut off looks like one that came to its end.
    if is_read and (missing or is_cut.is_set()):
        raise NoAnswerError("broken_off")
    return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, content)


@contextmanager
def _cut_off(sock: socket.socket, until: float) -> Iterator[threading.Event]:
    """At `until`, whatever this thread waits for then; an answer that drips is cut off with it."""
    is_cut = threading.Event()

    def cut() -> None:
        is_cut.set()
        # Of the bare socket: that of TLS forgets its key first, and what is sent in that moment goes bare.
        with suppress(OSError):
            socket.socket.shutdown(sock, socket.SHUT_RDWR)

    sock.settimeout(_left(until))
    timer = threading.Timer(_left(until), cut)
    timer.daemon = True
    timer.start()
    try:
        yield is_cut
    finally:
        timer.cancel()
