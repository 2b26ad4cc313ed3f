"""What passes between doctors about a visit: the notes of transfers, questions and answers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from xinglin.care.consultation import queries
from xinglin.care.consultation.api.schemas import DepartmentOut, DoctorOut
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.kernel.wire import Out

router = Router()


class TransferOut(Out):
    """`to_doctor`: the colleague who was asked first; null: whoever the department had."""

    id: UUID
    from_doctor: DoctorOut
    from_department: DepartmentOut
    to_department: DepartmentOut
    to_doctor: DoctorOut | None
    note: str
    at: datetime


class TransfersOut(Out):
    items: list[TransferOut]


@router.get(
    "/consultations/{consultation_id}/transfers",
    response=TransfersOut,
    operation_id="list_transfers",
    summary="The notes that former doctors of the visit have left, newest first",
)
@requires("consultation.read_assigned")
def list_transfers(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    return {"items": queries.transfers(viewer_of(request), consultation_id)}
