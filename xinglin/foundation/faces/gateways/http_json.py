"""Faces compared by any vendor, or a small bridge to one, that takes JSON by POST.

Sends `{"id", "person", "picture"}` (the picture as base64 of a JPEG) to `settings.FACE_URL` with the
token as bearer and the id as Idempotency-Key. Only an answer of 200 with
`{"match": "yes" | "no" | "unsure", "score": 0 to 1, "reference": "..."}` counts. One try, within
`settings.FACE_SECONDS` from the first byte to the last; no redirects; an answer of at most 16 kB.
A face goes over https, or to this very machine.
"""

import base64
import json
import re
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from xinglin.foundation.faces.types import MATCHES, Comparison, NotComparedError, Shown
from xinglin.foundation.vendors import services as vendors
from xinglin.foundation.vendors.types import NoAnswerError

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
    try:
        answer = vendors.post(
            settings.FACE_URL,
            body,
            headers,
            within_s=settings.FACE_SECONDS,
            most_bytes=_MOST_BYTES,
        )
    except NoAnswerError as error:
        raise NotComparedError(error.reason) from error
    if answer.status != HTTPStatus.OK:
        raise NotComparedError(f"status_{answer.status}")
    return _said(answer.content)


def _may_carry(url: SplitResult) -> bool:
    return url.scheme == "https" or (url.scheme == "http" and url.hostname in _HERE)


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
