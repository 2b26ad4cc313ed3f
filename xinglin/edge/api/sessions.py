"""Sessions by cookie, as Django has them, but for one thing: nobody is signed out by a late answer."""

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse


class SessionsMiddleware(SessionMiddleware):
    """Takes the cookie away only where this very request has ended the session.

    A session gets a new key when somebody signs in, hands a screen over or takes it back. A request
    that was under way meanwhile, a poll or a heartbeat, comes with the old key, which nothing is known
    of any more. Django then takes the cookie away, and with it the new key that the browser has by
    now: an assistant would be signed out by a device's own heartbeat.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        had = set(response.cookies)
        answer: HttpResponse = super().process_response(request, response)
        name = settings.SESSION_COOKIE_NAME
        ended_here = request.session.modified
        if name not in had and not ended_here and _is_deletion(answer, name):
            del answer.cookies[name]
        return answer


def _is_deletion(answer: HttpResponse, name: str) -> bool:
    return name in answer.cookies and answer.cookies[name]["max-age"] == 0
