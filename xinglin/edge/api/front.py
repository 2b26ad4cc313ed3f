"""The first and the last word of every answer: for whom this door is, what a bare refusal means, and
that the whole body has been heard.
"""

from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from xinglin.edge.api import problems
from xinglin.kernel.errors import WrongHost, WrongMethod

Answer = Callable[[HttpRequest], HttpResponseBase]
WITH_BODY = {"DELETE", "PATCH", "POST", "PUT"}
# Up to here the front door keeps a body until it is whole (host/caddy.py): reading it waits for nobody.
HELD_BYTES = 1_100_000
_PIECE = 64 * 1024
PROBES = {"/healthz", "/readyz", "/metrics"}


class FrontMiddleware:
    """421 for a Host that is not ours (a name that somebody has pointed at us); words for a 405.

    The probes of status are answered under any name.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            if request.path not in PROBES:
                request.get_host()
            response = self.get_response(request)
        except DisallowedHost:
            response = problems.respond(request, WrongHost())
        _drain(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return response
        refused = problems.respond(request, WrongMethod())
        refused["Allow"] = response.get("Allow", "")
        return refused


def _drain(request: HttpRequest) -> None:
    """Read what nobody has read: an answer before the end of the body looks to the front door like
    a line that broke, and whoever sent it would hear that the house is restarting.

    What is longer may still be trickling in, and would keep one of the few threads.
    """
    stream = getattr(request, "_stream", None)
    if stream is None or request.method not in WITH_BODY:
        return
    with suppress(OSError, ValueError):
        if int(request.META.get("CONTENT_LENGTH") or 0) > HELD_BYTES:
            return
        while stream.read(_PIECE):
            pass
