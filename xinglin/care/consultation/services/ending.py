"""How a visit ends: by the doctor, by the patient, or by the clock; always with a reason."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from xinglin.care.consultation import events, rules
from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.models import Consultation
from xinglin.care.consultation.permissions import check_doctor
from xinglin.care.consultation.queries.record import last_version
from xinglin.care.consultation.services.locking import locked
from xinglin.care.consultation.services.offering import give_back
from xinglin.care.consultation.services.referring import check_referral, write_letter
from xinglin.care.consultation.services.steps import announce, take
from xinglin.care.consultation.types import NewReferral
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import Conflict, FieldError, Invalid
from xinglin.kernel.text import Text

_WRITTEN = ("advice", "hospital", "department", "booking_url", "clinical")


@outbox.in_one_transaction()
def close(
    viewer: Viewer, consultation_id: UUID, *, reason: str, at: datetime, note: str = ""
) -> None:
    """End the visit for a reason; the record has to be signed, where something was treated.

    Args:
        reason: of `rules.CLOSE_REASONS`.
        note: a last word of the doctor to the patient.
    Raises:
        NotFound: the viewer is not the doctor of the visit.
        Invalid: no reason, or another one and not told which.
        Conflict: the record is not signed.
        IllegalStep: the visit is not active.
    Emits: ConsultationEnded.
    """
    row = locked(consultation_id)
    check_doctor(viewer, row)
    note = note.strip()
    _check_close(reason, note)
    if reason not in rules.WITHOUT_RECORD | rules.RECORD_LATER and not last_version(row.pk):
        raise Conflict(
            "record_not_signed",
            Text("请先签署病历，再结束问诊。", "Please sign the record before closing the visit."),
        )
    end(
        row,
        "close",
        who="doctor",
        actor=viewer,
        at=at,
        ending="closed",
        reason=reason,
        detail={"note": note} if note else None,
    )
    _last_card(row, "ended", "closed", note=note, reason_text=rules.CLOSE_REASONS[reason].as_dict())


def _check_close(reason: str, note: str) -> None:
    if reason not in rules.CLOSE_REASONS:
        raise Invalid(
            FieldError(
                "reason",
                Text("请选择结束的原因。", "Please choose why the visit ends."),
            )
        )
    if reason == "other" and len(note) < rules.SHORTEST_REASON:
        raise Invalid(
            FieldError(
                "note",
                Text(
                    "请用几个字告诉患者是什么原因（至少{least}字）。",
                    "Please tell the patient which reason (at least {least} characters).",
                ).filled(least=rules.SHORTEST_REASON),
            )
        )


@outbox.in_one_transaction()
def stop(viewer: Viewer, consultation_id: UUID, *, referral: NewReferral, at: datetime) -> None:
    """Stop online care and send the patient to be seen in person (R06); the draft of the record is kept.

    Raises:
        NotFound: the viewer is not the doctor of the visit.
        Invalid: reason, advice, place or urgency is missing or unknown.
        IllegalStep: the visit is not active.
    Emits: ConsultationEnded.
    """
    row = locked(consultation_id)
    check_doctor(viewer, row)
    told = replace(
        referral,
        **{name: getattr(referral, name).strip() for name in _WRITTEN},
    )
    check_referral(told)
    end(
        row,
        "stop",
        who="doctor",
        actor=viewer,
        at=at,
        ending="stopped",
        reason=told.reason,
        detail={"hospital": told.hospital, "department": told.department, "urgency": told.urgency},
    )
    write_letter(row, told, at)
    _last_card(
        row,
        "stopped",
        "stopped",
        reason=told.reason,
        reason_text=rules.STOP_REASONS[told.reason].as_dict(),
        advice=told.advice,
        where=f"{told.hospital} {told.department}",
        booking_url=told.booking_url,
        urgency=told.urgency,
        urgency_text=rules.STOP_URGENCIES[told.urgency].as_dict(),
        rule_id="R06",
    )


@outbox.in_one_transaction()
def hand_back(viewer: Viewer, consultation_id: UUID, *, reason: str, at: datetime) -> None:
    """The doctor cannot go on: the visit goes to another one.

    Raises:
        NotFound: the viewer is not the doctor of the visit.
        Invalid: not a reason that a doctor may give.
        IllegalStep: the visit is not active.
    Emits: ConsultationReturned.
    """
    row = locked(consultation_id)
    check_doctor(viewer, row)
    if reason not in rules.DOCTORS_RETURN_REASONS:
        raise Invalid(FieldError("reason", Text("请选择原因。", "Please choose a reason.")))
    give_back(row, "hand_over", who="doctor", actor=viewer, at=at, reason=reason)


def withdraw(
    row: Consultation, name: str, *, who: str, actor: Viewer, at: datetime, ending: str
) -> None:
    """`cancel` and `give_up`: ended before a doctor had it. The row is locked."""
    take(row, name, who=who, actor=actor, at=at, reason=ending, changes={"ending": ending})
    _last_card(row, "cancelled", ending)
    announce(row, events.ConsultationWithdrawn, reason=ending)


def run_out(row: Consultation, name: str, *, actor: Viewer, at: datetime) -> None:
    """`patient_absent` and `time_over`: the clock ends an active visit. The row is locked."""
    end(row, name, who="clock", actor=actor, at=at, ending=name)
    _last_card(row, "ended", name)


def end(
    row: Consultation,
    name: str,
    *,
    who: str,
    actor: Viewer,
    at: datetime,
    ending: str,
    reason: str = "",
    detail: dict[str, str] | None = None,
) -> None:
    take(
        row,
        name,
        who=who,
        actor=actor,
        at=at,
        reason=reason or ending,
        detail=detail,
        changes={"ending": ending, "ended_for": reason if who == "doctor" else ""},
    )
    announce(row, events.ConsultationEnded, practitioner_id=row.practitioner_id, reason=ending)


def _last_card(row: Consultation, card: str, ending: str, **extra: object) -> None:
    messages.post_card(row.pk, card, rules.ENDINGS[ending], ending=ending, **extra)
    messages.close_thread(row.pk)
