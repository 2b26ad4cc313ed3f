"""A visit is transferred with a note: to a department, or to a colleague who may say no; never lost."""

from uuid import UUID

import pytest
from django.db import DatabaseError, transaction

from xinglin.care.consultation import queries as visits
from xinglin.care.consultation import services as consultation
from xinglin.care.consultation.messages import queries as messages
from xinglin.care.consultation.models import Consultation, ConsultationStep, Transfer
from xinglin.care.consultation.types import NewReferral
from xinglin.care.dispatch import queries, reactions, services
from xinglin.care.dispatch.tests.cast import (
    GP,
    SKIN,
    House,
    asked,
    check_books,
    end_licence,
    offer_of,
    state_of,
)
from xinglin.care.people import queries as people
from xinglin.care.people import services as staffing
from xinglin.care.people.models import Patient
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.models import AuditLine as Line
from xinglin.foundation.outbox.models import OutboxEvent
from xinglin.kernel import ids
from xinglin.kernel.errors import Conflict, IllegalStep, Invalid, NotFound, RuleRefused

pytestmark = pytest.mark.django_db
NOTE = "皮疹两天，请皮肤科看；青霉素过敏。"


@pytest.fixture(autouse=True)
def _consent(house):
    """Policy asks for it anew at each transfer."""
    staffing.seed_consent_texts()
    house.patient()
    version = people.consent_status(house.holder.user_id).required_version
    staffing.give_consent(house.holder, kind="service", version=version, at=house.at)


def active(house: House, department: str = GP) -> tuple[UUID, UUID]:
    """A visit of the account's own person, and the doctor who has it."""
    house.on_duty(department, capacity=3)
    visit = house.visit(department)
    Patient.objects.filter(relation="self").update(relation="child")
    Patient.objects.filter(consultation=visit).update(relation="self")
    house.dispatch()
    doctor = asked(visit)
    services.accept_offer(house.viewer(doctor), offer_of(visit).pk, at=house.at)
    return visit, doctor


def transfer(house: House, visit: UUID, doctor: UUID, **to) -> str:
    told = {"department": "", "practitioner_id": None, "note": NOTE, **to}
    return services.transfer_visit(house.viewer(doctor), visit, at=house.at, **told)


def relay(kind: str, house: House) -> None:
    payload = OutboxEvent.objects.filter(kind=kind).latest("seq").payload
    for _ in range(2):
        reactions.release_slot(ids.new(), payload, house.at)


def last_card(visit: UUID) -> dict:
    return messages.read(visit)[-1].body


def test_to_another_department_with_a_note_and_the_whole_thread(house):
    visit, doctor = active(house)
    skin = house.on_duty(SKIN, capacity=2)
    before = [m.seq for m in messages.read(visit)]
    assert transfer(house, visit, doctor, department=SKIN) == SKIN
    row = Consultation.objects.get(pk=visit)
    assert (row.state, row.department, row.practitioner_id, row.returned) == (
        "waiting",
        SKIN,
        None,
        1,
    )
    relay("ConsultationTransferred", house)
    house.dispatch()
    assert asked(visit) == skin
    services.accept_offer(house.viewer(skin), offer_of(visit).pk, at=house.at)
    (told,) = visits.transfers(house.viewer(skin), visit)
    assert (told["note"], told["from_department"]["slug"], told["to_doctor"]) == (NOTE, GP, None)
    assert told["from_doctor"]["id"] == doctor
    assert [m.seq for m in messages.read(visit)][: len(before)] == before
    check_books()


def test_the_patient_reads_what_happened_and_not_the_note(house):
    visit, doctor = active(house)
    house.on_duty(SKIN)
    transfer(house, visit, doctor, department=SKIN)
    card = last_card(visit)
    assert card["card"] == "transferred"
    assert "皮肤" in card["text"]["zh"]
    assert "transferred" in card["text"]["en"]
    assert NOTE not in str(card)
    with pytest.raises(NotFound):
        visits.transfers(house.holder, visit)


def test_a_colleague_is_asked_first_and_is_told_why(house):
    visit, doctor = active(house)
    house.on_duty(GP, capacity=5)
    colleague = house.on_duty(GP, capacity=2)
    transfer(house, visit, doctor, practitioner_id=colleague)
    relay("ConsultationTransferred", house)
    place = queries.place(house.holder, visit, house.at)
    assert "继续为您看" in place.text.zh
    house.dispatch()
    assert asked(visit) == colleague
    assert "同事把这位患者转给您" in offer_of(visit).why["zh"]
    services.accept_offer(house.viewer(colleague), offer_of(visit).pk, at=house.at)
    row = Consultation.objects.get(pk=visit)
    assert (row.state, row.practitioner_id, row.handed_to_id) == ("active", colleague, None)
    assert visits.transfers(house.viewer(colleague), visit)[0]["to_doctor"]["id"] == colleague
    check_books()


