"""`/files/recordings/<token>`: a recording, played by whoever asked for it. Only their session opens it.

A player asks for parts. Each is answered with a megabyte at most and the player asks on, so that a slow
reader never keeps one of the few threads of the api. Each is asked for anew: who has lost the right to
look sees no more of it.
"""

import re
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from xinglin.care.consultation.queries import may_look
from xinglin.edge.api import problems
from xinglin.edge.api.sign_in import viewer_of
from xinglin.foundation.accounts.services import needs_second_factor
from xinglin.foundation.recordings.services import Stream, streamed
from xinglin.kernel import clock
from xinglin.kernel.errors import XinglinError

MOST: Final = 1024 * 1024
_RANGE: Final = re.compile(r"bytes=(\d{1,15})?-(\d{1,15})?")


@require_safe
def show(request: HttpRequest, token: str) -> HttpResponseBase:
    """206 for what is asked by Range, 416 where there is no such part, 200 for all of it if it is small."""
    viewer, wanted = viewer_of(request), _wanted(request)

    def may(recording_id: UUID, purpose: str) -> bool:
        return (
            viewer is not None
            and not needs_second_factor(viewer)
            and may_look(viewer, recording_id, purpose)
        )

    try:
        found = streamed(
            viewer.user_id if viewer else None, token, wanted, may=may, most=MOST, at=clock.now()
        )
    except XinglinError as error:
        return problems.respond(request, error)
    answer = _all(request, found) if wanted is None else _part(request, found)
    answer["Accept-Ranges"] = "bytes"
    answer["Content-Type"] = found.content_type
    answer["Content-Disposition"] = f'inline; filename="{found.name}"'
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "no-store"
    return answer


def _wanted(request: HttpRequest) -> tuple[int, int | None] | None:
    """One range; several, or what is no range, are as good as none (RFC 9110, 14.2)."""
    asked = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    if asked is None or not (asked[1] or asked[2]):
        return None
    if not asked[1]:
        return -int(asked[2]), None
    if asked[2] and int(asked[2]) < int(asked[1]):
        return None
    return int(asked[1]), int(asked[2]) if asked[2] else None


def _all(request: HttpRequest, found: Stream) -> HttpResponseBase:
    answer = HttpResponse(b"" if request.method == "HEAD" else found.content)
    answer["Content-Length"] = str(found.size)
    return answer


def _part(request: HttpRequest, found: Stream) -> HttpResponseBase:
    if found.start >= found.stop:
        answer = HttpResponse(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
        answer["Content-Range"] = f"bytes */{found.size}"
        return answer
    body = b"" if request.method == "HEAD" else found.content
    answer = HttpResponse(body, status=HTTPStatus.PARTIAL_CONTENT)
    answer["Content-Length"] = str(found.stop - found.start)
    answer["Content-Range"] = f"bytes {found.start}-{found.stop - 1}/{found.size}"
    return answer
