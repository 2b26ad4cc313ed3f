"""Limits of requests by address, by device and by person."""

import hashlib
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


def spend_person(user_id: UUID) -> None:
    """One request of this person. Raises TooMany."""
    _persons().spend(user_id)


class LimitsMiddleware:
    """By address and by device (session cookie), before anything is read from the database.

    429 with Retry-After; the probes of status are not counted.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self._addresses = _per_minute(settings.ADDRESS_REQUESTS_PER_MINUTE)
        self._devices = _per_minute(settings.PERSON_REQUESTS_PER_MINUTE)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(("/api/", "/_allauth/", "/admin/", "/files/")):
            return self.get_response(request)
        session = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        try:
            self._addresses.spend(address_of(request))
            if session:
                self._devices.spend(hashlib.sha256(session.encode()).digest()[:12])
        except TooMany as error:
            return problems.respond(request, error)
        return self.get_response(request)
