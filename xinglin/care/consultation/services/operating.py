"""What the hospital does with a visit through its operators; `dispatch` decides who may.

Who acts asks `newer_step` first, in the same transaction.
"""

from datetime import datetime, timedelta
from uuid import UUID

from xinglin.care.consultation import events, rules
from xinglin.care.consultation.lifecycle import CONSULTATION, active_due, longest_extension
from xinglin.care.consultation.messages import queries as threads
from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.models import Consultation
from xinglin.care.consultation.queries.operating import newest_step
from xinglin.care.consultation.services.ending import end
from xinglin.care.consultation.services.locking import locked
from xinglin.care.consultation.services.moving import move
from xinglin.care.consultation.services.naming import doctor_asked_for
from xinglin.care.consultation.services.offering import give_back
from xinglin.care.consultation.services.steps import announce, stay, take
from xinglin.care.consultation.types import NewestStep, Reason
from xinglin.care.people import queries as people
from xinglin.care.people.types import PractitionerCard
from xinglin.care.triage import queries as triage
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import Conflict, FieldError, Invalid
from xinglin.kernel.text import Text

_WAITS = frozenset({"waiting", "nobody", "left_message"})
_NAMED_BY_PATIENT = Text(
    "患者指名了一位医生，没有患者的同意不能换人；可以提醒患者改问任意医生。",
    "The patient asked for one doctor by name, and nobody else is asked without the patient's"
    " word. You can remind the patient to take any doctor.",
)
_OVER = Text("问诊已经结束，不能再处理。", "The visit is over; nothing can be done with it now.")
_NEXT_SHIFT = Text(
    "患者给下一班医生留了言，不在排队；请指定一位在班的医生。",
    "The patient has left a message for the next shift and is in no queue. Please choose one doctor"
    " who is on duty.",
)
_NO_LONGER = Text(
    "这个时限已经延长过一次，不能再延长；可以重新安排或结束问诊。",
    "This deadline has been put off once already. You can reassign the visit, or close it.",
)
_CLOSES_ANYWAY = Text(
    "问诊的时间快到了，不能再延长。",
    "The time of the visit itself is nearly over: no more can be given.",
)


@outbox.in_one_transaction()
def newer_step(consultation_id: UUID, seen: int) -> NewestStep | None:
    """What has happened to the visit since the step `seen`; nothing more until the transaction ends.

    Raises:
        NotFound: there is no such visit.
    Locks: thread and visit.
    """
    row = locked(consultation_id)
    step = newest_step(row.pk)
    return step if step is not None and step.id > seen else None


@outbox.in_one_transaction()
def reassign(
    viewer: Viewer,
    consultation_id: UUID,
    *,
    reason: Reason,
    doctor: PractitionerCard | None,
    at: datetime,
    department: str = "",
) -> None:
    """Back to the queue before others as urgent, or to one doctor, or to another department.

    Args:
        doctor: on duty at the institution of the visit; None: any of the department.
        department: another one, in which it should have been; nobody is named then.
    Raises:
        Conflict: the visit is over, the patient asked for another doctor by name, or left a message
            and no doctor is named; or as `moving.move`.
    Locks: thread and visit. Emits: ConsultationReturned, ConsultationPutFirst, DepartmentChanged.
    """
    row = locked(consultation_id)
    if row.state not in _WAITS | {"active"}:
        raise Conflict("visit_over", _OVER)
    if row.state == "left_message" and doctor is None:
        raise Conflict("waits_for_next_shift", _NEXT_SHIFT)
    goes_on = doctor is not None or department != "" or row.state != "active"
    if row.named_practitioner_id is not None and goes_on:
        raise Conflict("asked_by_name", _NAMED_BY_PATIENT)
    if row.state == "active":
        give_back(row, "hand_over", who="operator", actor=viewer, at=at, reason="by_house")
    if department:
        move(viewer, row, department, reason=reason, at=at)
    elif doctor is not None:
        _name(viewer, row, doctor, reason, at)
    elif row.named_practitioner_id is None:
        _put_first(viewer, row, reason, at)


def _name(
    viewer: Viewer, row: Consultation, doctor: PractitionerCard, reason: Reason, at: datetime
) -> None:
    patient = people.patient_card(row.patient_id)
    doctor_asked_for(
        doctor.id, patient, department=row.department, at=at, on_duty_at=row.institution_id
    )
    take(
        row,
        "name_doctor",
        who="operator",
        actor=viewer,
        at=at,
        reason=reason.code,
        detail={"practitioner_id": str(doctor.id), "note": reason.note},
        changes={"put_first": True, "handed_to_id": doctor.id},
    )
    messages.post_card(
        row.pk,
        "by_house",
        Text(
            f"医院正在请{doctor.name.zh}医生接诊，请稍候；如果接不了，会请本科室的其他医生。",
            f"The hospital is asking Dr {doctor.name.en} to take your visit; please wait a moment."
            " If that is not possible, another doctor of the department is asked.",
        ),
    )
    announce(row, events.ConsultationPutFirst)


