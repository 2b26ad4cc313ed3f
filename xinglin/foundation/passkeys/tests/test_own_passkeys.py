"""Adding, naming and removing one's own, through the real door."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from xinglin.foundation.accounts.models import User
from xinglin.foundation.accounts.rules import leaves_a_factor, proven_lately
from xinglin.foundation.accounts.services import create_patient_account
from xinglin.foundation.audit.models import AuditLine
from xinglin.foundation.notices.models import Notice
from xinglin.foundation.passkeys.rules import MOST, is_copied
from xinglin.foundation.passkeys.tests.member import MINE, PASSWORD, Member
from xinglin.foundation.passkeys.tests.softkey import FROM_ELSEWHERE, SoftKey

CODES = "account/authenticators/recovery-codes"
TOTP = "account/authenticators/totp"

pytestmark = pytest.mark.django_db


def lines(member) -> list[str]:
    found = AuditLine.objects.filter(actor_id=member.id, action__startswith="passkeys.")
    return list(found.order_by("id").values_list("action", flat=True))


def told(member) -> list[str]:
    found = Notice.objects.filter(user_id=member.id)
    return list(found.order_by("id").values_list("kind", flat=True))


def test_a_passkey_is_added_named_removed_and_each_is_written_down(doctor):
    doctor.add(name="  诊室的电脑 ")
    (held,) = doctor.passkeys()
    assert (held["name"], held["last_used_at"]) == ("诊室的电脑", None)
    assert doctor.send("put", MINE, id=held["id"], name="家里").status_code == 200
    assert doctor.passkeys()[0]["name"] == "家里"
    assert doctor.send("delete", MINE, authenticators=[held["id"]]).status_code == 200
    assert doctor.passkeys() == []
    assert lines(doctor) == ["passkeys.add", "passkeys.rename", "passkeys.remove"]
    assert told(doctor) == ["passkey_added", "passkey_removed"]


def test_no_recovery_codes_are_made_that_nobody_has_seen(doctor):
    doctor.add()
    held = Authenticator.objects.filter(user_id=doctor.id)
    assert sorted(held.values_list("type", flat=True)) == ["totp", "webauthn"]
    codes = doctor.send("post", "account/authenticators/recovery-codes").json()["data"]
    assert len(codes["unused_codes"]) == 10
    doctor.add(name="另一个")
    after = doctor.send("get", "account/authenticators/recovery-codes").json()["data"]
    assert after["unused_code_count"] == 10


def test_what_the_browser_is_asked_for_checks_its_holder_and_names_no_host_of_the_request(doctor):
    asked = doctor.asked(MINE)
    assert asked["rp"]["id"] == "localhost"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert asked["user"]["name"] == "dr.lin"


def test_a_passkey_without_a_name_is_numbered_in_the_persons_language():
    for locale, name in (("zh", "通行密钥 1"), ("en", "Passkey 1")):
        member = Member(f"dr.{locale}", locale=locale).sign_in()
        member.add(name="")
        assert member.passkeys()[0]["name"] == name


@FROM_ELSEWHERE
def test_what_comes_from_elsewhere_or_checked_nobody_is_not_added(doctor, wrong):
    answer = SoftKey(**wrong).create(doctor.asked(MINE))
    assert doctor.send("post", MINE, name="x", credential=answer).status_code == 400
    assert doctor.passkeys() == []


def test_an_answer_adds_one_passkey_and_a_failed_challenge_is_gone(doctor):
    asked = doctor.asked(MINE)
    wrong = SoftKey(origin="https://evil.example").create(asked)
    assert doctor.send("post", MINE, name="x", credential=wrong).status_code == 400
    late = SoftKey().create(asked)
    assert doctor.send("post", MINE, name="x", credential=late).status_code == 400
    right = SoftKey().create(doctor.asked(MINE))
    assert doctor.send("post", MINE, name="x", credential=right).status_code == 200
    assert doctor.send("post", MINE, name="x", credential=right).status_code == 400
    assert len(doctor.passkeys()) == 1


def test_a_key_that_somebody_has_is_nobody_elses(doctor):
    key = doctor.add()
    other = Member("dr.wang").sign_in()
    answer = key.create(other.asked(MINE))
    assert other.send("post", MINE, name="x", credential=answer).status_code == 400
    for held in (key, SoftKey()):
        for name in ("eA", "\x00", f"{answer['rawId']}*"):
            answer = held.create(other.asked(MINE)) | {"id": name, "rawId": name}
            assert other.send("post", MINE, name="x", credential=answer).status_code == 400, name


def test_nothing_is_done_without_a_second_factor_of_the_last_minutes(doctor):
    key = doctor.add()
    (held,) = doctor.passkeys()
    doctor.lets_time_pass()
    for method, body in (
        ("get", {}),
        ("post", {"name": "x", "credential": {}}),
        ("put", {"id": held["id"], "name": "x"}),
        ("delete", {"authenticators": [held["id"]]}),
    ):
        refused = doctor.send(method, MINE, **body)
        assert refused.status_code == 401, method
        assert [f["id"] for f in refused.json()["data"]["flows"]] == [
            "reauthenticate",
            "mfa_reauthenticate",
        ]
    assert doctor.send("post", "auth/reauthenticate", password=PASSWORD).status_code == 200
    assert doctor.send("get", MINE).status_code == 401, "the password alone is no second factor"
    assert doctor.send("get", CODES).status_code == 401
    assert doctor.send("post", CODES).status_code == 401, "nor may it make codes that are one"
    assert doctor.send("post", TOTP, code="000000").status_code == 401
    assert doctor.answer("auth/webauthn/reauthenticate", key).status_code == 200
    assert doctor.send("get", MINE).status_code == 200
    assert doctor.send("post", CODES).status_code == 200


def test_others_passkeys_are_neither_named_nor_removed(doctor):
    doctor.add()
    (held,) = doctor.passkeys()
    other = Member("dr.wang").sign_in()
    assert other.send("put", MINE, id=held["id"], name="x").status_code == 400
    assert other.send("delete", MINE, authenticators=[held["id"]]).status_code == 400
    assert doctor.passkeys()[0]["name"] == "手机"


def test_an_enrolment_that_took_too_long_sets_nothing_up():
    new = Member(totp=False)
    new.send("post", "auth/login", username="dr.lin", password=PASSWORD)
    new.send("get", TOTP)
    new.lets_time_pass()
    assert new.send("post", TOTP, code="123456").status_code == 401
    assert not Authenticator.objects.filter(user_id=new.id).exists()


def test_the_first_factor_is_an_authenticator():
    new = Member(totp=False)
    new.send("post", "auth/login", username="dr.lin", password=PASSWORD)
    for method, body in (("get", {}), ("post", {"name": "x", "credential": {}})):
        refused = new.send(method, MINE, **body)
        assert refused.status_code in {400, 409}, method
    assert new.send("get", MINE).json()["code"] == "authenticator_first"
    assert new.passkeys() == []


def test_the_last_second_factor_stays():
    new = Member().sign_in()
    key = new.add()
    Authenticator.objects.filter(user_id=new.id, type=Authenticator.Type.TOTP).delete()
    new.answer("auth/webauthn/reauthenticate", key)
    (held,) = new.passkeys()
    refused = new.send("delete", MINE, authenticators=[held["id"]])
    assert (refused.status_code, refused.json()["code"]) == (409, "last_factor")
    assert len(new.passkeys()) == 1
    assert new.send("get", MINE).json()["code"] == "authenticator_first"
    Authenticator.objects.create(user_id=new.id, type=Authenticator.Type.TOTP, data={"secret": "x"})
    new.add(name="第二个")
    Authenticator.objects.filter(user_id=new.id, type=Authenticator.Type.TOTP).delete()
    assert new.send("delete", MINE, authenticators=[held["id"]]).status_code == 200
    both = [each["id"] for each in new.passkeys()]
    assert new.send("delete", MINE, authenticators=both).status_code == 409


def test_there_is_room_for_so_many(doctor):
    user = User.objects.get(pk=doctor.id)
    Authenticator.objects.bulk_create(
        Authenticator(user=user, type="webauthn", data={"name": f"{nth}", "credential": {}})
        for nth in range(MOST)
    )
    refused = doctor.send("get", MINE)
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_passkeys")


@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_a_stranger_and_a_patient_have_none(method):
    stranger = Member()
    assert stranger.send(method, MINE).status_code == 401
    patient = Client()
    patient.force_login(
        User.objects.get(pk=create_patient_account(phone="13800138001")),
        backend="xinglin.foundation.accounts.sign_in.backend.Backend",
    )
    stranger.client = patient
    assert stranger.send(method, MINE).status_code == 403


@pytest.mark.parametrize(
    "unreadable",
    [
        {},
        [],
        "x",
        7,
        {"id": "eA"},
        {"id": "eA", "rawId": "eA"},
        {"rawId": "eA", "response": {}},
        {"rawId": "eA", "response": {"clientDataJSON": "e30", "attestationObject": "oA"}},
        {"rawId": 5, "response": {"clientDataJSON": 1, "attestationObject": []}},
        {"rawId": "eA", "response": {"clientDataJSON": "eyJ9", "attestationObject": "////"}},
        {"rawId": "x" * 30_000},
    ],
    ids=lambda sent: str(sent)[:60],
)
def test_what_no_browser_sends_is_refused(doctor, unreadable):
    doctor.asked(MINE)
    assert doctor.send("post", MINE, name="x", credential=unreadable).status_code == 400


@pytest.mark.parametrize(
    ("last", "now", "copied"),
    [(0, 0, False), (0, 1, False), (3, 4, False), (3, 3, True), (3, 2, True), (3, 0, True)],
)
def test_a_count_that_does_not_go_on_tells_of_a_copy(last, now, copied):
    assert is_copied(last, now) is copied


def test_recovery_codes_are_no_factor():
    assert not leaves_a_factor(["recovery_codes"])
    assert leaves_a_factor(["recovery_codes", "webauthn"])
    assert leaves_a_factor(["totp"])


def test_a_password_is_proof_enough_only_before_the_first_factor():
    records = [{"method": "password", "at": 1000.0}]
    assert proven_lately(records, has_factor=False, now=1299)
    assert not proven_lately(records, has_factor=True, now=1299)
    assert proven_lately([{"method": "mfa", "at": 1000.0}], has_factor=True, now=1299)
    assert not proven_lately([{"method": "mfa", "at": 1000.0}], has_factor=True, now=1300)
