"""Limits of requests by address, by device and by person.

What a page's recorder sends has limits of its own: a call with four of them says something every half
second, and that is nobody's click.
"""

import hashlib
import re
from collections.abc import Callable
from functools import cache
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from xinglin.edge.api import problems
from xinglin.edge.limits import Buckets
from xinglin.kernel.errors import TooMany

_MINUTE = 60
_OF_RECORDER = re.compile(r"/api/v1/calls/[0-9a-f-]{36}/segments/")
# Doctors of one house who record at once, behind one address.
_RECORDING = 20
Answer = Callable[[HttpRequest], HttpResponseBase]


def address_of(request: HttpRequest) -> str:
    """The last hop before our own front door, which sets the header anew."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    found: str = forwarded.split(",")[-1].strip() or request.META.get("REMOTE_ADDR", "")
    return found


def _per_minute(count: int) -> Buckets:
    return Buckets(burst=count, per_second=count / _MINUTE)


@cache
def _persons() -> Buckets:
    return _per_minute(settings.PERSON_REQUESTS_PER_MINUTE)


@cache
def _recorders() -> Buckets:
    return _per_minute(settings.RECORDER_REQUESTS_PER_MINUTE)


def is_of_recorder(path: str) -> bool:
    return _OF_RECORDER.match(path) is not None


def spend_person(user_id: UUID, path: str) -> None:
    """One request of this person. Raises TooMany."""
    (_recorders() if is_of_recorder(path) else _persons()).spend(user_id)


class LimitsMiddleware:
    """By address and by device (session cookie), before anything is read from the database.

    429 with Retry-After; the probes of status are not counted.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self._addresses = _per_minute(settings.ADDRESS_REQUESTS_PER_MINUTE)
        self._devices = _per_minute(settings.PERSON_REQUESTS_PER_MINUTE)
        recorder = settings.RECORDER_REQUESTS_PER_MINUTE
        self._of_recorders = _per_minute(recorder * _RECORDING), _per_minute(recorder)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(("/api/", "/_allauth/", "/admin/", "/files/")):
            return self.get_response(request)
        addresses, devices = self._addresses, self._devices
        if is_of_recorder(request.path):
            addresses, devices = self._of_recorders
        session = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        try:
            addresses.spend(address_of(request))
            if session:
                devices.spend(hashlib.sha256(session.encode()).digest()[:12])
        except TooMany as error:
            return problems.respond(request, error)
        return self.get_response(request)
