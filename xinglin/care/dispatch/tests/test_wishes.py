"""What a visit asks of dispatch: the doctor of last time, and room above a full number."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from xinglin.care.consultation.models import Consultation, Rating
from xinglin.care.dispatch import services
from xinglin.care.dispatch.models import Duty
from xinglin.care.dispatch.queries.truth import truth
from xinglin.care.dispatch.tasks.leading import decide, new_engine
from xinglin.care.dispatch.tests.cast import SKIN, House, asked, check_books, offer_of, reserved
from xinglin.care.dispatch.tests.test_parallel import all_at_once

pytestmark = pytest.mark.django_db


def seen(house: House, patient: UUID, doctor: UUID, *, days: float, **changes) -> UUID:
    """A visit that ended so many days ago."""
    ended = house.at - timedelta(days=days)
    return house.visit(
        patient_id=patient,
        practitioner_id=doctor,
        doctor_user_id=house.viewer(doctor).user_id,
        accepted_at=ended - timedelta(minutes=50),
        state="ended",
        ending="closed",
        ended_for="treated",
        due_at=None,
        due_step="",
        requested_at=ended - timedelta(hours=1),
        ended_at=ended,
        **changes,
    )


def comes_again(house: House, *, score: int | None = None, days: float = 30, **changes):
    """Of a patient whose doctor has two open visits and a colleague none: who is asked, and that doctor."""
    former = house.on_duty(capacity=5)
    for _ in range(2):
        house.visit()
    house.dispatch()
    house.on_duty(capacity=5)
    patient = house.patient()
    before = seen(house, patient, former, days=days, **changes)
    if score is not None:
        Rating.objects.create(consultation_id=before, score=score, rated_at=house.at)
    again = house.visit(patient_id=patient)
    house.dispatch()
    return asked(again), former


def test_a_return_patient_gets_the_doctor_of_last_time_and_reads_it(house):
    former = house.on_duty(capacity=5)
    house.visit()
    house.dispatch()
    idle, patient = house.on_duty(capacity=5), house.patient()
    seen(house, patient, idle, days=90)
    seen(house, patient, former, days=30)
    again = house.visit(patient_id=patient)
    house.dispatch()
    assert asked(again) == former
    assert offer_of(again).why["patient"]["zh"] == "为您请了上次看诊的医生。"


@pytest.mark.parametrize(
    "changes",
    [{"days": 181}, {"department": SKIN}, {"score": 2}],
    ids=["old", "other", "rated_low"],
)
def test_a_doctor_of_long_ago_of_elsewhere_or_found_wanting_is_one_of_all(house, changes):
    there, former = comes_again(house, **changes)
    assert there not in {None, former}


def test_a_doctor_whom_the_patient_rated_well_is_asked_first(house):
    there, former = comes_again(house, score=3)
    assert there == former


def test_a_former_doctor_who_is_off_duty_holds_nobody_up(house):
    former, colleague = house.doctor(), house.on_duty()
    patient = house.patient()
    seen(house, patient, former, days=1)
    again = house.visit(patient_id=patient)
    house.dispatch()
    assert asked(again) == colleague


def test_the_most_urgent_gets_one_place_above_a_full_number_and_only_one(house):
    doctor = house.on_duty(capacity=2)
    usual = [house.visit() for _ in range(2)]
    house.dispatch()
    assert [asked(v) for v in usual] == [doctor, doctor]
    other, urgent, second = house.visit(), house.visit(urgency=1), house.visit(urgency=1)
    house.dispatch()
    assert (asked(other), reserved(doctor)) == (None, 3)
    assert sorted(map(bool, map(asked, [urgent, second]))) == [False, True]
    check_books()
    services.stop_duty(house.viewer(doctor), at=house.at)
    house.start(doctor, 2)
    check_books()


def test_the_number_of_a_doctor_with_one_above_it_can_be_confirmed(house):
    doctor = house.on_duty(capacity=1)
    for urgency in (3, 1):
        house.visit(urgency=urgency)
        house.dispatch()
    assert reserved(doctor) == 2
    services.start_duty(house.viewer(doctor), capacity=1, at=house.at)
    services.start_duty(house.viewer(doctor), capacity=None, at=house.at)
    check_books()


def test_the_database_refuses_two_above_the_number(house):
    doctor = house.on_duty(capacity=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Duty.objects.filter(pk=doctor).update(reserved=3)


@pytest.mark.django_db(transaction=True)
def test_of_many_leaders_at_once_none_gives_a_doctor_two_above_the_number(house):
    doctor = house.on_duty(capacity=1)
    for _ in range(8):
        house.visit(urgency=1)
    lease = house.lease()

    def lead() -> None:
        decided = decide(new_engine(), truth(house.at).snapshot, house.at)
        services.make_offers(decided, lease=lease, at=house.at)

    all_at_once([lead] * 8)
    lead()  # what was in other hands then
    assert reserved(doctor) == 2
    assert Consultation.objects.filter(state="waiting").count() == 8
    check_books()
