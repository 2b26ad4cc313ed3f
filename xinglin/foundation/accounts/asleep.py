"""A session that sleeps: somebody else holds the browser, and it opens nothing until its person wakes it.

Says so itself, in its sealed data: whoever takes a cookie away does not wake it (ADR 0064).
"""

from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils.module_loading import import_string

_ASLEEP = "asleep"
_SLEEPING = "sleeping_session"


def put_to_sleep(request: HttpRequest) -> None:
    """From the next request on, and under a new key: sockets of the old one close.

    It ends when it would have ended, however often it sleeps and wakes.
    """
    session = request.session
    if session.get("_session_expiry") is None:
        rows = Session.objects.filter(session_key=session.session_key)
        session.set_expiry(rows.values_list("expire_date", flat=True).first())
    session[_ASLEEP] = True
    request.session.cycle_key()


def sleeps(session: SessionBase) -> bool:
    return bool(session.get(_ASLEEP))


def lay_aside(request: HttpRequest) -> None:
    """The request goes on as nobody's."""
    setattr(request, _SLEEPING, request.session)
    request.session = import_string(f"{settings.SESSION_ENGINE}.SessionStore")()


def take_up(request: HttpRequest) -> None:
    """Before the answer goes out: the browser keeps its session, unless somebody has signed in anew."""
    laid: SessionBase | None = getattr(request, _SLEEPING, None)
    if laid is None:
        return
    if request.session.modified:
        laid.delete()
    else:
        request.session = laid


def sleeper(request: HttpRequest) -> UUID | None:
    """Whose session sleeps in this browser; None: nobody's, or it holds no more."""
    laid: SessionBase | None = getattr(request, _SLEEPING, None)
    if laid is None or not sleeps(laid):
        return None
    asked = HttpRequest()
    asked.session = laid
    user = get_user(asked)
    return user.pk if user.is_authenticated else None


def wake(request: HttpRequest) -> None:
    """The session of `sleeper`, under a new key. Who calls this has asked for their PIN."""
    laid: SessionBase | None = getattr(request, _SLEEPING, None)
    if laid is None or not sleeps(laid):
        return
    del laid[_ASLEEP]
    laid.cycle_key()
    request.session = laid
    delattr(request, _SLEEPING)
