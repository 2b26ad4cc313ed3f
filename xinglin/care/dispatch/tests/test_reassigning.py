"""An operator gives a visit to a doctor, puts it first, or moves it to another department."""

from dataclasses import replace
from datetime import timedelta

import pytest

from xinglin.care.consultation import services as consultation
from xinglin.care.consultation.models import Consultation, ConsultationStep
from xinglin.care.dispatch import queries, services
from xinglin.care.dispatch.models import Remedy
from xinglin.care.dispatch.tests.cast import GP, SKIN, asked, check_books, offer_of, state_of
from xinglin.care.dispatch.tests.operators import active, agrees, operator, reassign, relay
from xinglin.care.people import services as people
from xinglin.care.people.models import Patient, Practitioner
from xinglin.care.people.services.employ import LicencePaper, add_licence
from xinglin.kernel import ids
from xinglin.kernel.errors import Conflict, Invalid, NotFound
from xinglin.kernel.text import Text

pytestmark = pytest.mark.django_db


def test_a_message_left_for_the_next_shift_is_given_to_a_doctor_by_name_only(house):
    viewer, visit = operator(house), house.visit()
    consultation.choose(house.holder, visit, choice="leave_message", at=house.at)
    with pytest.raises(Conflict) as refused:
        reassign(house, viewer, visit)
    assert refused.value.code == "waits_for_next_shift"
    assert state_of(visit) == "left_message"


def test_a_visit_is_put_first_and_served_before_older_ones(house):
    viewer = operator(house)
    old = house.visit(requested_at=house.at - timedelta(minutes=9))
    visit = house.visit()
    reassign(house, viewer, visit)
    assert queries.place(house.holder, visit, house.at).place == 1
    house.on_duty()
    house.dispatch()
    assert asked(visit) is not None
    assert asked(old) is None


def test_a_visit_goes_to_the_doctor_whom_the_operator_names_and_leaves_the_one_who_was_asked(house):
    viewer = operator(house)
    lazy = house.on_duty()
    visit = house.visit()
    house.dispatch()
    assert asked(visit) == lazy
    other = house.on_duty()
    reassign(house, viewer, visit, other, reason="doctor_silent")
    assert offer_of(visit) is None
    house.dispatch()
    assert asked(visit) == other
    services.accept_offer(house.viewer(other), offer_of(visit).pk, at=house.at)
    assert state_of(visit) == "active"
    check_books()


def test_an_active_visit_goes_back_to_the_queue_with_its_place(house):
    viewer, doctor = operator(house), house.on_duty()
    visit = active(house, doctor)
    reassign(house, viewer, visit, reason="doctor_unable")
    relay()
    row = Consultation.objects.get(pk=visit)
    assert (row.state, row.practitioner_id, row.returned, row.put_first) == (
        "waiting",
        None,
        1,
        True,
    )
    steps = ConsultationStep.objects.filter(consultation_id=visit, who="operator")
    assert list(steps.order_by("id").values_list("step", flat=True)) == ["hand_over", "put_first"]
    check_books()


def test_nobody_is_named_who_is_off_duty_of_another_department_or_of_another_hospital(house):
    viewer, visit = operator(house), house.visit(GP)
    with pytest.raises(Conflict) as refused:
        reassign(house, viewer, visit, house.doctor(GP))
    assert refused.value.code == "doctor_not_on_duty"
    with pytest.raises(Invalid):
        reassign(house, viewer, visit, house.on_duty(SKIN))
    with pytest.raises(NotFound):
        reassign(house, viewer, visit, ids.new())
    assert state_of(visit) == "waiting"
    assert not Remedy.objects.exists()


def test_r17_a_doctor_filed_at_the_visits_hospital_is_named_there_and_nowhere_else(house):
    second = people.found_institution(
        code="second", name=Text("第二院", "Second"), licence_number="PDY0002"
    )
    visit = house.visit(GP, institution_id=second.id)
    Patient.objects.filter(pk=Consultation.objects.get(pk=visit).patient_id).update(
        institution_id=second.id
    )
    viewer = replace(operator(house), institution_id=second.id)
    doctor = house.on_duty(GP)
    with pytest.raises(NotFound):
        reassign(house, viewer, visit, doctor)
    filed = LicencePaper(
        number="1",
        valid_from=house.at.date() - timedelta(days=400),
        registered_here=False,
        multi_site_filed=True,
        filed_until=house.at + timedelta(hours=1),
    )
    add_licence(Practitioner.objects.get(pk=doctor), second.id, filed)
    services.start_duty(house.viewer(doctor), capacity=1, at=house.at, institution_id=second.id)
    own = house.visit(GP)
    with pytest.raises(Conflict, match="doctor_not_on_duty"):
        reassign(house, operator(house), own, doctor)
    with pytest.raises(Conflict, match="doctor_not_available"):
        reassign(house, viewer, visit, doctor, at=house.at + timedelta(hours=1))
    reassign(house, viewer, visit, doctor)
    house.dispatch()
    assert asked(visit) == doctor


def test_who_asked_for_one_doctor_by_name_is_given_no_other(house):
    viewer, wanted, other = operator(house), house.doctor(), house.on_duty()
    visit = house.visit(named_practitioner_id=wanted, named_on=house.at.date())
    for doctor in (None, other):
        with pytest.raises(Conflict) as refused:
            reassign(house, viewer, visit, doctor)
        assert refused.value.code == "asked_by_name"


def test_whoever_is_asked_for_a_visit_that_goes_elsewhere_is_asked_no_more(house):
    """At once, and by the operator: nobody can accept it there before the word has got round."""
    house.on_duty()
    visit = house.visit()
    house.dispatch()
    offer = offer_of(visit)
    agrees(visit)
    reassign(house, operator(house), visit, department=SKIN, reason="doctor_silent")
    assert asked(visit) is None
    assert offer.steps.latest("id").who == "operator"