@pytest.mark.parametrize("how", ["refuses", "lets it pass", "goes off duty", "has no room"])
def test_a_colleague_who_does_not_take_it_leaves_it_to_the_department(house, how):
    visit, doctor = active(house)
    other = house.on_duty(GP, capacity=5)
    colleague = house.on_duty(GP, capacity=1)
    if how == "has no room":
        busy = house.visit(GP, named_practitioner_id=colleague, named_on=house.at.date())
        house.dispatch()
        services.accept_offer(house.viewer(colleague), offer_of(busy).pk, at=house.at)
    transfer(house, visit, doctor, practitioner_id=colleague)
    relay("ConsultationTransferred", house)
    house.dispatch()
    if how == "refuses":
        services.refuse_offer(
            house.viewer(colleague), offer_of(visit).pk, reason="busy", at=house.at
        )
    elif how == "lets it pass":
        offer = offer_of(visit)
        with house.later(seconds=31) as at:
            services.lapse(offer.pk, at=at)
    elif how == "goes off duty":
        services.stop_duty(house.viewer(colleague), at=house.at)
    else:
        assert asked(visit) is None
        with house.later(seconds=121):
            house.touch(doctor, other, colleague)
    house.touch(doctor, other, colleague)
    house.dispatch()
    step = ConsultationStep.objects.get(consultation_id=visit, step="pass_on")
    assert (step.from_state, step.to_state, step.who) == ("waiting", "waiting", "dispatcher")
    assert last_card(visit)["card"] == "passed_on"
    house.dispatch()
    assert asked(visit) == other
    assert state_of(visit) == "waiting"
    check_books()


def test_whoever_gave_it_away_is_not_asked_for_it_again(house):
    visit, doctor = active(house)
    transfer(house, visit, doctor, department=GP)
    relay("ConsultationTransferred", house)
    with house.later(minutes=10):
        house.touch(doctor)
        house.dispatch()
    assert asked(visit) is None
    assert state_of(visit) == "nobody", "the patient is told, and chooses"


def test_it_may_be_given_back_to_whom_it_came_from(house):
    visit, doctor = active(house)
    colleague = house.on_duty(GP, capacity=2)
    transfer(house, visit, doctor, practitioner_id=colleague)
    relay("ConsultationTransferred", house)
    house.dispatch()
    services.accept_offer(house.viewer(colleague), offer_of(visit).pk, at=house.at)
    with house.later(minutes=1):
        house.touch(doctor, colleague)
        transfer(house, visit, colleague, practitioner_id=doctor)
    relay("ConsultationTransferred", house)
    house.dispatch()
    assert asked(visit) == doctor
    assert [t["note"] for t in _notes_of(house, visit, doctor)] == [NOTE, NOTE]


def _notes_of(house: House, visit: UUID, doctor: UUID) -> list[dict]:
    services.accept_offer(house.viewer(doctor), offer_of(visit).pk, at=house.at)
    return visits.transfers(house.viewer(doctor), visit)


def test_the_clocks_begin_anew(house):
    visit, doctor = active(house)
    with house.later(minutes=4):
        house.touch(doctor)
        transfer(house, visit, doctor, department=SKIN)
    row = Consultation.objects.get(pk=visit)
    assert (row.state_since, row.due_step) == (house.at, "give_up")
    assert (row.due_at - house.at).total_seconds() == 3600
    assert messages.thread_facts(visit).closes_at is None


def test_each_step_is_a_row_a_line_and_an_event(house):
    visit, doctor = active(house)
    transfer(house, visit, doctor, department=SKIN)
    step = ConsultationStep.objects.get(consultation_id=visit, step="transfer")
    assert (step.from_state, step.to_state, step.who) == ("active", "waiting", "doctor")
    assert step.detail["to"] == SKIN
    line = Line.objects.get(action="consultation.transfer", thing_id=visit)
    assert line.actor_id == house.viewer(doctor).user_id
    assert NOTE not in str(line.detail)
    event = OutboxEvent.objects.get(kind="ConsultationTransferred")
    assert event.payload["department"] == SKIN
    assert NOTE not in str(event.payload)


