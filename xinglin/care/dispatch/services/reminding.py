"""Reminding a doctor or a patient, by notices; nobody of the same thing again within minutes."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from xinglin.care.consultation import queries as visits
from xinglin.care.consultation.types import HouseVisit
from xinglin.care.dispatch import rules
from xinglin.care.dispatch.models import Abnormal, Remedy
from xinglin.care.dispatch.queries.board import check_house
from xinglin.care.dispatch.services.remedies import first
from xinglin.care.people import queries as people
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.database import services as database
from xinglin.foundation.notices import services as notices
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import Conflict, FieldError, Invalid, NotFound
from xinglin.kernel.text import Text

MOST_AT_ONCE = 100
_LOCK = "select pg_advisory_xact_lock(hashtextextended(%s, 0))"
_DID = Text("已提醒", "reminded")
_NOBODY = Conflict(
    "nobody_to_remind",
    Text(
        "现在没有需要这个人做的事，没有发出提醒。",
        "There is nothing that this person has to do now; nobody was reminded.",
    ),
)
_ONE_KIND = Text(
    "一次只能提醒同一类异常，请先按类型筛选。",
    "Only one type at a time can be reminded; please choose a type first.",
)
_TOO_MANY = Text("一次最多提醒 {n} 条。", "At most {n} at a time.")
# State of a visit -> the notice to its patient.
_TO_PATIENT = {
    "active": "remind_patient_answer",
    "left_message": "remind_patient_waiting",
    "nobody": "remind_patient_choose",
    "waiting": "remind_patient_waiting",
}
# Kind of event -> whom, and the notice.
_OF_EVENT = {
    "offer_lapsed": ("doctor", "remind_doctor_prompt"),
    "first_reply_late": ("doctor", "remind_doctor_prompt"),
    "reply_late": ("doctor", "remind_doctor_prompt"),
    "refusals_in_a_row": ("doctor", "remind_doctor_prompt"),
    "record_unsigned": ("doctor", "remind_doctor_record"),
    "not_taken": ("patient", "remind_patient_waiting"),
    "no_doctor": ("patient", "remind_patient_again"),
}


@outbox.in_one_transaction()
def remind(viewer: Viewer, consultation_id: UUID, *, whom: str, at: datetime) -> None:
    """Of what this one has to do in the visit now.

    Raises:
        NotFound: no such visit in the viewer's institution.
        Invalid: `whom` is neither doctor nor patient.
        Conflict: nothing has to be done; `someone_was_first` within five minutes.
    """
    visit = visits.house_visit(consultation_id)
    check_house(viewer, visit.institution_id)
    if whom not in {"doctor", "patient"}:
        raise Invalid(
            FieldError("whom", Text("请选择医生或患者。", "Please choose doctor or patient."))
        )
    told, kind = _to_do(visit, whom)
    before = _reminded(told, visit.id, at)
    if before is not None:
        place = people.institution(visit.institution_id).place
        raise first(before.by, "operator", before.at, _DID, place)
    doctor = visit.practitioner_id if whom == "doctor" else None
    _tell(viewer, told, kind, visit, at, doctor=doctor)


@outbox.in_one_transaction()
def remind_many(viewer: Viewer, abnormal_ids: Iterable[UUID], *, at: datetime) -> tuple[int, int]:
    """Of events of one type; answers how many were reminded, and how many had been a moment ago.

    Raises:
        NotFound: one of them is not of the viewer's institution.
        Invalid: none, too many, or of several types (H02).
    """
    asked = sorted(set(abnormal_ids))
    if not 1 <= len(asked) <= MOST_AT_ONCE:
        raise Invalid(FieldError("ids", _TOO_MANY.filled(n=MOST_AT_ONCE)))
    events = list(Abnormal.objects.filter(pk__in=asked).order_by("id").select_for_update())
    if len(events) != len(asked):
        raise NotFound
    for event in events:
        check_house(viewer, event.institution_id)
    if len({event.kind for event in events}) > 1:
        raise Invalid(FieldError("ids", _ONE_KIND), code="several_kinds", text=_ONE_KIND)
    # In one order of visits and people, as each is locked: two batches do not wait for each other.
    events.sort(key=lambda event: (str(event.consultation_id), str(event.practitioner_id)))
    done = sum(_remind_of(viewer, event, at) for event in events)
    # What has no visit has nobody to remind: it stays to be done.
    Abnormal.objects.filter(pk__in=asked, consultation_id__isnull=False).update(reminded_at=at)
    return done, len(asked) - done


def _remind_of(viewer: Viewer, event: Abnormal, at: datetime) -> bool:
    if event.consultation_id is None:
        return False
    whom, kind = _OF_EVENT[event.kind]
    visit = visits.house_visit(event.consultation_id)
    doctor = event.practitioner_id if whom == "doctor" else None
    if whom == "doctor" and doctor is None:
        return False
    told = people.practitioner(doctor).user_id if doctor else visit.holder_id
    if _reminded(told, visit.id, at) is not None:
        return False
    _tell(viewer, told, kind, visit, at, doctor=doctor)
    return True


def _to_do(visit: HouseVisit, whom: str) -> tuple[UUID, str]:
    """The account, and the notice. Raises Conflict: there is nothing to do."""
    if whom == "patient":
        if visit.state not in _TO_PATIENT or visit.due_step == "no_reply":
            raise _NOBODY
        return visit.holder_id, _TO_PATIENT[visit.state]
    if visit.practitioner_id is None:
        raise _NOBODY
    doctor = people.practitioner(visit.practitioner_id).user_id
    if visit.state == "ended" and visit.signed_version is None:
        return doctor, "remind_doctor_record"
    if visit.state != "active" or visit.due_step != "no_reply":
        raise _NOBODY
    return doctor, "remind_doctor_reply"


def _reminded(told: UUID, consultation_id: UUID, at: datetime) -> Remedy | None:
    """The reminder of less than five minutes ago; who comes at the same time sees this one."""
    database.later(_LOCK, [f"remind {told} {consultation_id}"])
    since = at - rules.REMIND_AGAIN_AFTER
    found = Remedy.objects.filter(told=told, consultation_id=consultation_id, at__gt=since)
    return found.order_by("-at").first()


def _tell(
    viewer: Viewer, told: UUID, kind: str, visit: HouseVisit, at: datetime, *, doctor: UUID | None
) -> None:
    """`doctor`: whose account it is, who need not have the visit now; None: it is the patient's."""
    row = Remedy.objects.create(
        act="remind",
        institution_id=visit.institution_id,
        consultation_id=visit.id,
        practitioner_id=doctor,
        told=told,
        kind=kind,
        by=viewer.user_id,
        at=at,
    )
    link = f"/visits/{visit.id}"
    if doctor is not None:
        link = f"/staff/workbench/{visit.id}" if doctor == visit.practitioner_id else "/staff"
    notices.tell(told, kind, link=link, dedup=f"{kind}:{row.pk}", at=at)
    audit.record(
        viewer,
        "dispatch.remind",
        subject=visit.patient_id,
        thing="consultation",
        thing_id=visit.id,
        purpose="operation",
        detail={"kind": kind, "told": str(told)},
    )
