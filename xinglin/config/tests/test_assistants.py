"""An assistant reads and writes in the doctor's open visits, and can do nothing else in the whole house."""

import json
import re
from uuid import UUID

import pytest

from xinglin.care.consultation.tests import factories
from xinglin.config.roles import ROLES, STAFF
from xinglin.config.tests.asking import PARAMETER, body_of, browser, contents, operations
from xinglin.config.tests.houses import House
from xinglin.foundation.accounts.services import BY_TOKEN, PUBLIC, SIGNED_IN

pytestmark = pytest.mark.django_db
MAY = {
    "list_assisted",
    "read_assisted",
    "read_assisted_messages",
    "see_assisted_picture",
}
# What is the account's own, as for everybody who is signed in.
OWN = re.compile(r"notice|session|locale|password|factor")


def test_an_assistant_is_staff_with_a_second_factor_and_the_narrowest_permissions():
    assert "assistant" in STAFF
    assert {p for p in ROLES["assistant"] if not p.startswith("notices.")} == {
        "consultation.assist"
    }
    assert not ROLES["assistant"] & (ROLES["doctor"] - ROLES["patient"])


def test_without_the_second_factor_nothing_is_open(house):
    client = browser(house.helper)
    session = client.session
    session.pop("account_authentication_methods")
    session.save()
    assert client.get("/api/v1/assisting").status_code == 401


def test_of_all_operations_an_assistant_may_do_four(house: House):
    """Whatever signs, closes, stops, judges, answers, transfers or asks is refused, and changes nothing."""
    client = browser(house.helper)
    before = contents()
    tried = 0
    for path, operation in operations():
        view = operation.view_func
        if view.xinglin_permission in {BY_TOKEN, PUBLIC, SIGNED_IN} or OWN.search(
            path + view.__name__
        ):
            continue
        if view.__name__ in MAY:
            continue
        values = {n: house.objects.get(n, [UUID(int=1)])[0] for n in PARAMETER.findall(path)}
        where = PARAMETER.sub(lambda found, v=values: str(v[found[1]]), path)
        method, body = operation.methods[0], json.dumps(body_of(view.__name__))
        answer = client.generic(method, f"/api/v1{where}", body, "application/json")
        assert answer.status_code == 403, (view.__name__, answer.content)
        tried += 1
    assert tried > 80
    assert contents() == before


def test_the_four_show_open_visits_of_the_lead_and_of_nobody_else(house: House):
    ended, active, waiting, *_ = house.objects["consultation_id"]
    (picture,) = house.objects["picture_id"]
    foreign = factories.active(house.cast.other_patient, house.cast.other_doctor)
    client = browser(house.helper)
    listed = client.get("/api/v1/assisting").json()
    assert [item["id"] for item in listed["items"]] == [str(active)]
    for visit, status in ((active, 200), (ended, 404), (waiting, 404), (foreign, 404)):
        assert client.get(f"/api/v1/assisting/{visit}").status_code == status
        assert client.get(f"/api/v1/assisting/{visit}/messages").status_code == status
        seen = client.get(f"/api/v1/assisting/{visit}/pictures/{picture}").status_code
        assert seen == (302 if status == 200 else 404)


@pytest.mark.parametrize("how", ["removed", "off"])
def test_removal_and_switching_off_hold_from_the_next_request(house: House, how):
    active = house.objects["consultation_id"][1]
    helper, lead = browser(house.helper), browser(house.cast.doctor.viewer)
    assert helper.get(f"/api/v1/assisting/{active}").status_code == 200
    if how == "removed":
        done = lead.delete(f"/api/v1/team/members/{house.helper.user_id}")
    else:
        done = lead.put("/api/v1/team", json.dumps({"is_on": False}), "application/json")
    assert done.status_code == 200
    assert helper.get(f"/api/v1/assisting/{active}").status_code == 404
    left = helper.get("/api/v1/assisting").json()
    assert (left["lead"], left["items"]) == (None, [])
    assert (left["team_of"] is None) == (how == "removed")


def test_what_an_assistant_read_stands_in_the_patients_list(house: House):
    active = house.objects["consultation_id"][1]
    browser(house.helper).get(f"/api/v1/assisting/{active}/messages")
    patient = house.cast.patient
    lines = (
        browser(patient.viewer)
        .get(f"/api/v1/patients/{patient.patient_id}/access-log?limit=100")
        .json()["items"]
    )
    assert any(line["who"]["role"]["zh"] == "医生助理" for line in lines)
