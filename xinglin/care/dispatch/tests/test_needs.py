"""A doctor's word raises what a visit needs: senior doctors are asked first, others while there are none."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from xinglin.care.consultation import services as consultation
from xinglin.care.consultation.messages import queries as messages
from xinglin.care.dispatch import queries, services
from xinglin.care.dispatch.needs import RaisedNeed
from xinglin.care.dispatch.queries.truth import Memory
from xinglin.care.dispatch.rules import SENIOR_WITHIN
from xinglin.care.dispatch.tests.cast import GP, House, asked, check_books, offer_of, state_of
from xinglin.care.dispatch.tests.operators import operator
from xinglin.care.dispatch.tests.test_transfers import active, transfer
from xinglin.care.dispatch.tests.test_wishes import seen
from xinglin.care.people import queries as people
from xinglin.care.people import services as staffing
from xinglin.foundation.audit.models import AuditLine

pytestmark = pytest.mark.django_db
CHIEF, ASSOCIATE = {"title_code": "231"}, {"title_code": "232"}


@pytest.fixture
def _consent(house):
    staffing.seed_consent_texts()
    house.patient()
    version = people.consent_status(house.holder.user_id).required_version
    staffing.give_consent(house.holder, kind="service", version=version, at=house.at)


def beyond_me(house: House, visit) -> None:
    """Whoever is asked says that it needs a more senior doctor; then a turn."""
    offer = offer_of(visit)
    services.refuse_offer(
        house.viewer(offer.practitioner_id), offer.pk, reason="needs_senior", at=house.at
    )
    house.dispatch()


def raised(house: House, **changes):
    """A visit that the one doctor on duty has found to need a more senior one."""
    first = house.on_duty(capacity=5)
    visit = house.visit(**changes)
    house.dispatch()
    assert asked(visit) == first
    return visit


def why(visit) -> dict:
    return offer_of(visit).why


def place(house: House, visit):
    return queries.place(house.holder, visit, house.at)


def test_a_visit_is_minor_until_a_doctor_says_otherwise(house):
    chief = house.on_duty(capacity=5, **CHIEF)
    visits = [house.visit(urgency=urgency) for urgency in (1, 2, 3, 4)]
    house.dispatch()
    assert {asked(v) for v in visits} == {chief}
    assert {why(v)["terms"]["need"] for v in visits} == {1}
    assert not RaisedNeed.objects.exists()


def test_who_refuses_because_of_it_brings_the_visit_to_a_more_senior_doctor(house):
    visit = raised(house)
    house.on_duty(capacity=9)
    associate = house.on_duty(capacity=2, **ASSOCIATE)
    house.visit(named_practitioner_id=associate, named_on=house.at.date())
    house.dispatch()
    beyond_me(house, visit)
    assert asked(visit) == associate, "although another is idle and costs less"
    told = why(visit)
    assert "needs a more senior doctor" in told["en"]
    assert "you need a more senior doctor, so one was asked" in told["patient"]["en"]
    assert "需要 2 级（医生要求 2 级）" in told["auditor"]["zh"]
    assert (told["terms"]["need"], told["terms"]["raised"]) == (2, 2)
    check_books()


def test_an_associate_chief_who_says_so_brings_it_to_a_chief_and_nobody_lowers_it(house):
    visit = raised(house)
    house.on_duty(capacity=5, **ASSOCIATE)
    beyond_me(house, visit)
    house.on_duty(capacity=5, **ASSOCIATE)
    chief = house.on_duty(capacity=5, **CHIEF)
    beyond_me(house, visit)
    assert asked(visit) == chief
    beyond_me(house, visit)
    assert list(RaisedNeed.objects.order_by("id").values_list("grade", "need")) == [
        (1, 2),
        (2, 3),
        (3, 3),
    ]
    assert "需要 2 级（医生要求 3 级）" in why(visit)["auditor"]["zh"], "an associate, then"


def test_while_nobody_senior_is_on_duty_others_are_asked_and_the_patient_reads_why(house):
    visit = raised(house)
    other = house.on_duty(capacity=5)
    beyond_me(house, visit)
    assert asked(visit) == other
    told = why(visit)
    assert "none can be asked now, so another one was" in told["patient"]["en"]
    assert "none can be asked now" in told["en"]
    assert "需要 1 级（医生要求 2 级）" in told["auditor"]["zh"]


def test_a_senior_doctor_without_room_is_waited_for_and_one_who_leaves_is_not(house):
    visit = raised(house)
    other = house.on_duty(capacity=5)
    chief = house.on_duty(capacity=1, **CHIEF)
    house.visit(named_practitioner_id=chief, named_on=house.at.date())
    house.dispatch()
    beyond_me(house, visit)
    assert asked(visit) is None
    said = place(house, visit)
    assert "senior doctor; such doctors are asked first (on duty: 1)" in said.text.en
    assert said.estimate_s is None
    services.stop_duty(house.viewer(chief), at=house.at)
    assert "none is on duty now" in place(house, visit).text.en
    house.dispatch()
    assert asked(visit) == other


def test_a_senior_doctor_without_room_is_not_waited_for_without_end(house):
    visit = raised(house)
    other = house.on_duty(capacity=5)
    chief = house.on_duty(capacity=1, **CHIEF)
    house.visit(named_practitioner_id=chief, named_on=house.at.date())
    house.dispatch()
    beyond_me(house, visit)
    house.at += SENIOR_WITHIN - timedelta(seconds=1)
    house.touch(other, chief)
    house.dispatch()
    assert asked(visit) is None
    house.at += timedelta(seconds=1)
    assert "senior" not in place(house, visit).text.en
    house.dispatch()
    assert asked(visit) == other
    assert "none can be asked now" in why(visit)["patient"]["en"]


def test_a_senior_doctor_who_comes_gets_what_waits(house):
    visit = raised(house)
    beyond_me(house, visit)
    assert state_of(visit) == "nobody", "the only doctor on duty has declined it for good"
    consultation.choose(house.holder, visit, choice="wait", at=house.at)
    chief = house.on_duty(capacity=5, **CHIEF)
    house.on_duty(capacity=5)
    house.dispatch()
    assert asked(visit) == chief


def test_a_senior_doctor_who_is_busy_just_now_holds_nobody_up(house):
    visit = raised(house)
    other = house.on_duty(capacity=5)
    house.on_duty(capacity=5, **CHIEF)
    beyond_me(house, visit)
    offer = offer_of(visit)
    services.refuse_offer(house.viewer(offer.practitioner_id), offer.pk, reason="busy", at=house.at)
    house.dispatch()
    assert asked(visit) == other


def test_the_switch_spare_does_not_hold_for_it(house):
    """The patient's own chief, spared of minor return visits, is asked again."""
    services.spare_experts(operator(house), GP, at=house.at)
    first = house.on_duty(capacity=5)
    former, patient = house.on_duty(capacity=5, **CHIEF), house.patient()
    seen(house, patient, former, days=30)
    house.on_duty(capacity=5, **CHIEF)
    visit = house.visit(patient_id=patient)
    house.dispatch()
    assert asked(visit) == first
    beyond_me(house, visit)
    assert asked(visit) == former
    assert why(visit)["terms"]["how"] == "former"