def _put_first(viewer: Viewer, row: Consultation, reason: Reason, at: datetime) -> None:
    take(
        row,
        "put_first",
        who="operator",
        actor=viewer,
        at=at,
        reason=reason.code,
        detail={"note": reason.note},
        changes={"put_first": True, "handed_to_id": None},
    )
    messages.post_card(
        row.pk,
        "by_house",
        Text(
            "抱歉让您久等，医院已为您安排优先接诊。",
            "We are sorry for the wait. The hospital has put your visit first.",
        ),
    )
    announce(row, events.ConsultationPutFirst)


_IN_CALL = Text(
    "医生和患者正在通话，时限已暂停；请在通话结束后再延长。",
    "Doctor and patient are in a call and no deadline runs; please give more time after it.",
)


@outbox.in_one_transaction()
def extend(
    viewer: Viewer,
    consultation_id: UUID,
    *,
    by: timedelta,
    reason: Reason,
    at: datetime,
) -> datetime:
    """Put the deadline of the present state off, once; answers the new one.

    Raises:
        Invalid: no time, or more than the deadline's own length.
        Conflict: the visit is over, was given time already, or ends anyway.
    Locks: thread and visit. Emits: ConsultationGivenTime.
    """
    row = locked(consultation_id)
    if row.state in CONSULTATION.finals:
        raise Conflict("visit_over", _OVER)
    if row.extended_until is not None:
        raise Conflict("extended_already", _NO_LONGER)
    if row.in_call_since is not None:
        raise Conflict("in_call", _IN_CALL)
    due, step, closes_at = _due(row)
    most = longest_extension(row.state, step)
    if not timedelta(minutes=1) <= by <= most:
        minutes = int(most.total_seconds() // 60)
        raise Invalid(
            FieldError(
                "minutes",
                Text("可延长 1 至 {n} 分钟。", "It can be put off by 1 to {n} minutes.").filled(
                    n=minutes
                ),
            )
        )
    until = max(due, at) + by
    if closes_at is not None and until >= closes_at:
        raise Conflict("ends_anyway", _CLOSES_ANYWAY)
    stay(
        row,
        f"extend_{row.state}",
        who="operator",
        actor=viewer,
        at=at,
        reason=reason.code,
        detail={"until": until.isoformat(), "note": reason.note},
        changes={"extended_until": until, "due_at": until},
    )
    announce(row, events.ConsultationGivenTime)
    return until


def _due(row: Consultation) -> tuple[datetime, str, datetime | None]:
    assert row.due_at is not None
    if row.state != "active":
        return row.due_at, row.due_step, None
    facts = threads.thread_facts(row.pk)
    due, step = active_due(
        accepted_at=row.state_since,
        last_patient_at=facts.last_patient_at,
        last_doctor_at=facts.last_doctor_at,
        closes_at=facts.closes_at,
        may_ask=rules.has_turn(facts.turns, facts.max_turns),
    )
    return due, step, facts.closes_at


@outbox.in_one_transaction()
def close_for_house(viewer: Viewer, consultation_id: UUID, *, reason: Reason, at: datetime) -> None:
    """End the visit with a reason that the patient reads, and an apology.

    Raises:
        Conflict: the visit is over.
    Locks: thread and visit. Emits: ConsultationEnded or ConsultationWithdrawn.
    """
    row = locked(consultation_id)
    detail = {"note": reason.note}
    if row.state == "active":
        end(
            row,
            "close_by_house",
            who="operator",
            actor=viewer,
            at=at,
            ending="closed_by_house",
            reason=reason.code,
            detail=detail,
        )
    elif row.state in _WAITS:
        take(
            row,
            "cancel_by_house",
            who="operator",
            actor=viewer,
            at=at,
            reason=reason.code,
            detail=detail,
            changes={"ending": "closed_by_house"},
        )
        announce(row, events.ConsultationWithdrawn, reason="closed_by_house")
    else:
        raise Conflict("visit_over", _OVER)
    place = people.institution(row.institution_id).place
    number = triage.emergency_number(place, at)
    messages.post_card(
        row.pk,
        "ended" if row.state == "ended" else "cancelled",
        Text(
            f"很抱歉，医院结束了本次问诊。原因：{reason.text.zh}。如仍需要帮助，请重新发起问诊；"
            f"情况紧急请到医院急诊或拨打{number}。",
            f"We are sorry: the hospital has ended this visit. The reason: {reason.text.en}."
            " If you still need help, please ask again; if it is urgent go to an emergency"
            f" department or call {number}.",
        ),
        ending="closed_by_house",
        reason=reason.code,
    )
    messages.close_thread(row.pk)
