"""Staff accounts: links, roles with a reason, lost second factors; through the door."""

import json
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client

from xinglin.care.people.tests.factories import hospital
from xinglin.foundation.accounts.queries import viewer_for
from xinglin.foundation.accounts.services import create_staff
from xinglin.foundation.audit.models import AuditLine as Line
from xinglin.foundation.changes.models import Change
from xinglin.foundation.staffing import queries, services
from xinglin.foundation.staffing.models import Invitation
from xinglin.kernel import clock

pytestmark = pytest.mark.django_db
PASSWORD = "long-and-unusual-7"
WHY = "新的分工"


class Member:
    """Somebody with an account here, and a browser that is signed in."""

    def __init__(self, username, *roles, house=None):
        self.id = create_staff(
            username=username,
            password=PASSWORD,
            display_name=username,
            roles=roles,
            institution_id=house.id if house else None,
            totp_secret=generate_totp_secret(),
        )
        self.client = Client()
        user = get_user_model().objects.get(pk=self.id)
        self.viewer = viewer_for(user, strong=True, address="", device="", session="")
        self.client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        session = self.client.session
        session["account_authentication_methods"] = [{"method": "mfa", "at": 0}]
        session["account_authentication_methods_user"] = str(self.id)
        session.save()

    def post(self, path, *, key=None, **body):
        headers = {"Idempotency-Key": key} if key else {}
        sent = json.dumps(body)
        return self.client.post(f"/api/v1{path}", sent, "application/json", headers=headers)

    def get(self, path):
        return self.client.get(f"/api/v1{path}")


@pytest.fixture
def house():
    return hospital()


@pytest.fixture
def admin(house):
    return Member("admin", "administrator", house=house)


@pytest.fixture
def other(house):
    return Member("admin2", "administrator", house=house)


@pytest.fixture
def doctor(house):
    return Member("dr.lin", "doctor", house=house)


def invited(admin, **changes):
    form = {"username": "op.wang", "display_name": "王敏", "roles": ["operator"]} | changes
    return admin.post("/staff-accounts", **form)


def token_of(answer) -> str:
    return answer.json()["path"].partition("#")[2]


def begin(token, password=PASSWORD):
    body = json.dumps({"token": token, "password": password})
    return Client().post("/api/v1/staff-welcome", body, "application/json")


def test_whoever_is_invited_sets_a_password_once_and_must_enrol(admin):
    made = invited(admin)
    assert made.status_code == 201
    token = token_of(made)
    look = Client().post(
        "/api/v1/staff-welcome/look", json.dumps({"token": token}), "application/json"
    )
    assert (look.status_code, look.json()["username"]) == (200, "op.wang")
    assert begin(token).json() == {"username": "op.wang"}
    again = begin(token)
    assert (again.status_code, again.json()["code"]) == (404, "link_not_valid")
    client = Client()
    signed = client.post(
        "/_allauth/browser/v1/auth/login",
        json.dumps({"username": "op.wang", "password": PASSWORD}),
        "application/json",
    )
    assert signed.status_code == 200
    user = client.get("/api/v1/session").json()["user"]
    assert (user["needs_second_factor"], user["permissions"]) == (True, [])


def test_the_link_is_kept_nowhere(admin):
    token = token_of(invited(admin))
    kept = bytes(Invitation.objects.get().token_index)
    assert token.encode() not in kept
    assert token not in str(list(Change.objects.values())) + str(list(Line.objects.values()))


@pytest.mark.parametrize("password", ["short", "password1234", ""])
def test_a_weak_password_is_refused_and_the_link_still_holds(admin, password):
    token = token_of(invited(admin))
    answer = begin(token, password)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "password")
    assert begin(token).status_code == 200


def test_a_link_runs_out_and_a_new_one_takes_the_place_of_the_old(admin):
    made = invited(admin)
    with clock.frozen(clock.now() + timedelta(hours=73)):
        assert begin(token_of(made)).status_code == 404
    account = made.json()["account_id"]
    newer = admin.post(f"/staff-accounts/{account}/invitation")
    assert begin(token_of(made)).status_code == 404
    assert begin(token_of(newer)).status_code == 200
    refused = admin.post(f"/staff-accounts/{account}/invitation")
    assert (refused.status_code, refused.json()["code"]) == (409, "has_password")


