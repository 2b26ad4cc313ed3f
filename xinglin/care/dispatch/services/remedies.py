"""What an operator does about a visit or a doctor, on the spot; each act stands as a row and in the audit."""

from datetime import datetime, timedelta
from uuid import UUID

from xinglin.care.consultation import queries as visits
from xinglin.care.consultation import services as consultation
from xinglin.care.consultation.types import HouseVisit, Reason
from xinglin.care.dispatch.models import Duty, Remedy
from xinglin.care.dispatch.queries.board import check_house
from xinglin.care.dispatch.queries.names import name_of
from xinglin.care.dispatch.services.duty import take_off_duty
from xinglin.care.dispatch.services.endings import take_back
from xinglin.care.dispatch.types import LONGEST_REMEDY_NOTE, REMEDY_REASONS
from xinglin.care.people import queries as people
from xinglin.care.people.types import PractitionerCard
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import Conflict, FieldError, Invalid, NotFound
from xinglin.kernel.text import Text
from xinglin.policy.places import layers

_FIRST = Text(
    "{zh}，时间 {at}，比您先一步。请查看最新情况后再决定。",
    "{en}, at {at}, before you. Please look at how it stands now before you decide.",
)
_NOT_BOTH = Text(
    "请选择一位医生，或另一个科室，不能同时选。",
    "Please choose a doctor or another department, not both.",
)
_OFF_ALREADY = Text("这位医生已经不在班。", "This doctor is off duty already.")
_TAKEN_OFF = Text("医生下线", "Taken off duty")
_NOT_ON_DUTY = Conflict(
    "doctor_not_on_duty",
    Text(
        "这位医生现在不在班，请另选一位或交给全科室。",
        "This doctor is not on duty now. Please choose another one, or the whole department.",
    ),
)


def reason_of(act: str, code: str, note: str) -> Reason:
    """Raises Invalid: no such reason, or too long a note."""
    wrong = []
    if code not in REMEDY_REASONS[act]:
        wrong.append(FieldError("reason", Text("请选择原因。", "Please choose a reason.")))
    if len(note.strip()) > LONGEST_REMEDY_NOTE:
        wrong.append(
            FieldError(
                "note",
                Text("备注最多 {n} 个字。", "A note has at most {n} characters.").filled(
                    n=LONGEST_REMEDY_NOTE
                ),
            )
        )
    if wrong:
        raise Invalid(*wrong)
    return Reason(code=code, text=REMEDY_REASONS[act][code], note=note.strip())


@outbox.in_one_transaction()
def reassign_visit(
    viewer: Viewer,
    consultation_id: UUID,
    *,
    seen: int,
    reason: str,
    practitioner_id: UUID | None,
    note: str,
    at: datetime,
    department: str = "",
) -> None:
    """Back to the queue before others, or to one doctor who is on duty, or to another department.

    Raises:
        NotFound: no such visit, or doctor, in the viewer's institution.
        Invalid: no such reason; both a doctor and a department.
        Conflict: `someone_was_first`, or as `consultation.reassign`.
    Locks: the duty and the offer of who is asked now, then the visit. Emits: OfferClosed,
        ConsultationReturned, ConsultationPutFirst, DepartmentChanged.
    """
    visit = _visit(viewer, consultation_id)
    why = reason_of("reassign", reason, note)
    if department and practitioner_id:
        raise Invalid(FieldError("department", _NOT_BOTH))
    doctor = _doctor_on_duty(visit, practitioner_id) if practitioner_id else None
    if doctor is not None or department:
        take_back(consultation_id, actor=viewer, at=at, unless=doctor.id if doctor else None)
    _check_seen(visit, seen)
    consultation.reassign(
        viewer, consultation_id, reason=why, doctor=doctor, department=department, at=at
    )
    note_remedy(viewer, "reassign", visit, why, at=at, practitioner_id=practitioner_id)


@outbox.in_one_transaction()
def extend_visit(
    viewer: Viewer,
    consultation_id: UUID,
    *,
    seen: int,
    minutes: int,
    reason: str,
    note: str,
    at: datetime,
) -> datetime:
    """Put the deadline off, once; answers the new one.

    Raises:
        NotFound: no such visit in the viewer's institution.
        Invalid: no such reason, or out of bounds.
        Conflict: `someone_was_first`, or as `consultation.extend`.
    Locks: the visit. Emits: ConsultationGivenTime.
    """
    visit = _visit(viewer, consultation_id)
    why = reason_of("extend", reason, note)
    _check_seen(visit, seen)
    until = consultation.extend(
        viewer, consultation_id, by=timedelta(minutes=minutes), reason=why, at=at
    )
    note_remedy(viewer, "extend", visit, why, at=at)
    return until


