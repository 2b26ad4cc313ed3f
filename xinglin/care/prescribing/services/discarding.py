"""What becomes of drafts, and of what waits for a pharmacist, when their visit ends."""

from datetime import datetime
from typing import Final
from uuid import UUID

from xinglin.care.consultation.messages import services as messages
from xinglin.care.prescribing.lifecycle import IN_REVIEW
from xinglin.care.prescribing.models import Prescription
from xinglin.care.prescribing.services import steps
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.text import Text

STOPPED: Final = "stopped"
"""The ending of a visit whose doctor has stopped online care (R06)."""


@outbox.in_one_transaction()
def discard_drafts(consultation_id: UUID, *, at: datetime) -> int:
    """Those never signed; how many went. What came back from the pharmacist may still be amended.

    Locks: thread, visit and each draft. Emits: PrescriptionDiscarded.
    """
    drafts = Prescription.objects.filter(consultation_id=consultation_id, state="draft")
    gone = 0
    for prescription_id in list(drafts.values_list("pk", flat=True)):
        row, visit = steps.locked(prescription_id)
        if row.state == "draft" and not visit.is_open:
            system = Viewer.system("end of visit")
            steps.take(row, "abandon", who="clock", actor=system, at=at)
            gone += 1
    return gone


@outbox.in_one_transaction()
def void_unreviewed(consultation_id: UUID, *, at: datetime) -> int:
    """What waits for a pharmacist although online care was stopped (R06); how many went.

    Locks: thread, visit and each prescription. Emits: PrescriptionVoided.
    """
    waiting = Prescription.objects.filter(
        consultation_id=consultation_id, state__in=sorted(IN_REVIEW)
    )
    gone = 0
    for prescription_id in list(waiting.values_list("pk", flat=True)):
        row, visit = steps.locked(prescription_id)
        if row.state in IN_REVIEW and visit.ending == STOPPED:
            system = Viewer.system("end of visit")
            steps.take(row, "run_out", who="clock", actor=system, at=at, reason="visit_stopped")
            messages.post_card(
                row.consultation_id, "prescription_voided", _STOPPED, prescription_id=str(row.pk)
            )
            gone += 1
    return gone


_STOPPED = Text(
    "线上问诊已终止，待审核的处方一并作废，没有生效。请按医生建议到线下就医。",
    "Online care was stopped, so the prescription that waited for its review is void and never became"
    " effective. Please see a doctor in person, as advised.",
)