def test_a_link_that_is_replaced_at_this_moment_opens_nothing(admin, monkeypatch):
    made = invited(admin)
    found = queries.invitation(token_of(made), clock.now())
    newer = admin.post(f"/staff-accounts/{made.json()['account_id']}/invitation")
    with monkeypatch.context() as then:
        then.setattr(queries, "invitation", lambda _token, _at: found)
        with pytest.raises(services.NotFound):
            services.begin(token_of(made), password=PASSWORD, at=clock.now())
    assert begin(token_of(newer)).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"username": "-"}, "username"),
        ({"username": "王敏"}, "username"),
        ({"display_name": " "}, "display_name"),
        ({"roles": []}, "roles"),
        ({"roles": ["patient"]}, "roles"),
        ({"roles": ["emperor"]}, "roles"),
    ],
)
def test_what_is_wrong_with_an_invitation_is_named(admin, wrong, field):
    answer = invited(admin, **wrong)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


def test_a_user_name_is_given_once(admin):
    invited(admin)
    answer = invited(admin, username="OP.wang")
    assert (answer.status_code, answer.json()["code"]) == (409, "username_taken")


def roles(admin, member, new, before=("doctor",), reason=WHY):
    return admin.post(
        f"/staff-accounts/{member.id}/roles", roles=new, before=list(before), reason=reason
    )


def test_roles_count_with_the_next_request_and_leave_a_history(admin, doctor):
    assert doctor.get("/dispatch/board").status_code == 403
    assert roles(admin, doctor, ["doctor", "operator"]).status_code == 204
    assert doctor.get("/dispatch/board").status_code == 200
    assert roles(admin, doctor, ["doctor"], ["doctor", "operator"]).status_code == 204
    assert doctor.get("/dispatch/board").status_code == 403
    line = admin.get(f"/staff-accounts/{doctor.id}/changes").json()["items"][0]
    assert (line["before"], line["after"], line["reason"], line["by_name"]) == (
        {"roles": ["doctor", "operator"]},
        {"roles": ["doctor"]},
        WHY,
        "admin",
    )
    audited = Line.objects.filter(action="staffing.change_roles", thing_id=doctor.id)
    assert audited.count() == 2
    assert WHY not in str(list(audited.values()))


def test_two_administrators_who_change_one_persons_roles_do_not_overwrite_each_other(
    admin, other, doctor
):
    assert roles(admin, doctor, ["doctor", "auditor"]).status_code == 204
    late = roles(other, doctor, ["operator"])
    assert (late.status_code, late.json()["code"]) == (409, "conflict")


def test_nobody_changes_the_own_account(admin, other):
    for answer in (
        roles(admin, admin, ["administrator", "auditor"], ["administrator"]),
        admin.post(f"/staff-accounts/{admin.id}/disable", reason=WHY),
        admin.post(f"/staff-accounts/{admin.id}/factor-reset", reason=WHY),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "own_account")


def test_the_last_administrator_stays(admin, other):
    assert admin.post(f"/staff-accounts/{other.id}/disable", reason=WHY).status_code == 204
    assert other.get("/staff-accounts").status_code == 401
    get_user_model().objects.filter(pk=other.id).update(is_active=True)
    get_user_model().objects.filter(pk=admin.id).update(is_active=False)
    with pytest.raises(services.Conflict) as refused:
        services.change_roles(
            admin.viewer, other.id, roles=["auditor"], before=["administrator"], reason=WHY
        )
    assert refused.value.code == "last_administrator"


def test_a_disabled_persons_session_ends_at_once_and_the_link_too(admin, doctor):
    assert doctor.get("/session").json()["signed_in"]
    admin.post(f"/staff-accounts/{doctor.id}/disable", reason=WHY)
    assert not doctor.get("/session").json()["signed_in"]
    made = invited(admin)
    admin.post(f"/staff-accounts/{made.json()['account_id']}/disable", reason=WHY)
    assert begin(token_of(made)).status_code == 404
    admin.post(f"/staff-accounts/{doctor.id}/enable", reason=WHY)
    assert admin.get(f"/staff-accounts/{doctor.id}").json()["is_active"]


def test_a_lost_factor_is_replaced_by_two_people(admin, other, doctor):
    path = f"/staff-accounts/{doctor.id}/factor-reset"
    assert admin.post(path, reason="手机丢失").status_code == 204
    twice = admin.post(path, reason="手机丢失")
    assert (twice.status_code, twice.json()["code"]) == (409, "reset_waits")
    alone = admin.post(f"{path}/confirm")
    assert (alone.status_code, alone.json()["code"]) == (403, "second_person")
    assert doctor.get("/own-factor-reset").json()["waits"]
    link = other.post(f"{path}/confirm")
    assert link.status_code == 201
    assert not Authenticator.objects.filter(user_id=doctor.id).exists()
    assert not doctor.get("/session").json()["signed_in"]
    assert begin(token_of(link)).json() == {"username": "dr.lin"}
    assert other.post(f"{path}/confirm").status_code == 404