def test_what_was_noted_stands(house):
    visit, doctor = active(house)
    transfer(house, visit, doctor, department=SKIN)
    for change in (lambda rows: rows.update(note="x"), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(Transfer.objects.filter(consultation_id=visit))


@pytest.mark.parametrize(
    ("to", "field"),
    [
        ({}, "department"),
        ({"department": "astrology"}, "department"),
        ({"department": SKIN, "note": " "}, "note"),
        ({"department": SKIN, "note": "看"}, "note"),
        ({"department": SKIN, "note": "看" * 501}, "note"),
    ],
)
def test_a_wrong_form_names_the_field_in_both_languages(house, to, field):
    visit, doctor = active(house)
    with pytest.raises(Invalid) as refused:
        transfer(house, visit, doctor, **to)
    (error,) = refused.value.errors
    assert error.field == field
    assert error.text.zh != error.text.en
    assert state_of(visit) == "active"


def test_nobody_transfers_to_oneself_or_to_who_does_not_serve_there(house):
    visit, doctor = active(house)
    skin = house.on_duty(SKIN)
    for to in ({"practitioner_id": doctor}, {"practitioner_id": skin, "department": GP}):
        with pytest.raises(Invalid) as refused:
            transfer(house, visit, doctor, **to)
        assert [e.field for e in refused.value.errors] == ["practitioner_id"]
    assert transfer(house, visit, doctor, practitioner_id=skin) == SKIN


def test_who_may_not_work_or_is_not_there_is_not_asked(house):
    visit, doctor = active(house)
    ended, off = house.on_duty(GP), house.doctor(GP)
    end_licence(ended, house.at)
    with pytest.raises(RuleRefused) as refused:
        transfer(house, visit, doctor, practitioner_id=ended)
    assert refused.value.refusals
    with pytest.raises(Conflict) as told:
        transfer(house, visit, doctor, practitioner_id=off)
    assert told.value.code == "colleague_off_duty"
    with pytest.raises(NotFound):
        transfer(house, visit, doctor, practitioner_id=ids.new())
    assert state_of(visit) == "active"
    assert not Transfer.objects.exists()


def test_twice_too_late_and_by_strangers(house):
    visit, doctor = active(house)
    other = house.on_duty(GP)
    strangers = [house.holder, house.viewer(other), Viewer.system("worker")]
    for viewer in strangers:
        with pytest.raises(NotFound):
            services.transfer_visit(
                viewer, visit, department=SKIN, practitioner_id=None, note=NOTE, at=house.at
            )
    transfer(house, visit, doctor, department=SKIN)
    with pytest.raises(NotFound):
        transfer(house, visit, doctor, department=SKIN)
    ended, its = active(house, SKIN)
    consultation.stop(
        house.viewer(its),
        ended,
        referral=NewReferral(
            reason="unsuitable",
            advice="请到医院皮肤科就诊检查。",
            hospital="市第一医院",
            department="皮肤科",
            urgency="days",
        ),
        at=house.at,
    )
    with pytest.raises(IllegalStep):
        transfer(house, ended, its, department=GP)


@pytest.mark.parametrize("whom", ["a department", "a colleague"])
def test_a_visit_by_name_is_given_on_and_the_patient_is_told_that_the_choice_is_released(
    house, whom
):
    doctor = house.on_duty(GP)
    colleague = house.on_duty(GP, capacity=2)
    visit = house.visit(GP, named_practitioner_id=doctor, named_on=house.at.date())
    Patient.objects.filter(relation="self").update(relation="child")
    Patient.objects.filter(consultation=visit).update(relation="self")
    house.dispatch()
    services.accept_offer(house.viewer(doctor), offer_of(visit).pk, at=house.at)
    page = visits.page(house.viewer(doctor), as_doctor=True, state="", after=None, limit=9)
    assert "transfer" in page["items"][0]["may"]
    to = {"department": GP} if whom == "a department" else {"practitioner_id": colleague}
    transfer(house, visit, doctor, **to)
    row = Consultation.objects.get(pk=visit)
    assert (row.state, row.named_practitioner_id, row.named_on) == ("waiting", None, None)
    card = visits.messages_of(house.holder, visit, since=0, limit=200)["messages"][-1].body
    assert "指名已解除" in card["text"]["zh"]
    assert "released" in card["text"]["en"]
    step = row.steps.order_by("-id").first()
    assert (step.step, step.detail["released_id"]) == ("transfer", str(doctor))
    house.dispatch()
    assert asked(visit) == colleague
    check_books()


def test_the_patient_may_still_leave_or_choose_otherwise(house):
    for choice, state in (("cancel", "cancelled"), ("leave_message", "left_message")):
        visit, doctor = active(house)
        colleague = house.on_duty(GP, capacity=2)
        transfer(house, visit, doctor, practitioner_id=colleague)
        consultation.choose(house.holder, visit, choice=choice, at=house.at)
        row = Consultation.objects.get(pk=visit)
        assert (row.state, row.handed_to_id) == (state, None)
