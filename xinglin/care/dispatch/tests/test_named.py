"""A visit asked of one doctor by name: that doctor, or the patient's own word for another."""

from datetime import date
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from xinglin.care.consultation import services as consultation
from xinglin.care.consultation.models import Consultation
from xinglin.care.dispatch import queries, rules, services
from xinglin.care.dispatch.models import NobodyTold, Offer
from xinglin.care.dispatch.queries.truth import truth
from xinglin.care.dispatch.tasks.leading import decide, new_engine
from xinglin.care.dispatch.tests.cast import (
    GP,
    SKIN,
    House,
    asked,
    check_books,
    offer_of,
    state_of,
)
from xinglin.care.dispatch.tests.test_parallel import all_at_once
from xinglin.kernel.errors import Conflict, IllegalStep

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)


def named(house: House, doctor: UUID, **changes) -> UUID:
    return house.visit(named_practitioner_id=doctor, named_on=TODAY, **changes)


def choose(house: House, visit: UUID, choice: str) -> None:
    consultation.choose(house.holder, visit, choice=choice, at=house.at)


def last_card(visit: UUID) -> str:
    """The Chinese words of the last card of the house."""
    from xinglin.care.consultation.messages import queries as messages

    return messages.read(visit)[-1].body["text"]["zh"]


def test_the_doctor_who_is_named_is_asked_and_told_why(house):
    others = [house.on_duty(capacity=5) for _ in range(3)]
    doctor = house.on_duty(capacity=2)
    visit = named(house, doctor)
    assert house.dispatch() == 1
    assert asked(visit) == doctor
    assert asked(visit) not in others
    assert "指名" in offer_of(visit).why["zh"]
    services.accept_offer(house.viewer(doctor), offer_of(visit).pk, at=house.at)
    assert state_of(visit) == "active"
    check_books()


def test_nobody_else_is_asked_while_the_named_doctor_has_no_room(house):
    house.on_duty(capacity=5)
    doctor = house.on_duty(capacity=1)
    first, second = named(house, doctor), named(house, doctor)
    assert house.dispatch() == 1
    assert asked(first) == doctor
    services.accept_offer(house.viewer(doctor), offer_of(first).pk, at=house.at)
    assert house.dispatch() == 0
    assert (state_of(second), asked(second)) == ("waiting", None)
    place = queries.place(house.holder, second, house.at)
    assert (place.ahead, place.doctors_on_duty, place.estimate_s) == (0, 1, None)
    assert place.text.en.startswith(rules._NAMED_FIRST.en)


def test_a_named_doctor_off_duty_leaves_the_patient_a_choice(house):
    house.on_duty(capacity=5)
    doctor = house.doctor()
    visit = named(house, doctor)
    assert house.dispatch() == 0
    assert state_of(visit) == "nobody"
    assert "不在班" in last_card(visit)
    assert not Offer.objects.exists()


def test_whoever_keeps_waiting_for_the_doctor_is_served_when_the_doctor_comes(house):
    other, doctor = house.on_duty(capacity=5), house.doctor()
    visit = named(house, doctor)
    house.dispatch()
    choose(house, visit, "wait")
    house.start(other, 4)
    house.dispatch()
    assert state_of(visit) == "waiting", "told a second time although nothing has changed"
    house.start(doctor)
    assert house.dispatch() == 1
    assert asked(visit) == doctor


def test_a_message_for_the_doctor_waits_for_the_doctor(house):
    house.on_duty(capacity=5)
    doctor = house.doctor()
    visit = named(house, doctor)
    house.dispatch()
    choose(house, visit, "leave_message")
    assert house.dispatch() == 0
    assert state_of(visit) == "left_message"
    house.start(doctor)
    house.dispatch()
    assert asked(visit) == doctor


@pytest.mark.parametrize("state", ["waiting", "nobody", "left_message"])
def test_with_the_patients_word_any_doctor_is_asked(house, state):
    other, doctor = house.on_duty(capacity=5), house.doctor()
    visit = named(house, doctor)
    if state != "waiting":
        house.dispatch()
    if state == "left_message":
        choose(house, visit, "leave_message")
    assert state_of(visit) == state
    choose(house, visit, "ask_anyone")
    house.dispatch()
    assert asked(visit) == other
    row = Consultation.objects.get(pk=visit)
    assert (row.named_practitioner_id, row.named_on) == (None, None)
    assert "ConsultationOpenToAll" in kinds_of_events()


def kinds_of_events() -> set[str]:
    from xinglin.foundation.outbox.models import OutboxEvent

    return set(OutboxEvent.objects.values_list("kind", flat=True))


def test_whoever_named_nobody_cannot_take_the_name_back(house):
    with pytest.raises(IllegalStep):
        choose(house, house.visit(), "ask_anyone")


def test_another_department_is_any_doctor_of_it(house):
    skin, doctor = house.on_duty(SKIN), house.doctor()
    visit = named(house, doctor)
    consultation.choose(
        house.holder, visit, choice="change_department", department=SKIN, at=house.at
    )
    house.dispatch()
    assert asked(visit) == skin


