"""Who may pass the door."""

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from ninja import Router

from xinglin.edge.api.door import make_api
from xinglin.edge.api.tests.conftest import client_of
from xinglin.foundation.accounts.models import User
from xinglin.foundation.accounts.services import create_patient_account, signed_in
from xinglin.kernel.errors import Unauthenticated

pytestmark = pytest.mark.django_db


def test_a_stranger_passes_only_where_strangers_may(client):
    assert client.get("/api/t/anybody").json() == {"said": "你好"}
    for path in ("somebody", "board"):
        answer = client.get(f"/api/t/{path}")
        assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_required")


def test_a_stranger_learns_nothing_about_what_an_operation_wants(client, post):
    assert post(client, "beats", {"wrong": 1}).status_code == 401


def test_a_person_passes_and_is_known_by_the_account(patient):
    user = User.objects.get()
    assert patient.get("/api/t/somebody").json() == {"id": str(user.pk)}


def _somebody_else(user, client):
    """The session says another account from now on, under the same key."""
    other = User.objects.get(pk=create_patient_account(phone="13800138002"))
    session = client.session
    session["_auth_user_id"] = str(other.pk)
    session["_auth_user_hash"] = other.get_session_auth_hash()
    session.save()
    return str(other.pk)


def _new_password(user, client):
    user.set_password("another-long-one-8")
    user.save()


def _closed(user, client):
    User.objects.filter(pk=user.pk).update(is_active=False)


def _gone(user, client):
    client.session.delete()


@pytest.mark.parametrize("change", [_somebody_else, _new_password, _closed, _gone])
def test_what_changes_about_a_session_counts_from_the_next_request_on(patient, change):
    """The account is read along with the session, by a guess of whose it is: never by the guess."""
    user = User.objects.get()
    for _ in range(2):
        assert patient.get("/api/t/somebody").json() == {"id": str(user.pk)}
    now = change(user, patient)
    for _ in range(2):
        answer = patient.get("/api/t/somebody")
        assert (answer.json().get("id"), answer.status_code) == (now, 200 if now else 401)


def test_session_and_account_are_read_by_one_statement(patient):
    patient.get("/api/t/somebody")
    with CaptureQueriesContext(connection) as asked:
        patient.get("/api/t/somebody")
    read = [query["sql"] for query in asked if query["sql"].strip().startswith("select")]
    assert len(read) == 1


def test_a_permission_of_another_role_is_refused(patient):
    assert patient.get("/api/t/board").status_code == 403


def test_staff_pass_with_their_second_factor_and_not_before(staff):
    weak = staff("operator")
    for path in ("board", "somebody"):
        answer = weak.get(f"/api/t/{path}")
        assert (answer.status_code, answer.json()["code"]) == (401, "second_factor_required")
    strong = client_of(User.objects.get().pk, second_factor=True)
    assert strong.get("/api/t/board").status_code == 200


def test_a_second_factor_of_somebody_else_does_not_count(staff):
    other = create_patient_account(phone="13800138001")
    client = staff("operator", second_factor=True)
    session = client.session
    session["account_authentication_methods_user"] = str(other)
    session.save()
    assert client.get("/api/t/board").status_code == 401


def test_an_altered_session_is_no_session(patient):
    from django.contrib.sessions.models import Session

    row = Session.objects.get()
    flipped = "A" if row.session_data[40] != "A" else "B"
    row.session_data = row.session_data[:40] + flipped + row.session_data[41:]
    row.save()
    assert patient.get("/api/t/somebody").status_code == 401


def test_a_post_without_the_csrf_token_is_refused(post):
    client = client_of(create_patient_account(phone="13800138001"), enforce_csrf_checks=True)
    answer = post(client, "beats", {"words": "x"})
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
    client.get("/api/v1/session")
    token = client.cookies["csrf"].value
    assert post(client, "beats", {"words": "x"}, X_CSRFToken=token).status_code == 201


def test_an_operation_that_declares_nothing_stops_the_start():
    router = Router()

    @router.get("/forgotten")
    def forgotten(request: HttpRequest) -> dict[str, str]:
        return {}

    api = make_api()
    api.add_router("", router)
    with pytest.raises(RuntimeError, match="forgotten"):
        api.admit_by_declaration()


def test_a_guarded_function_refuses_by_itself_too():
    @signed_in
    def act(request: HttpRequest) -> None:
        raise AssertionError

    with pytest.raises(Unauthenticated):
        act(HttpRequest())
    assert Client().get("/api/t/anybody").status_code == 200
