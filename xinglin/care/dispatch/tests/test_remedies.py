"""What an operator does on the spot: once, with a reason, in the audit; the second is told who was first."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from xinglin.care.consultation import services as consultation
from xinglin.care.consultation.models import Consultation, ConsultationStep
from xinglin.care.consultation.services.deadlines import meet_deadline
from xinglin.care.dispatch import queries, services
from xinglin.care.dispatch.models import Duty, Remedy
from xinglin.care.dispatch.tests.cast import SKIN, asked, check_books, state_of
from xinglin.care.dispatch.tests.operators import (
    active,
    close,
    course,
    extend,
    operator,
    reassign,
    relay,
    seen,
)
from xinglin.foundation.audit.models import AuditLine
from xinglin.foundation.notices.models import Notice
from xinglin.kernel import ids
from xinglin.kernel.errors import Conflict, Invalid, NotFound

pytestmark = pytest.mark.django_db


def test_closing_ends_a_waiting_visit_with_a_reason_that_the_patient_reads(house):
    viewer, visit = operator(house), house.visit()
    close(house, viewer, visit, note="电话已告知")
    relay()
    row = Consultation.objects.get(pk=visit)
    assert (row.state, row.ending) == ("cancelled", "closed_by_house")
    step = ConsultationStep.objects.get(consultation_id=visit)
    assert (step.who, step.actor_id, step.reason) == ("operator", viewer.user_id, "no_doctor")
    (card,) = cards(visit, "cancelled")
    assert "很抱歉" in card["text"]["zh"]
    assert "暂时没有医生可以接诊" in card["text"]["zh"]
    assert "电话已告知" not in str(card)
    assert Notice.objects.get(user_id=house.holder.user_id).kind == "closed_by_house"
    line = AuditLine.objects.get(action="consultation.cancel_by_house")
    assert (line.actor_id, line.detail["reason"]) == (viewer.user_id, "no_doctor")


def cards(visit, name: str) -> list[dict]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select body::text from consultation_message where consultation_id = %s"
            " and kind = 'card' and body->>'card' = %s",
            [visit, name],
        )
        return [json.loads(row[0]) for row in cursor.fetchall()]


def test_closing_ends_an_active_visit_and_frees_the_doctor(house):
    viewer, doctor = operator(house), house.on_duty()
    visit = active(house, doctor)
    close(house, viewer, visit, reason="system_fault")
    relay()
    assert state_of(visit) == "ended"
    check_books()
    assert Duty.objects.get(pk=doctor).reserved == 0


def test_the_second_operator_is_told_who_was_first_and_what_was_done(house):
    first, second, visit = operator(house, "张运营"), operator(house, "李运营"), house.visit()
    both_saw = seen(house, second, visit)
    close(house, first, visit)
    for act in (close, reassign):
        with pytest.raises(Conflict) as refused:
            act(house, second, visit, seen=both_saw)
        assert refused.value.code == "someone_was_first"
        assert "张运营" in refused.value.text.zh
        assert "医院取消问诊" in refused.value.text.zh
        assert "Cancelled by the hospital" in refused.value.text.en
    assert Remedy.objects.count() == 1


def test_what_the_patient_did_meanwhile_is_told_too_and_nothing_is_done(house):
    viewer, visit = operator(house), house.visit()
    saw = seen(house, viewer, visit)
    consultation.choose(house.holder, visit, choice="cancel", at=house.at)
    with pytest.raises(Conflict) as refused:
        close(house, viewer, visit, seen=saw)
    assert "患者" in refused.value.text.zh
    with pytest.raises(Conflict) as refused:
        close(house, viewer, visit)
    assert refused.value.code == "visit_over"
    assert state_of(visit) == "cancelled"


def test_a_deadline_is_put_off_once_and_holds(house):
    viewer, doctor = operator(house), house.on_duty()
    visit = active(house, doctor)
    before = course(house, viewer, visit).visit.due_at
    until = extend(house, viewer, visit, 5)
    told = course(house, viewer, visit).visit
    assert (told.due_at, told.extended) == (until, True)
    assert until == before + timedelta(minutes=5)
    assert not meet_deadline(visit, at=before + timedelta(seconds=1))
    assert state_of(visit) == "active"
    with pytest.raises(Conflict) as refused:
        extend(house, viewer, visit, 1)
    assert refused.value.code == "extended_already"
    assert meet_deadline(visit, at=until + timedelta(seconds=1))
    assert state_of(visit) == "waiting"
    assert Consultation.objects.get(pk=visit).extended_until is None


@pytest.mark.parametrize("minutes", [-1, 0, 61, 100_000])
def test_a_waiting_visit_is_given_no_more_than_its_hour_again(house, minutes):
    viewer, visit = operator(house), house.visit()
    with pytest.raises(Invalid) as refused:
        extend(house, viewer, visit, minutes)
    assert "60" in refused.value.errors[0].text.zh
    extend(house, viewer, visit, 60)
    assert not meet_deadline(visit, at=house.at + timedelta(minutes=119))
    assert meet_deadline(visit, at=house.at + timedelta(minutes=121))


@pytest.mark.parametrize("act", [close, reassign, extend])
def test_no_reason_no_act_and_no_visit_of_another_hospital(house, act):
    viewer, visit = operator(house), house.visit()
    for reason in ("", "因为", "own_choice"):
        with pytest.raises(Invalid):
            act(house, viewer, visit, reason=reason)
    with pytest.raises(Invalid):
        act(house, viewer, visit, note="长" * 201)
    stranger = operator(house, elsewhere=True)
    with pytest.raises(NotFound):
        act(house, stranger, visit, seen=0)
    with pytest.raises(NotFound):
        act(house, viewer, ids.new(), seen=0)
    assert state_of(visit) == "waiting"
    assert not Remedy.objects.exists()


def test_a_doctor_is_reminded_of_the_patient_who_waits_and_not_again_within_minutes(house):
    first, second, doctor = operator(house, "张运营"), operator(house), house.on_duty()
    visit = active(house, doctor)
    services.remind(first, visit, whom="doctor", at=house.at)
    notice = Notice.objects.get(kind="remind_doctor_reply")
    assert notice.user_id == house.viewer(doctor).user_id
    with pytest.raises(Conflict) as refused:
        services.remind(second, visit, whom="doctor", at=house.at + timedelta(minutes=4))
    assert refused.value.code == "someone_was_first"
    assert "张运营" in refused.value.text.zh
    services.remind(second, visit, whom="doctor", at=house.at + timedelta(minutes=5, seconds=1))
    assert Notice.objects.filter(kind="remind_doctor_reply").count() == 2
    line = AuditLine.objects.filter(action="dispatch.remind").first()
    assert line.detail["kind"] == "remind_doctor_reply"


def test_nobody_is_reminded_who_has_nothing_to_do(house):
    viewer, doctor, waiting = operator(house), house.on_duty(SKIN), house.visit()
    with pytest.raises(Conflict) as refused:
        services.remind(viewer, waiting, whom="doctor", at=house.at)
    assert refused.value.code == "nobody_to_remind"
    services.remind(viewer, waiting, whom="patient", at=house.at)
    assert Notice.objects.get().kind == "remind_patient_waiting"
    with pytest.raises(Invalid):
        services.remind(viewer, waiting, whom="everybody", at=house.at)
    assert doctor


def test_a_doctor_is_put_off_duty_and_keeps_the_open_visit(house):
    first, second, doctor = operator(house, "张运营"), operator(house), house.on_duty(capacity=2)
    visit = active(house, doctor)
    asked_now = house.visit()
    house.dispatch()
    services.put_off_duty(first, doctor, reason="does_not_answer", note="", at=house.at)
    duty = Duty.objects.get(pk=doctor)
    assert (duty.on_since, duty.off_reason) == (None, "by_operator")
    assert (state_of(visit), asked(asked_now)) == ("active", None)
    with pytest.raises(Conflict) as refused:
        services.put_off_duty(second, doctor, reason="other", note="", at=house.at)
    assert refused.value.code == "someone_was_first"
    assert "张运营" in refused.value.text.zh
    with pytest.raises(NotFound):
        services.put_off_duty(
            operator(house, elsewhere=True), doctor, reason="other", note="", at=house.at
        )
    with pytest.raises(Conflict) as refused:
        services.put_off_duty(second, house.doctor(), reason="other", note="", at=house.at)
    assert refused.value.code == "off_duty_already"
    assert queries.duty(house.viewer(doctor), house.at).off_reason.en.startswith("An operator")
    line = AuditLine.objects.get(action="dispatch.stop_duty")
    assert line.detail == {"reason": "by_operator", "why": "does_not_answer"}


def test_a_remedy_stands(house):
    viewer, visit = operator(house), house.visit()
    reassign(house, viewer, visit)
    with pytest.raises(IntegrityError), transaction.atomic():
        Remedy.objects.update(reason="other")
    with pytest.raises(IntegrityError), transaction.atomic():
        Remedy.objects.all().delete()


def test_the_course_of_a_visit_tells_each_step_by_name_and_no_word_of_the_patient(house):
    viewer, doctor = operator(house), house.on_duty()
    visit = active(house, doctor)
    services.remind(viewer, visit, whom="doctor", at=house.at)
    close(house, viewer, visit, reason="doctor_unable", note="内部备注")
    found = course(house, viewer, visit)
    told = [(event.kind, event.text.en, event.who.zh) for event in found.events]
    name = found.visit.doctor.name.zh
    assert ("offer", "Offered to a doctor", "派单系统") in told
    assert ("offer", "Accept", name) in told
    assert ("visit", "A doctor accepts", name) in told
    assert ("reminder", "The doctor was reminded", "张运营") in told
    assert ("visit", "Closed by the hospital", "张运营") in told
    assert found.visit.patient == "林*杏"
    for secret in ("咳嗽", "林小杏", "内部备注"):
        assert secret not in repr(found.events) + repr(found.visit)
    with pytest.raises(NotFound):
        course(house, operator(house, elsewhere=True), visit)
