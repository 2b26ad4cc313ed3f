"""What a visit has against the closing of its account, or against moving its patient."""

from uuid import UUID

from xinglin.care.consultation.lifecycle import CONSULTATION
from xinglin.care.consultation.models import Consultation
from xinglin.kernel.text import Text


def closing_objection(holder_id: UUID, patient_id: UUID | None) -> Text | None:
    """In words for the person; None when no visit is open."""
    rows = Consultation.objects.filter(holder_id=holder_id).exclude(state__in=CONSULTATION.finals)
    if patient_id is not None:
        rows = rows.filter(patient_id=patient_id)
    count = rows.count()
    if not count:
        return None
    return Text(
        f"还有{count}个问诊没有结束。请先取消等待中的问诊，或等医生结束进行中的问诊。",
        f"{count} visit{'s are' if count > 1 else ' is'} still open. Please cancel what waits, or"
        " let the doctor finish what is under way.",
    )


def any_ended() -> bool:
    """Whether anybody has been seen here yet."""
    return Consultation.objects.filter(ended_at__isnull=False).exists()
