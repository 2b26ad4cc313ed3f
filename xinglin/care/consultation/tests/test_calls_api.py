"""Calls over HTTP, by both sides, a guest and quality control."""

from uuid import uuid4

import pytest

from xinglin.care.consultation.models import Observation
from xinglin.care.consultation.tests import calls
from xinglin.care.consultation.tests import factories as make
from xinglin.care.consultation.tests.factories import Browser
from xinglin.care.consultation.tests.test_guests import inside, link_of, token_of
from xinglin.foundation.notices.models import Notice
from xinglin.foundation.outbox.services import relay_pending

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(cast):
    return make.active(cast.patient, cast.doctor)


def test_a_call_from_the_tap_to_the_record(at_the_door, visit):
    patient, doctor = at_the_door.patient, at_the_door.doctor
    before = patient.get(f"/consultations/{visit}/call").json()
    assert (before["call"], before["wished"]) == (None, "text")
    assert set(before["may"]) == {"ring_audio", "ring_video"}
    rung = patient.post(f"/consultations/{visit}/calls", {"channel": "video"})
    assert rung.status_code == 201
    call = rung.json()["id"]
    assert doctor.get(f"/consultations/{visit}/call").json()["call"]["may"] == [
        "answer",
        "decline",
    ]
    assert doctor.post(f"/calls/{call}/answer").json()["state"] == "open"
    seat = str(uuid4())
    ticket = doctor.post(f"/calls/{call}/seats", {"seat": seat})
    assert ticket.status_code == 201
    assert (ticket.json()["seat"], ticket.json()["role"]) == (seat, "doctor")
    asked = doctor.post(f"/calls/{call}/recording", {"on": True}).json()
    assert asked["recording"]["state"] == "asked"
    consent = {"kind": "recording", "answer": True, "version": asked["consent"]["version"]}
    assert patient.post(f"/calls/{call}/consents", consent).json()["recording"]["state"] == "on"
    assert patient.post(f"/calls/{call}/channel", {"channel": "audio"}).json()["channel"] == "audio"
    assert doctor.delete(f"/calls/{call}/seats/{seat}").status_code == 204
    over = patient.post(f"/calls/{call}/end").json()
    assert (over["state"], over["ending"], over["may"]) == ("ended", "ended_by_patient", [])
    (listed,) = patient.get(f"/consultations/{visit}/calls").json()["items"]
    assert listed["ending_text"] == {"zh": "患者挂断", "en": "The patient hung up"}
    assert [one["role"] for one in listed["people"]] == ["patient", "doctor"]
    state = doctor.get(f"/consultations/{visit}/call").json()
    assert state["last"]["id"] == call


def test_a_guest_comes_in_by_the_link(at_the_door, visit):
    guest = inside(token_of(link_of(at_the_door.patient, visit)))
    assert guest.ask("GET", "/guest/call").json() == {"call": None}
    call = at_the_door.patient.post(f"/consultations/{visit}/calls", {"channel": "video"}).json()
    at_the_door.doctor.post(f"/calls/{call['id']}/answer")
    assert guest.ask("GET", "/guest/call").json()["call"]["may"] == ["join"]
    seat = str(uuid4())
    assert guest.ask("POST", "/guest/call/seats", {"seat": seat}).json()["role"] == "guest"
    assert guest.ask("DELETE", f"/guest/call/seats/{seat}").status_code == 204


def test_quality_control_and_a_colleague_find_the_call(cast, at_the_door):
    _, call = calls.talking(cast.patient, cast.doctor)
    officer = Browser(calls.officer())
    (found,) = officer.get("/calls/observable").json()["items"]
    assert found["id"] == str(call)
    assert at_the_door.doctor.get("/calls/observable").status_code == 403
    assert officer.get(f"/calls/{call}").status_code == 404
    why = {"reason": "投诉后的例行抽查"}
    observed, again = (officer.post(f"/calls/{call}/observe", why, key="k1") for _ in range(2))
    assert observed.status_code == 201
    assert (again["Idempotency-Replayed"], again.content) == ("true", observed.content)
    assert Observation.objects.count() == 1
    assert observed.json()["about"]["patient"] is None
    asked = {"practitioner_id": str(cast.other_doctor.card.id)}
    assert at_the_door.doctor.post(f"/calls/{call}/invitations", asked).status_code == 201
    (mine,) = at_the_door.other_doctor.get("/calls/invitations").json()["items"]
    assert at_the_door.other_doctor.get(f"/calls/{call}").json()["about"]["sex"]
    declined = at_the_door.other_doctor.post(f"/calls/invitations/{mine['id']}/decline")
    assert declined.status_code == 204


def told(person):
    while relay_pending():
        pass
    return list(Notice.objects.filter(user_id=person.id).values_list("kind", flat=True))


def test_a_patient_who_is_away_is_told_that_the_doctor_calls(cast, visit):
    calls.ringing(cast.patient, visit)
    assert "doctor_calls" not in told(cast.patient)
    calls.sweep_after(61)
    calls.ringing(cast.doctor, visit)
    assert "doctor_calls" in told(cast.patient)
    calls.sweep_after(61)
    assert told(cast.patient).count("call_missed") == 1
