"""How a visit ends: by the doctor, by the patient, or by the clock; always with a reason."""

from datetime import datetime
from uuid import UUID

from xinglin.care.consultation import events, rules
from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.models import Consultation
from xinglin.care.consultation.permissions import check_doctor
from xinglin.care.consultation.queries.record import last_version
from xinglin.care.consultation.services.offering import give_back
from xinglin.care.consultation.services.steps import announce, locked, take
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import Conflict, FieldError, Invalid
from xinglin.kernel.text import Text


@outbox.in_one_transaction()
def close(viewer: Viewer, consultation_id: UUID, *, at: datetime, note: str = "") -> None:
    """End the visit; the record has to be signed.

    Args:
        note: a last word of the doctor to the patient.
    Raises:
        NotFound: the viewer is not the doctor of the visit.
        Conflict: the record is not signed.
        IllegalStep: the visit is not active.
    Emits: ConsultationEnded.
    """
    row = locked(consultation_id)
    check_doctor(viewer, row)
    if not last_version(row.pk):
        raise Conflict(
            "record_not_signed",
            Text("请先签署病历，再结束问诊。", "Please sign the record before closing the visit."),
        )
    _end(row, "close", who="doctor", actor=viewer, at=at, ending="closed")
    _last_card(row, "ended", "closed", note=note.strip())


@outbox.in_one_transaction()
def stop(
    viewer: Viewer,
    consultation_id: UUID,
    *,
    reason: str,
    advice: str,
    where: str,
    urgency: str,
    at: datetime,
) -> None:
    """Stop online care and tell the patient where to go (R06); the draft of the record is kept.

    Raises:
        NotFound: the viewer is not the doctor of the visit.
        Invalid: reason, advice, place or urgency is missing or unknown.
        IllegalStep: the visit is not active.
    Emits: ConsultationEnded.
    """
    row = locked(consultation_id)
    check_doctor(viewer, row)
    advice, where = advice.strip(), where.strip()
    _check_stop(reason, advice, where, urgency)
    referral = {"reason": reason, "advice": advice, "where": where, "urgency": urgency}
    _end(
        row,
        "stop",
        who="doctor",
        actor=viewer,
        at=at,
        ending="stopped",
        reason=reason,
        detail=referral,
    )
    _last_card(
        row,
        "stopped",
        "stopped",
        **referral,
        reason_text=rules.STOP_REASONS[reason].as_dict(),
        urgency_text=rules.STOP_URGENCIES[urgency].as_dict(),
        rule_id="R06",
    )


def _check_stop(reason: str, advice: str, where: str, urgency: str) -> None:
    wrong = []
    if reason not in rules.STOP_REASONS:
        wrong.append(FieldError("reason", Text("请选择原因。", "Please choose a reason.")))
    if not rules.SHORTEST_ADVICE <= len(advice) <= rules.LONGEST_FIELD:
        wrong.append(
            FieldError(
                "advice",
                Text(
                    f"请写明给患者的建议（{rules.SHORTEST_ADVICE}至{rules.LONGEST_FIELD}字）。",
                    "Please write the advice to the patient"
                    f" ({rules.SHORTEST_ADVICE} to {rules.LONGEST_FIELD} characters).",
                ),
            )
        )
    if not 1 <= len(where) <= rules.LONGEST_PLACE:
        wrong.append(
            FieldError(
                "where",
                Text(
                    "请写明去哪家医院或哪个科室。",
                    "Please write to which hospital or department the patient should go.",
                ),
            )
        )
    if urgency not in rules.STOP_URGENCIES:
        wrong.append(
            FieldError("urgency", Text("请选择紧急程度。", "Please choose how urgent it is."))
        )
    if wrong:
        raise Invalid(*wrong)


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
    _end(row, name, who="clock", actor=actor, at=at, ending=name)
    _last_card(row, "ended", name)


def _end(
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
        changes={"ending": ending},
    )
    announce(row, events.ConsultationEnded, practitioner_id=row.practitioner_id, reason=ending)


def _last_card(row: Consultation, card: str, ending: str, **extra: object) -> None:
    messages.post_card(row.pk, card, rules.ENDINGS[ending], ending=ending, **extra)
    messages.close_thread(row.pk)
