"""A licence that ends, a doctor who is suspended: no new visit, and the open ones go to others (A06)."""

from datetime import timedelta

import pytest

from xinglin.care.consultation.messages import queries as thread
from xinglin.care.dispatch import queries, reactions, services
from xinglin.care.dispatch.models import Duty, HandOver, Offer
from xinglin.care.dispatch.rules import HAND_OVER_WITHIN
from xinglin.care.dispatch.tasks.sweeper import sweep
from xinglin.care.dispatch.tests.cast import House, asked, end_licence, offer_of, state_of
from xinglin.care.people import services as people
from xinglin.care.people.models import Licence, Practitioner
from xinglin.care.people.services.employ import LicencePaper, add_licence
from xinglin.care.people.tests.factories import staff_viewer
from xinglin.foundation.audit.queries import lines
from xinglin.foundation.live.services import touch_presence
from xinglin.kernel import ids
from xinglin.kernel.errors import Conflict, NotFound, RuleRefused
from xinglin.kernel.text import Text

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(house):
    return staff_viewer("operator", institution_id=house.institution.id)


def seen(house: House, doctor) -> object:
    """The doctor has an open visit."""
    visit = house.visit()
    house.dispatch()
    services.accept_offer(house.viewer(doctor), offer_of(visit).pk, at=house.at)
    return visit


def listed(operator) -> list:
    return [line.consultation_id for line in queries.hand_overs(operator, after=None, limit=50)[0]]


def test_a06_1_within_a_minute_of_the_end_nobody_is_offered_and_open_visits_are_on_the_list(
    house, operator
):
    doctor = house.on_duty(capacity=3)
    visit = seen(house, doctor)
    end_licence(doctor, house.at + timedelta(seconds=1))
    waited = 0
    while Duty.objects.get(pk=doctor).on_since is not None:
        with house.later(seconds=5):
            house.touch(doctor)
            sweep()
        waited += 5
        assert waited <= 60
    house.visit()
    assert house.dispatch() == 0
    assert listed(operator) == [visit]
    assert state_of(visit) == "active", "the house may act first"
    assert Duty.objects.get(pk=doctor).off_reason == "not_eligible"


def test_when_nobody_acts_in_time_the_clock_hands_over_and_the_patient_is_told(house, operator):
    doctor = house.on_duty(capacity=1)
    visit = seen(house, doctor)
    end_licence(doctor, house.at)
    assert services.drop_unfit(doctor, at=house.at)
    assert not services.drop_unfit(doctor, at=house.at), "listed once"
    line = HandOver.objects.get()
    assert line.due_at == house.at + HAND_OVER_WITHIN
    other = house.on_duty()
    with house.later(seconds=HAND_OVER_WITHIN.total_seconds() - 1):
        assert not services.hand_over_due(line.pk, at=house.at)
    with house.later(seconds=1):
        house.touch(other)
        assert services.hand_over_due(line.pk, at=house.at)
        assert not services.hand_over_due(line.pk, at=house.at)
        house.dispatch()
    assert asked(visit) == other
    assert listed(operator) == []
    cards = [m.body for m in thread.read(visit) if m.kind == "card"]
    assert any("执业资格已到期" in str(body) for body in cards)


def test_somebody_of_the_house_acts_at_once_and_is_named(house, operator):
    doctor = house.on_duty()
    visit = seen(house, doctor)
    end_licence(doctor, house.at)
    services.drop_unfit(doctor, at=house.at)
    services.hand_over_now(operator, visit, at=house.at)
    assert state_of(visit) == "waiting"
    assert HandOver.objects.get().done_by == operator.user_id
    assert lines(actor=operator.user_id, action="dispatch.finish_hand_over")
    with pytest.raises(NotFound):
        services.hand_over_now(operator, visit, at=house.at)


def test_the_list_is_of_the_own_institution(house):
    doctor = house.on_duty()
    visit = seen(house, doctor)
    end_licence(doctor, house.at)
    services.drop_unfit(doctor, at=house.at)
    far = staff_viewer("operator", institution_id=ids.new())
    assert listed(far) == []
    with pytest.raises(NotFound):
        services.hand_over_now(far, visit, at=house.at)


def test_who_is_renewed_in_time_keeps_the_visit(house):
    doctor = house.on_duty()
    visit = seen(house, doctor)
    end_licence(doctor, house.at)
    services.drop_unfit(doctor, at=house.at)
    Licence.objects.filter(practitioner_id=doctor).update(valid_until=None)
    with house.later(seconds=HAND_OVER_WITHIN.total_seconds()):
        assert services.hand_over_due(HandOver.objects.get().pk, at=house.at)
    assert HandOver.objects.get().outcome == "kept"
    assert state_of(visit) == "active"


def test_a_visit_that_another_doctor_has_by_now_is_left_alone(house):
    doctor = house.on_duty()
    visit = seen(house, doctor)
    end_licence(doctor, house.at)
    services.drop_unfit(doctor, at=house.at)
    from xinglin.care.consultation import services as consultation

    consultation.hand_over(visit, reason="line_dead", at=house.at, who="clock")
    services.release(visit, practitioner_id=doctor, reason="line_dead", at=house.at)
    other = house.on_duty()
    house.dispatch()
    services.accept_offer(house.viewer(other), offer_of(visit).pk, at=house.at)
    with house.later(seconds=HAND_OVER_WITHIN.total_seconds()):
        services.hand_over_due(HandOver.objects.get().pk, at=house.at)
    assert HandOver.objects.get().outcome == "over"
    assert asked(visit) == other


