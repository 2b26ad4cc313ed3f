"""Going on duty after the passkey has shown who it is (R16, A05)."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from xinglin.care.people.models import Practitioner
from xinglin.care.people.tests.factories import Browser, doctor, hospital, staff_viewer
from xinglin.foundation.accounts.models import User
from xinglin.foundation.audit.models import AuditLine
from xinglin.foundation.passkeys.tests.member import PASSWORD, Member
from xinglin.foundation.passkeys.tests.softkey import SoftKey
from xinglin.kernel import clock

pytestmark = pytest.mark.django_db
ASK = "auth/webauthn/reauthenticate"
CHECK = "/api/v1/duty/identity-check/passkey"


@pytest.fixture(autouse=True)
def _house(db):
    cache.clear()
    hospital()


@pytest.fixture
def member():
    """A doctor with a licence, who has signed in with password and code and has a passkey."""
    found = Member()
    viewer, card = doctor()
    User.objects.filter(pk=viewer.user_id).update(is_active=False)
    Practitioner.objects.filter(pk=card.id).update(user_id=found.id)
    return found.sign_in()


@pytest.fixture
def key(member):
    return member.add()


def check(member, key):
    return member.send("post", CHECK, credential=key.get(member.asked(ASK)))


def checked_at(member):
    return Practitioner.objects.get(user_id=member.id).identity_checked_at


def test_a_passkey_proves_the_person_for_twelve_hours(member, key):
    assert checked_at(member) is None
    answer = check(member, key)
    assert answer.status_code == 200, answer.content
    assert abs(checked_at(member) - clock.now()) < timedelta(minutes=1)
    line = AuditLine.objects.get(action="people.check_identity")
    assert (line.actor_id, line.detail) == (member.id, {"by": "webauthn"})
    assert member.passkeys()[0]["last_used_at"]


def test_an_answer_proves_once(member, key):
    said = key.get(member.asked(ASK))
    assert member.send("post", CHECK, credential=said).status_code == 200
    Practitioner.objects.update(identity_checked_at=None)
    refused = member.send("post", CHECK, credential=said)
    assert (refused.status_code, refused.json()["code"]) == (422, "wrong_passkey")
    assert checked_at(member) is None


@pytest.mark.parametrize(
    "wrong",
    [{"origin": "https://evil.example"}, {"host": "evil.example"}, {"verified": False}],
    ids=["origin", "host", "unverified"],
)
def test_what_is_wrong_proves_nothing(member, key, wrong):
    for name, value in wrong.items():
        setattr(key, name, value)
    assert check(member, key).json()["code"] == "wrong_passkey"
    assert checked_at(member) is None


def test_a_colleagues_passkey_proves_nothing(member):
    other = Member("dr.wang").sign_in()
    assert check(member, other.add()).status_code == 422
    assert check(member, SoftKey()).status_code == 422


def test_a_key_with_a_copy_proves_nothing(member, key):
    assert check(member, key).status_code == 200
    key.counter -= 1
    assert check(member, key).status_code == 422


def test_tries_are_counted_together_with_those_of_codes(member, key):
    good, key.origin = key.origin, "https://evil.example"
    for _ in range(3):
        assert check(member, key).status_code == 422
    for _ in range(2):
        refused = member.send("post", "/api/v1/duty/identity-check", code="12")
        assert refused.status_code == 422
    key.origin = good
    assert check(member, key).status_code == 429
    assert checked_at(member) is None


def test_nobody_else_is_asked():
    assert Member("dr.new").send("post", CHECK, credential={}).status_code == 401
    no_factor = Member("dr.weak", totp=False)
    no_factor.send("post", "auth/login", username="dr.weak", password=PASSWORD)
    assert no_factor.send("post", CHECK, credential={}).status_code == 401
    operator = Browser(staff_viewer("operator"))
    assert operator.post("/duty/identity-check/passkey", {"credential": {}})[0] == 403


@pytest.mark.parametrize("answer", [{}, {"rawId": 5}, {"response": None, "rawId": "x"}], ids=str)
def test_what_no_browser_sends_is_refused(member, answer):
    assert member.send("post", CHECK, credential=answer).status_code == 422
    member.client = Client()
    assert member.send("post", CHECK, credential=answer).status_code == 401