def test_without_an_answer_in_time_the_patient_is_told_each_time(house):
    house.on_duty(capacity=5)
    doctor = house.on_duty()
    visit = named(house, doctor)
    for _ in range(2):
        house.dispatch()
        offer = offer_of(visit)
        assert offer.practitioner_id == doctor
        with house.later(seconds=31):
            assert services.lapse(offer.pk, at=house.at)
            house.touch(doctor)
            assert house.dispatch() == 0
        assert state_of(visit) == "nobody"
        assert "没有及时应答" in last_card(visit)
        choose(house, visit, "wait")
        assert house.dispatch() == 0
        assert state_of(visit) == "waiting"
        house.at += rules.AWAY_AFTER_LAPSE
        house.touch(doctor)
    assert Offer.objects.filter(consultation_id=visit).count() == 2


@pytest.mark.parametrize(
    ("reason", "words"), [("busy", "这次不能接诊"), ("not_my_field", "不会再接")]
)
def test_a_doctor_who_declines_leaves_the_choice_to_the_patient(house, reason, words):
    house.on_duty(capacity=5)
    doctor = house.on_duty()
    visit = named(house, doctor)
    house.dispatch()
    services.refuse_offer(house.viewer(doctor), offer_of(visit).pk, reason=reason, at=house.at)
    assert house.dispatch() == 0
    assert state_of(visit) == "nobody"
    assert words in last_card(visit)


def test_a_visit_that_is_handed_back_goes_to_nobody_else_by_itself(house):
    house.on_duty(capacity=5)
    doctor = house.on_duty()
    visit = named(house, doctor)
    house.dispatch()
    services.accept_offer(house.viewer(doctor), offer_of(visit).pk, at=house.at)
    consultation.hand_over(visit, reason="line_dead", at=house.at, who="clock")
    assert "没有您的同意" in last_card(visit)
    house.dispatch()
    assert (state_of(visit), asked(visit)) == ("nobody", None)
    check_books()


def test_other_doctors_do_not_see_it_in_the_queue(house):
    other, doctor = house.on_duty(capacity=1), house.on_duty(capacity=1)
    visit = named(house, doctor)
    assert queries.queue(house.viewer(other), house.at) == []
    (seen,) = queries.queue(house.viewer(doctor), house.at)
    assert seen.consultation_id == visit
    (gp, *_) = queries.departments_on_duty(house.holder, house.at)
    assert (gp.slug, gp.waiting) == (GP, 0)


def test_the_database_refuses_a_named_visit_to_another_doctor(house):
    doctor, other = house.doctor(), house.doctor()
    visit = named(house, doctor)
    card = consultation_card(other)
    with pytest.raises(Conflict) as refused:
        consultation.accept(visit, practitioner=card, at=house.at)
    assert refused.value.code == "asked_for_another"
    with pytest.raises(IntegrityError), transaction.atomic():
        Consultation.objects.filter(pk=visit).update(
            state="active", practitioner_id=other, doctor_user_id=card.user_id
        )


def consultation_card(doctor: UUID):
    from xinglin.care.people import queries as people

    return people.practitioner(doctor)


@pytest.mark.django_db(transaction=True)
def test_a_patient_who_takes_any_doctor_while_the_offer_is_made_is_served_once(house):
    """The dispatchers decide on the named doctor; the patients change their mind at that moment."""
    doctors = [house.on_duty(capacity=4) for _ in range(4)]
    visits = [named(house, doctors[n % 4]) for n in range(12)]
    lease = house.lease()

    def lead() -> None:
        engine = new_engine()
        for _ in range(3):
            for each in decide(engine, truth(house.at).snapshot, house.at):
                services.make_offer(each, lease=lease, at=house.at)

    all_at_once([lead] * 4 + [lambda v=v: choose(house, v, "ask_anyone") for v in visits])
    check_books()
    lead()  # what was in other hands in each of those turns
    assert Offer.objects.count() == len(visits)
    assert not NobodyTold.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_named_visit_reaches_no_other_doctor_whoever_decides(house):
    """Sixteen dispatchers at once, other doctors with all the room in the world."""
    for _ in range(3):
        house.on_duty(capacity=10)
    doctor = house.on_duty(capacity=2)
    visits = [named(house, doctor) for _ in range(8)]
    lease = house.lease()

    def lead() -> int:
        decided = decide(new_engine(), truth(house.at).snapshot, house.at)
        return sum(services.make_offer(d, lease=lease, at=house.at) is not None for d in decided)

    made = sum(all_at_once([lead] * 16))
    # What another holds is left out, so that two may leave out the last place for each other; the
    # next turn gives it.
    assert made <= 2
    assert made + lead() == 2
    assert lead() == 0
    assert set(Offer.objects.values_list("practitioner_id", flat=True)) == {doctor}
    assert len(visits) - Offer.objects.count() == 6
    check_books()
