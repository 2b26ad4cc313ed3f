"""Faces compared by any vendor, or a small bridge to one, that takes JSON by POST.

Sends `{"id", "person", "picture"}` (the picture as base64 of a JPEG) to `settings.FACE_URL` with the
token as bearer and the id as Idempotency-Key. Only an answer of 200 with
`{"match": "yes" | "no" | "unsure", "score": 0 to 1, "reference": "..."}` counts. One try, within
`settings.FACE_SECONDS` from the first byte to the last; no redirects; an answer of at most 16 kB.
A face goes over https, or to this very machine.
"""

import base64
import http.client
import json
import re
import socket
import ssl
import threading
import time
from contextlib import closing
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from xinglin.foundation.faces.types import MATCHES, Comparison, NotComparedError, Shown

_MOST_BYTES: Final = 16_384
_REFERENCE: Final = re.compile(r"[\x21-\x7e]{1,64}")
_HERE: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def compare(shown: Shown) -> Comparison:
    url = urlsplit(settings.FACE_URL)
    if not url.hostname or not _may_carry(url):
        raise NotComparedError("no_address")
    body = json.dumps(
        {
            "id": str(shown.id),
            "person": str(shown.person),
            "picture": base64.b64encode(shown.picture).decode(),
        }
    ).encode()
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "Authorization": f"Bearer {settings.FACE_TOKEN}",
        "Idempotency-Key": str(shown.id),
    }
    path = (url.path or "/") + (f"?{url.query}" if url.query else "")
    try:
        with closing(_line(url, settings.FACE_SECONDS / 2)) as line:
            return _said(_exchange(line, path, body, headers, settings.FACE_SECONDS))
    except (OSError, http.client.HTTPException) as error:
        raise NotComparedError(f"no_answer_{type(error).__name__}"[:40]) from error


def _may_carry(url: SplitResult) -> bool:
    return url.scheme == "https" or (url.scheme == "http" and url.hostname in _HERE)


def _line(url: SplitResult, limit: float) -> http.client.HTTPConnection:
    if url.scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(url.netloc, timeout=limit, context=context)
    return http.client.HTTPConnection(url.netloc, timeout=limit)


def _exchange(
    line: http.client.HTTPConnection, path: str, body: bytes, headers: dict[str, str], limit: float
) -> bytes:
    """The time counts from the first byte of the line; an answer that drips is cut off with it."""
    began = time.monotonic()
    line.connect()
    line.sock.settimeout(limit)
    left_s = max(0.0, limit - (time.monotonic() - began))
    # Of the bare socket: that of TLS forgets its key first, and what is sent in that moment goes bare.
    cut = threading.Timer(left_s, socket.socket.shutdown, [line.sock, socket.SHUT_RDWR])
    cut.start()
    try:
        line.request("POST", path, body=body, headers=headers)
        with line.getresponse() as answer:
            if answer.status != http.client.OK:
                raise NotComparedError(f"status_{answer.status}")
            content = answer.read(_MOST_BYTES + 1)
            missing = answer.length
    finally:
        cut.cancel()
    if len(content) > _MOST_BYTES:
        raise NotComparedError("too_long")
    if missing:
        raise NotComparedError("broken_off")
    return content


def _said(content: bytes) -> Comparison:
    try:
        told: Any = json.loads(content)
        match, score, reference = told["match"], told["score"], told["reference"]
        if match not in MATCHES or type(score) not in {int, float} or not 0 <= score <= 1:
            raise NotComparedError("no_comparison")
        if not _REFERENCE.fullmatch(reference):
            raise NotComparedError("no_reference")
    except (ValueError, RecursionError, LookupError, TypeError) as error:
        raise NotComparedError("no_comparison") from error
    return Comparison(match=match, score=round(1000 * score), reference=reference)
