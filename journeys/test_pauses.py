"""A doctor who did not take three offers is asked whether he is there; his own hours; a patient's promises."""

import psycopg
import pytest
from playwright.sync_api import expect

from journeys.cast import PATIENCE_MS, Cast
from journeys.hospital import Hospital
from journeys.talk import COMPLAINT, ask
from xinglin.host.places import socket_folder
from xinglin.host.postgres import ROLE

pytestmark = pytest.mark.slow
PEOPLE = {"zh": ("13800138001", "dr.ent1"), "en": ("13800138003", "dr.ent2")}
# As three refusals leave it: they would need three patients.
PAUSE = """
    update dispatch_duty set missed = 3, paused_at = now(), away_until = '9000-01-01',
        slowed = 1, version = version + 1
    where user_id = (select id from accounts_user where username = %(username)s)
"""


def pause(hospital: Hospital, username: str) -> None:
    folder = socket_folder((hospital.data / "postgres").resolve() / "socket")
    with psycopg.connect(host=str(folder), user=ROLE, dbname=ROLE, autocommit=True) as database:
        assert database.execute(PAUSE, {"username": username}).rowcount == 1


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_a_paused_doctor_says_that_he_is_there(cast: Cast, locale: str) -> None:
    phone, username = PEOPLE[locale]
    doctor = cast.doctor(locale, "doctor")
    doctor.sign_in(username)
    doctor.go_on_duty(username)
    pause(cast.hospital, username)
    doctor.page.reload()
    expect(doctor.get("duty-question")).to_be_visible(timeout=PATIENCE_MS)
    doctor.look("duty-question")
    operator = cast.member(locale, "operator", path="/staff/board?doctors=paused")
    expect(operator.get("doctor-asked").first).to_be_visible(timeout=PATIENCE_MS)
    operator.look("board-asked-doctor")
    patient = cast.patient(locale, "promised")
    patient.sign_in(phone)
    ask(patient, COMPLAINT[locale])
    expect(patient.get("promise")).to_have_count(3, timeout=PATIENCE_MS)
    patient.look("patient-promises")
    doctor.press("duty-here")
    expect(doctor.get("duty-question")).to_have_count(0, timeout=PATIENCE_MS)
    if doctor.get("windows").count():
        doctor.get("windows").locator("summary").click()
        doctor.press("window-add")
        doctor.look("duty-windows")