@outbox.in_one_transaction()
def close_visit(
    viewer: Viewer, consultation_id: UUID, *, seen: int, reason: str, note: str, at: datetime
) -> None:
    """End it; the patient reads the reason and an apology.

    Raises:
        NotFound: no such visit in the viewer's institution.
        Invalid: no such reason.
        Conflict: `someone_was_first`, or the visit is over.
    Locks: the visit. Emits: ConsultationEnded or ConsultationWithdrawn.
    """
    visit = _visit(viewer, consultation_id)
    why = reason_of("close", reason, note)
    _check_seen(visit, seen)
    consultation.close_for_house(viewer, consultation_id, reason=why, at=at)
    note_remedy(viewer, "close", visit, why, at=at)


@outbox.in_one_transaction()
def put_off_duty(
    viewer: Viewer, practitioner_id: UUID, *, reason: str, note: str, at: datetime
) -> None:
    """No more offers; visits that are open stay with the doctor.

    Raises:
        NotFound: no such doctor in the viewer's institution.
        Invalid: no such reason.
        Conflict: off duty already; `someone_was_first` when an operator did it.
    Locks: the duty, its offers. Emits: DutyChanged, OfferClosed.
    """
    doctor = people.practitioner(practitioner_id)
    check_house(viewer, doctor.institution_id)
    why = reason_of("off_duty", reason, note)
    if not take_off_duty(practitioner_id, actor=viewer, reason=reason, at=at):
        before = Remedy.objects.filter(practitioner_id=practitioner_id, act="off_duty")
        last = before.order_by("-at").first()
        duty = Duty.objects.filter(pk=practitioner_id).first()
        if last is None or duty is None or duty.off_reason != "by_operator":
            raise Conflict("off_duty_already", _OFF_ALREADY)
        raise first(last.by, "operator", last.at, _TAKEN_OFF, doctor.place)
    Remedy.objects.create(
        act="off_duty",
        institution_id=doctor.institution_id,
        practitioner_id=practitioner_id,
        reason=why.code,
        note=why.note,
        by=viewer.user_id,
        at=at,
    )


def note_remedy(
    viewer: Viewer,
    act: str,
    visit: HouseVisit,
    why: Reason,
    *,
    at: datetime,
    practitioner_id: UUID | None = None,
) -> None:
    Remedy.objects.create(
        act=act,
        institution_id=visit.institution_id,
        consultation_id=visit.id,
        practitioner_id=practitioner_id or visit.practitioner_id,
        reason=why.code,
        note=why.note,
        by=viewer.user_id,
        at=at,
    )


def first(by: UUID, who: str, at: datetime, did: Text, place: str) -> Conflict:
    """Somebody was faster: who, when, and what."""
    name = name_of(by, who)
    local = at.astimezone(layers(place)[-1].zone)
    found = Conflict(
        "someone_was_first",
        _FIRST.filled(zh=f"{name.zh}：{did.zh}", en=f"{name.en}: {did.en}", at=f"{local:%H:%M:%S}"),
    )
    found.extra = {"by": name.zh, "at": at.isoformat()}
    return found


def _visit(viewer: Viewer, consultation_id: UUID) -> HouseVisit:
    visit = visits.house_visit(consultation_id)
    check_house(viewer, visit.institution_id)
    return visit


def _doctor_on_duty(visit: HouseVisit, practitioner_id: UUID) -> PractitionerCard:
    """At the visit's institution: of those that are registered elsewhere, who is filed and at work here."""
    doctor = people.practitioner(practitioner_id)
    duty = Duty.objects.filter(pk=practitioner_id, on_since__isnull=False).first()
    is_here = duty is not None and duty.institution_id == visit.institution_id
    if not is_here and doctor.institution_id != visit.institution_id:
        raise NotFound
    if not is_here:
        raise _NOT_ON_DUTY
    return doctor


def _check_seen(visit: HouseVisit, seen: int) -> None:
    """Raises Conflict: somebody has done something that the operator did not know of."""
    step = consultation.newer_step(visit.id, seen)
    if step is not None:
        place = people.institution(visit.institution_id).place
        raise first(step.by, step.who, step.at, visits.step_text(step.name), place)
