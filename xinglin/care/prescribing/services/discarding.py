"""What becomes of drafts when their visit ends."""

from datetime import datetime
from uuid import UUID

from xinglin.care.prescribing.models import Prescription
from xinglin.care.prescribing.services import steps
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.outbox import services as outbox


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