def test_whoever_speaks_the_language_is_senior_enough_when_no_senior_does(house):
    first = house.on_duty(capacity=5, languages=("en",))
    visit = house.visit(language="en")
    house.dispatch()
    assert asked(visit) == first
    house.on_duty(capacity=5, **CHIEF)
    other = house.on_duty(capacity=5, languages=("en",))
    beyond_me(house, visit)
    assert asked(visit) == other


@pytest.mark.usefixtures("_consent")
def test_who_transfers_it_for_that_reason_says_so_to_the_patient_too(house):
    visit, doctor = active(house)
    house.on_duty(capacity=9)
    associate = house.on_duty(capacity=5, **ASSOCIATE)
    transfer(house, visit, doctor, department=GP, needs_senior=True)
    house.dispatch()
    assert asked(visit) == associate
    (card,) = [m for m in messages.read(visit) if m.body.get("card") == "transferred"]
    assert card.body["text"]["en"].endswith("such doctors are asked first.")
    row = RaisedNeed.objects.get()
    assert (row.practitioner_id, row.need, row.how) == (doctor, 2, "transferred")


def test_it_is_audited_and_stands_in_the_course_of_the_visit(house):
    visit = raised(house)
    beyond_me(house, visit)
    line = AuditLine.objects.get(action="dispatch.raise_need")
    assert (line.detail["grade"], line.detail["need"]) == (1, 2)
    events = queries.visit_course(operator(house), visit, house.at).events
    assert "A doctor asked for an associate chief or chief" in [e.text.en for e in events]
    assert "needs a senior colleague" in [e.reason.en for e in events if e.reason]


@pytest.mark.parametrize("act", ["update", "delete"])
def test_the_word_stands(house, act):
    visit = raised(house)
    beyond_me(house, visit)
    words = RaisedNeed.objects.filter(consultation_id=visit)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        words.update(need=3) if act == "update" else words.delete()


@pytest.mark.django_db(transaction=True)
def test_a_leader_that_begins_knows_what_one_remembers_and_hears_what_was_said(house):
    visit = raised(house)
    chief = house.on_duty(capacity=1, **CHIEF)
    house.visit(named_practitioner_id=chief, named_on=house.at.date())
    house.dispatch()
    beyond_me(house, visit)

    def check(need: int) -> None:
        fresh = Memory()
        fresh.refresh(house.at)
        house.memory.refresh(house.at)
        assert not house.memory.differs(fresh)
        assert (fresh.free[visit].need, fresh.free[visit].raised) == (need, 2)

    check(2)
    services.stop_duty(house.viewer(chief), at=house.at)
    check(1)
    house.start(chief)
    check(2)
