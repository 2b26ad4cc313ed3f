"""What leads to the back office: loaded with the first request for it, in the reader's language."""

from typing import cast

from django.contrib.messages.middleware import MessageMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation

from xinglin.edge.api.front import Answer
from xinglin.edge.api.problems import locale_of

PREFIX = "/admin/"
# Imported by Django when it resolves the first path with it: nobody else pays for the back office.
_URLS = "xinglin.edge.backoffice.urls"
# The language in which the workstation was read, which leads here by a link.
_ASKED, _KEPT = "lang", "office_language"
LANGUAGES = {"zh": "zh-hans", "en": "en"}


class BackOfficeMiddleware:
    """Other paths pass as if it were not there."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self._within = MessageMiddleware(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(PREFIX):
            return self.get_response(request)
        request.urlconf = _URLS  # type: ignore[attr-defined]  # Django looks for it
        asked = request.GET.get(_ASKED, "")
        locale = asked or request.COOKIES.get(_KEPT, "") or locale_of(request)
        with translation.override(LANGUAGES["en" if locale.startswith("en") else "zh"]):
            answer = cast("HttpResponseBase", self._within(request))
        if asked in LANGUAGES:
            answer.set_cookie(_KEPT, asked, path=PREFIX, httponly=True, samesite="Lax")
        # It names staff, and shows what may be changed: nothing of it stays on a shared computer.
        answer["Cache-Control"] = "no-store"
        return answer
