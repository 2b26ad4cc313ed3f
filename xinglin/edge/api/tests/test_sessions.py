"""A session that gets a new key is lost by no request that was under way with the old one."""

import pytest
from django.conf import settings
from django.test import Client

from xinglin.care.people.tests.factories import staff_viewer
from xinglin.config.tests.asking import browser

pytestmark = pytest.mark.django_db
NAME = settings.SESSION_COOKIE_NAME


def with_key(key: str) -> Client:
    client = Client()
    client.cookies[NAME] = key
    return client


@pytest.mark.parametrize(
    "path", ["/api/v1/session", "/api/v1/dispatch/board/terms", "/api/v1/hospital"]
)
def test_a_request_with_the_former_key_leaves_the_cookie_as_it_is(path):
    page = browser(staff_viewer("operator"))
    former = page.session.session_key
    session = page.session
    session.cycle_key()
    late = with_key(former).get(path)
    assert NAME not in late.cookies
    assert (
        page.get("/api/v1/dispatch/board/terms").status_code == 401
    )  # the test's browser keeps the former key
    page.cookies[NAME] = session.session_key
    assert page.get("/api/v1/dispatch/board/terms").status_code == 200


def test_whoever_signs_out_has_no_cookie_afterwards():
    page = browser(staff_viewer("operator"))
    gone = page.delete("/_allauth/browser/v1/auth/session")
    assert gone.cookies[NAME]["max-age"] == 0
    assert page.get("/api/v1/dispatch/board/terms").status_code == 401