def test_a_visit_that_ends_meanwhile_leaves_the_list(house, operator):
    doctor = house.on_duty()
    visit = seen(house, doctor)
    end_licence(doctor, house.at)
    services.drop_unfit(doctor, at=house.at)
    from xinglin.care.consultation.models import Consultation

    Consultation.objects.filter(pk=visit).update(
        state="ended", ending="closed", ended_for="treated", ended_at=house.at, due_at=None
    )
    told = {
        "consultation_id": str(visit),
        "practitioner_id": str(doctor),
        "reason": "closed",
    }
    reactions.release_slot(ids.new(), told, house.at)
    assert listed(operator) == []


def test_the_licence_ends_while_an_offer_is_out(house):
    doctor = house.on_duty()
    visit = house.visit()
    house.dispatch()
    offer = offer_of(visit)
    end_licence(doctor, house.at + timedelta(seconds=10))
    with house.later(seconds=10):
        services.drop_unfit(doctor, at=house.at)
    assert Offer.objects.get(pk=offer.pk).state == "withdrawn"
    with pytest.raises(Conflict) as told:
        services.accept_offer(house.viewer(doctor), offer.pk, at=house.at)
    assert told.value.code == "offer_withdrawn"


def test_at_the_second_of_the_end_the_accept_is_refused_by_policy(house):
    doctor = house.on_duty()
    visit = house.visit()
    house.dispatch()
    offer = offer_of(visit)
    end = house.at + timedelta(seconds=10)
    end_licence(doctor, end)
    with pytest.raises(RuleRefused) as told:
        services.accept_offer(house.viewer(doctor), offer.pk, at=end)
    assert "R14" in {r.rule_id for r in told.value.refusals}
    assert state_of(visit) == "waiting"
    services.accept_offer(house.viewer(doctor), offer.pk, at=end - timedelta(microseconds=1))
    assert state_of(visit) == "active"


def test_a_filing_that_ends_takes_the_doctor_out_as_well(house):
    doctor = house.on_duty()
    Licence.objects.filter(practitioner_id=doctor).update(
        registered_here=False, multi_site_filed=True, filed_until=house.at + timedelta(seconds=5)
    )
    assert not services.drop_unfit(doctor, at=house.at)
    assert services.drop_unfit(doctor, at=house.at + timedelta(seconds=5))


def test_a_suspended_doctor_is_out_at_once_and_back_when_reinstated(house):
    admin = staff_viewer("administrator", institution_id=house.institution.id)
    doctor = house.on_duty()
    visit = seen(house, doctor)
    people.suspend_doctor(admin, doctor, reason="投诉待核实", at=house.at)
    reactions.leave_pool(ids.new(), {"practitioner_id": str(doctor)}, house.at)
    assert Duty.objects.get(pk=doctor).on_since is None
    line = HandOver.objects.get()
    assert (line.reason, line.due_at) == ("suspended", house.at)
    assert services.hand_over_due(line.pk, at=house.at)
    assert state_of(visit) == "waiting"
    with pytest.raises(RuleRefused) as told:
        house.start(doctor)
    assert "XL8" in {r.rule_id for r in told.value.refusals}
    services.release(visit, practitioner_id=doctor, reason="suspended", at=house.at)
    people.reinstate_doctor(admin, doctor, reason="已核实无误", at=house.at)
    house.start(doctor)
    assert Duty.objects.get(pk=doctor).on_since is not None


def test_r17_a_doctor_serves_only_where_licensed_or_filed(house):
    second = people.found_institution(
        code="second", name=Text("第二院", "Second"), licence_number="PDY0002"
    )
    doctor = house.doctor()
    viewer = house.viewer(doctor)
    touch_presence([viewer.user_id], house.at)
    visit = house.visit(institution_id=second.id)
    with pytest.raises(RuleRefused) as told:
        services.start_duty(viewer, capacity=1, at=house.at, institution_id=second.id)
    assert {"R14", "R17"} <= {r.rule_id for r in told.value.refusals}
    house.start(doctor)
    house.dispatch()
    assert asked(visit) is None, "the licence is of the first house"
    filed = LicencePaper(
        number="1",
        valid_from=house.at.date() - timedelta(days=400),
        registered_here=False,
        multi_site_filed=True,
        filed_until=house.at + timedelta(seconds=10),
    )
    add_licence(Practitioner.objects.get(pk=doctor), second.id, filed)
    services.start_duty(viewer, capacity=1, at=house.at, institution_id=second.id)
    visit = house.visit(institution_id=second.id)
    house.dispatch()
    offer = offer_of(visit)
    assert offer.practitioner_id == doctor
    with pytest.raises(RuleRefused) as told:
        services.accept_offer(viewer, offer.pk, at=house.at + timedelta(seconds=10))
    assert "R17" in {r.rule_id for r in told.value.refusals}
    services.accept_offer(viewer, offer.pk, at=house.at)
    assert state_of(visit) == "active"
    with pytest.raises(Conflict) as told:
        services.start_duty(viewer, capacity=1, at=house.at)
    assert told.value.code == "visits_elsewhere"
