"""Replayed days and told waits over HTTP."""

import pytest

from xinglin.care.dispatch.reckoning import Replay
from xinglin.care.dispatch.tests.cast import NOON, House
from xinglin.care.dispatch.tests.test_api import API, Person
from xinglin.care.dispatch.tests.test_replays import lived, on_duty
from xinglin.care.dispatch.tests.test_told_waits import told
from xinglin.foundation.accounts.models import User
from xinglin.kernel import clock, ids

pytestmark = pytest.mark.django_db
ASKED = {"day": "2026-03-02", "policy": "xinglin", "against": "fifo"}


@pytest.fixture
def house(db):
    found = House(NOON)
    with clock.frozen(found.at):
        yield found


def person(house: House, role: str) -> Person:
    user = User.objects.create(
        username=f"{role}{ids.new().hex[-6:]}",
        roles=[role],
        password="!",
        institution_id=house.institution.id,
    )
    return Person(user.pk)


@pytest.fixture
def operator(house):
    doctor = house.doctor()
    on_duty(house, doctor)
    lived(house, doctor, count=2)
    return person(house, "operator")


def test_a_day_is_asked_for_listed_and_read(house, operator):
    made = operator.post("/dispatch/replays", ASKED)
    assert made.status_code == 201
    assert (made.json()["state"], made.json()["progress_pct"]) == ("asked", 0)
    found = operator.get("/dispatch/replays").json()
    assert [one["id"] for one in found["items"]] == [made.json()["id"]]
    read = operator.get(f"/dispatch/replays/{made.json()['id']}").json()
    assert (read["replay"]["day"], read["report"]) == ("2026-03-02", None)
    choices = operator.get("/dispatch/replay-choices").json()
    assert choices["days"] == ["2026-03-02"]
    assert set(choices["policies"]["fifo"]) == {"zh", "en"}


def test_asked_twice_it_is_replayed_once(house, operator):
    def send():
        return operator.client.post(
            f"{API}/dispatch/replays", ASKED, "application/json", headers={"Idempotency-Key": "k1"}
        )

    first, again = send(), send()
    assert (again.status_code, again.json()) == (201, first.json())
    other = operator.post("/dispatch/replays", ASKED)
    assert (other.status_code, other.json()["code"]) == (409, "replay_waiting")
    assert Replay.objects.count() == 1


def test_a_policy_that_is_not_there_is_told_at_its_field(house, operator):
    refused = operator.post("/dispatch/replays", {**ASKED, "policy": "best"})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "policy"


@pytest.mark.parametrize("role", ["patient", "doctor", "auditor"])
def test_who_does_not_run_the_house_replays_nothing(house, operator, role):
    stranger = person(house, role)
    assert stranger.get("/dispatch/replays").status_code == 403
    assert stranger.post("/dispatch/replays", ASKED).status_code == 403


def test_pages_follow_each_other(house, operator):
    for _ in range(3):
        made = operator.post("/dispatch/replays", ASKED).json()["id"]
        Replay.objects.filter(pk=made).update(
            state="failed", failure="broken", finished_at=house.at
        )
    first = operator.get("/dispatch/replays?limit=2").json()
    rest = operator.get(f"/dispatch/replays?limit=2&before={first['next']}").json()
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)
    assert rest["items"][0]["failure"]["en"]


def test_the_error_of_told_waits_is_read_by_department(house, operator):
    told(house, "dermatology", (100, 200))
    found = operator.get("/dispatch/told-waits?days=7").json()
    assert found["totals"]["mape_pct"] == 50
    assert found["departments"][0]["department"]["slug"] == "dermatology"
    assert operator.get("/dispatch/told-waits?days=99").status_code == 422
    assert person(house, "doctor").get("/dispatch/told-waits").status_code == 403
