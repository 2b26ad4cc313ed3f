"""What becomes of licences by the clock, and doctors suspended and reinstated by the house."""

from datetime import datetime
from uuid import UUID

from xinglin.care.people import events, rules
from xinglin.care.people.lifecycle import APPLICATION
from xinglin.care.people.models import Application, Practitioner
from xinglin.care.people.queries.licences import ending_licences
from xinglin.care.people.services.application_steps import take
from xinglin.foundation.accounts.queries import active_staff
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record
from xinglin.foundation.notices import services as notices
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import FieldError, Invalid, NotFound
from xinglin.kernel.text import Text

_AT_ONCE = 100
_LONGEST_REASON = 500


@outbox.in_one_transaction()
def suspend_doctor(viewer: Viewer, practitioner_id: UUID, *, reason: str, at: datetime) -> None:
    """From now on the doctor is offered nothing, and open visits go to others (policy XL8).

    Raises:
        NotFound: no such doctor in the viewer's institution.
        Invalid: no reason.
    Locks: the practitioner's row. Emits: DoctorSuspended.
    """
    why = _reason(reason)
    doctor = _locked(viewer, practitioner_id)
    if doctor.suspended_at is not None:
        return
    doctor.suspended_at, doctor.suspended_for = at, why
    doctor.save(update_fields=["suspended_at", "suspended_for"])
    _note(viewer, "people.suspend_doctor", doctor, why)
    outbox.emit(
        events.DoctorSuspended(audience=(f"user:{doctor.user_id}",), practitioner_id=doctor.pk)
    )
    notices.tell(
        doctor.user_id,
        "doctor_suspended",
        link="/staff/licence",
        dedup=f"suspended:{doctor.pk}:{at.isoformat()}",
        at=at,
    )


@outbox.in_one_transaction()
def reinstate_doctor(viewer: Viewer, practitioner_id: UUID, *, reason: str, at: datetime) -> None:
    """The doctor may go on duty again. As `suspend_doctor`. Emits: DoctorChanged."""
    why = _reason(reason)
    doctor = _locked(viewer, practitioner_id)
    if doctor.suspended_at is None:
        return
    doctor.suspended_at, doctor.suspended_for = None, ""
    doctor.save(update_fields=["suspended_at", "suspended_for"])
    _note(viewer, "people.reinstate_doctor", doctor, why)
    outbox.emit(
        events.DoctorChanged(audience=(f"user:{doctor.user_id}",), practitioner_id=doctor.pk)
    )
    notices.tell(
        doctor.user_id,
        "doctor_reinstated",
        link="/staff/licence",
        dedup=f"reinstated:{doctor.pk}:{at.isoformat()}",
        at=at,
    )


@outbox.in_one_transaction()
def warn_of_ends(at: datetime) -> int:
    """Doctor and administrators are told 60, 30 and 7 days before; each once. How many were due."""
    warned = 0
    for licence, user_id, institution_id in ending_licences(at):
        assert licence.ends_at is not None
        days = rules.warned_at(licence.ends_at - at)
        dedup = f"licence:{licence.id}:{licence.ends_at:%Y%m%d}:{days}"
        left = {"days": max(1, (licence.ends_at - at).days)}
        told = notices.tell(
            user_id, "licence_ending", link="/staff/licence", dedup=dedup, values=left, at=at
        )
        if told is None:
            continue
        warned += 1
        for administrator in active_staff("administrator", institution_id):
            notices.tell(
                administrator,
                "doctors_licence_ending",
                link="/staff/credentials/licences",
                dedup=dedup,
                values=left,
                at=at,
            )
    return warned


@outbox.in_one_transaction()
def lapse_applications(at: datetime) -> int:
    """Drafts that nobody went on with, by the lifecycle's deadlines; how many."""
    lapsed = 0
    for deadline in APPLICATION.deadlines:
        due = Application.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            state=deadline.state, since__lte=at - deadline.after
        )
        for row in due.order_by("since")[:_AT_ONCE]:
            take(row, deadline.step, who="clock", actor=Viewer.system("worker"), at=at)
            lapsed += 1
    return lapsed


def _reason(reason: str) -> str:
    why = reason.strip()
    if not rules.SHORTEST_REASON <= len(why) <= _LONGEST_REASON:
        raise Invalid(
            FieldError(
                "reason",
                Text("请写明原因（5至500字）。", "Please say why (5 to 500 characters)."),
            )
        )
    return why


def _locked(viewer: Viewer, practitioner_id: UUID) -> Practitioner:
    doctor = Practitioner.objects.select_for_update().filter(pk=practitioner_id).first()
    if doctor is None or viewer.institution_id not in {None, doctor.institution_id}:
        raise NotFound
    return doctor


def _note(viewer: Viewer, action: str, doctor: Practitioner, reason: str) -> None:
    record(
        viewer,
        action,
        subject=None,
        thing="practitioner",
        thing_id=doctor.pk,
        purpose="employment",
        detail={"reason": reason},
    )