def test_alone_it_takes_a_day(admin, doctor):
    admin.post(f"/staff-accounts/{doctor.id}/factor-reset", reason="手机丢失")
    with clock.frozen(clock.now() + timedelta(hours=25)):
        assert services.confirm_reset(admin.viewer, doctor.id, at=clock.now()).path


def test_the_person_stops_a_reset_that_was_not_asked_for(admin, other, doctor):
    path = f"/staff-accounts/{doctor.id}/factor-reset"
    admin.post(path, reason="手机丢失")
    assert doctor.post("/own-factor-reset/stop").status_code == 204
    assert other.post(f"{path}/confirm").status_code == 404
    assert doctor.get("/session").json()["signed_in"]
    assert doctor.post("/own-factor-reset/stop").status_code == 404


@pytest.mark.parametrize("reason", ["", "  a ", "长" * 501])
def test_every_act_needs_a_reason(admin, doctor, reason):
    for path in ("disable", "factor-reset"):
        answer = admin.post(f"/staff-accounts/{doctor.id}/{path}", reason=reason)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "reason")
    assert roles(admin, doctor, ["operator"], reason=reason).status_code == 422


def test_staff_of_another_house_are_not_there(admin):
    stranger = Member("far.away", "doctor")
    assert admin.get(f"/staff-accounts/{stranger.id}").status_code == 404
    assert roles(admin, stranger, ["operator"]).status_code == 404
    names = [each["username"] for each in admin.get("/staff-accounts").json()["items"]]
    assert names == ["admin"]


def test_the_list_is_searched_and_paged_by_user_name(admin, doctor, house):
    for n in range(4):
        Member(f"nurse{n}", "operator", house=house)
    first = admin.get("/staff-accounts?limit=3").json()
    assert [each["username"] for each in first["items"]] == ["admin", "dr.lin", "nurse0"]
    rest = admin.get(f"/staff-accounts?limit=9&after={first['next']}").json()
    assert [each["username"] for each in rest["items"]] == ["nurse1", "nurse2", "nurse3"]
    assert rest["next"] is None
    found = admin.get("/staff-accounts?words=LIN").json()["items"]
    assert [each["username"] for each in found] == ["dr.lin"]
    assert admin.get("/staff-accounts?words=100%25_").json()["items"] == []
    assert len(admin.get("/staff-accounts?role=operator").json()["items"]) == 4


def test_a_doctor_may_not_even_look(doctor, admin):
    assert doctor.get("/staff-accounts").status_code == 403
    assert doctor.get(f"/staff-accounts/{admin.id}").status_code == 403
    assert roles(doctor, admin, ["doctor"], ["administrator"]).status_code == 403


def test_an_act_sent_twice_is_done_once(admin, doctor):
    form = {"username": "op.wang", "display_name": "王敏", "roles": ["operator"]}
    first, again = (admin.post("/staff-accounts", key="k1", **form) for _ in range(2))
    assert first.json() == again.json()
    path = f"/staff-accounts/{first.json()['account_id']}/invitation"
    assert admin.post(path, key="k2").json() == admin.post(path, key="k2").json()
    change = {"roles": ["operator"], "before": ["doctor"], "reason": WHY}
    for _ in range(2):
        answer = admin.post(f"/staff-accounts/{doctor.id}/roles", key="k3", **change)
        assert answer.status_code == 204
    assert Change.objects.filter(action="staffing.change_roles").count() == 1


def test_a_page_costs_the_same_however_long_it_is(admin, house, django_assert_max_num_queries):
    for n in range(20):
        Member(f"nurse{n}", "operator", house=house)
    with django_assert_max_num_queries(4):
        assert len(admin.get("/staff-accounts").json()["items"]) == 21
    account = admin.get("/staff-accounts?words=nurse1").json()["items"][0]["id"]
    for _ in range(12):
        services.set_active(admin.viewer, account, active=False, reason=WHY)
        services.set_active(admin.viewer, account, active=True, reason=WHY)
    with django_assert_max_num_queries(5):
        lines = admin.get(f"/staff-accounts/{account}/changes").json()["items"]
    assert len(lines) == 24
    first, before = queries.history(admin.viewer, account, limit=20)
    rest, end = queries.history(admin.viewer, account, before=before, limit=20)
    assert [str(line.id) for line in (*first, *rest)] == [line["id"] for line in lines]
    assert (len(first), end) == (20, None)
