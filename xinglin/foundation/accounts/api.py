"""The session and the demo people over HTTP."""

from typing import Any, Literal
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from ninja import Router, Schema

from xinglin.foundation.accounts import queries, services
from xinglin.foundation.accounts.services import public, signed_in, viewer_of
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel import clock
from xinglin.kernel.text import Locale
from xinglin.kernel.wire import In

router = Router(tags=["accounts"])


class AccountOut(Schema):
    id: UUID
    display_name: str
    roles: list[str]
    permissions: list[str]
    locale: str
    synthetic: bool
    second_factor: bool
    needs_second_factor: bool


class SessionOut(Schema):
    """`demo`: this hospital is a demonstration."""

    signed_in: bool
    user: AccountOut | None
    demo: bool


class SessionIn(In):
    locale: Locale


class WordsOut(Schema):
    """A text that may be empty."""

    zh: str
    en: str


class DemoPersonOut(Schema):
    role: WordsOut
    name: WordsOut
    kind: Literal["patient", "staff"]
    page: str
    note: WordsOut
    phone: str | None = None
    username: str | None = None
    password: str | None = None
    totp: str | None = None
    totp_left_s: int | None = None
    enrolment: str | None = None
    pin: str | None = None


class DemoPeopleOut(Schema):
    """`bustle`: simulated visits a minute, 0 when there are none."""

    items: list[DemoPersonOut]
    next: UUID | None
    bustle: int


def _account(viewer: Viewer) -> dict[str, Any]:
    card = queries.user_card(viewer.user_id)
    return {
        "id": card.id,
        "display_name": card.display_name,
        "roles": sorted(viewer.roles),
        "permissions": sorted(viewer.permissions),
        "locale": viewer.locale if viewer.bound_to else card.locale,
        "synthetic": card.synthetic,
        "second_factor": viewer.strong,
        "needs_second_factor": services.needs_second_factor(viewer),
    }


@router.get("/session", response=SessionOut)
@public
def session(request: HttpRequest) -> dict[str, Any]:
    """Who is signed in, and what they may do now. Sets the CSRF cookie."""
    get_token(request)
    viewer = getattr(request, "auth", None)
    if not isinstance(viewer, Viewer):
        return {"signed_in": False, "user": None, "demo": settings.DEMO}
    return {"signed_in": True, "user": _account(viewer), "demo": settings.DEMO}


@router.patch("/session", response=SessionOut)
@signed_in
def change_session(request: HttpRequest, form: SessionIn) -> dict[str, Any]:
    """The language of the person's texts, here and in notices."""
    viewer = viewer_of(request)
    services.set_locale(viewer, form.locale)
    return {"signed_in": True, "user": _account(viewer), "demo": settings.DEMO}


@router.get("/demo/people", response=DemoPeopleOut)
@public
def demo_people(request: HttpRequest) -> dict[str, Any]:
    """Whom one may sign in as, with the one-time codes of now; 404 outside a demo hospital."""
    del request
    people = queries.demo_people(clock.now())
    return {"items": people, "next": None, "bustle": settings.DEMO_BUSTLE}
