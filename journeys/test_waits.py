"""What a waiting patient is told, why this doctor, how true it was, and a day under another policy."""

import re

import psycopg
import pytest
from playwright.sync_api import expect

from journeys.cast import PATIENCE_MS, Cast, Patient, Staff
from journeys.hospital import Hospital
from journeys.talk import COMPLAINT, ask, begin_talk
from xinglin.host.places import socket_folder
from xinglin.host.postgres import ROLE

pytestmark = pytest.mark.slow
PEOPLE = {
    "zh": ("13800138001", "13800138002", "dr.ent1"),
    "en": ("13800138003", "13800138004", "dr.ent2"),
}
RANGE = {
    "zh": re.compile(r"预计约 \d+ 分钟；一般.+分钟"),
    "en": re.compile(r"About \d+ min; usually .+ min\."),
}
REPLAYED_MS = 60_000
# Visits that waited, one taken every two minutes, and no room: what no story can wait for. On a slow
# machine its doctor may have been found slow by then.
BUSY = """
    with asked as (
        update consultation_consultation set requested_at = now() - interval '45 minutes'
        where state = 'active' and doctor_user_id = (
            select id from accounts_user where username = %(username)s
        )
    ), lately as (
        insert into dispatch_offer (id, consultation_id, practitioner_id, user_id, patient_id,
            department, state, made_at, expires_at, accepted_at, closed_at, reason, why, epoch)
        select gen_random_uuid(), consultation_id, o.practitioner_id, o.user_id, patient_id,
            department, 'released', now() - n * interval '2 minutes' - interval '9 seconds', now(),
            now() - n * interval '2 minutes', now(), 'visit_ended', why, epoch
        from dispatch_offer o join accounts_user u on u.id = o.user_id,
            generate_series(1, 19) as n
        where u.username = %(username)s and o.state = 'accepted'
    )
    update dispatch_duty set capacity = reserved, slowed = 0
    where user_id = (select id from accounts_user where username = %(username)s)
"""
ROOM = """
    update dispatch_duty set capacity = reserved + 1
    where user_id = (select id from accounts_user where username = %(username)s)
"""


def change(hospital: Hospital, told: str, username: str) -> None:
    folder = socket_folder((hospital.data / "postgres").resolve() / "socket")
    with psycopg.connect(host=str(folder), user=ROLE, dbname=ROLE, autocommit=True) as database:
        assert database.execute(told, {"username": username}).rowcount == 1


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_what_is_told_is_held_against_what_comes(cast: Cast, locale: str) -> None:
    first, second, username = PEOPLE[locale]
    _, doctor = begin_talk(cast, locale, first, username)
    change(cast.hospital, BUSY, username)
    patient = cast.patient(locale, "waiting")
    patient.sign_in(second)
    ask(patient, COMPLAINT[locale])
    expect(patient.get("place-text")).to_contain_text(RANGE[locale], timeout=PATIENCE_MS)
    expect(patient.get("why-doctor")).to_have_count(0)
    patient.look("patient-told-wait")
    change(cast.hospital, ROOM, username)
    doctor.sees("offer")
    expect(doctor.get("offer")).to_contain_text("接诊" if locale == "zh" else "visits open")
    doctor.press("offer-accept")
    why_this_doctor(patient)
    operator = cast.member(locale, "operator", path="/staff/board")
    the_error_is_on_the_board(operator)
    the_reason_is_in_the_course(operator)
    a_day_under_another_policy(operator)


def why_this_doctor(patient: Patient) -> None:
    expect(patient.get("visit-page")).to_have_attribute("data-state", "active", timeout=PATIENCE_MS)
    patient.sees("why-doctor")
    patient.look("patient-why-doctor")


def the_error_is_on_the_board(operator: Staff) -> None:
    operator.sees("told-ent")
    cells = operator.get("told-ent").locator("td")
    expect(cells.nth(1)).not_to_have_text("0", timeout=PATIENCE_MS)
    operator.get("told-waits").scroll_into_view_if_needed()
    operator.look("operator-told-waits")


def the_reason_is_in_the_course(operator: Staff) -> None:
    operator.get("row-ent").locator('[data-column="active"] button').click()
    operator.get("visit-row").first.get_by_role("button").first.click()
    operator.sees("event-why")
    operator.look("operator-course-why")
    operator.page.keyboard.press("Escape")


def a_day_under_another_policy(operator: Staff) -> None:
    """By the keys alone, once the page is open."""
    operator.go("/staff/replays")
    operator.sees("start-replay")
    operator.get("replay-policy").select_option("fifo")
    operator.look("operator-replays")
    operator.get("start-replay").press("Enter")
    done = operator.page.locator('[data-testid="replay-page"][data-state="done"]')
    expect(done).to_be_visible(timeout=REPLAYED_MS)
    operator.sees("measures")
    operator.sees("drawing", 4)
    for drawing in operator.get("drawing").all():
        assert drawing.evaluate("image => image.decode().then(() => image.naturalWidth > 0)")
    operator.look("operator-replay")
    operator.go("/staff/replays")
    expect(operator.get("replay").first).to_have_attribute("data-state", "done")
