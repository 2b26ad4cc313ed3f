"""What a doctor has to do today."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from xinglin.care.consultation import queries
from xinglin.care.consultation.api.schemas import DepartmentOut
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.kernel import clock
from xinglin.kernel.text import Text
from xinglin.kernel.wire import Out

router = Router()


class DuePatientOut(Out):
    id: UUID
    name: str
    sex: str
    age_text: Text


class DueOut(Out):
    """`count`: messages unread, or papers not judged. `due_at`: null when no clock runs."""

    kind: Literal["reply", "ends", "paper", "sign", "went"]
    consultation_id: UUID
    patient: DuePatientOut
    department: DepartmentOut
    due_at: datetime | None
    count: int


class DueListOut(Out):
    """At most a hundred; what runs out first comes first."""

    at: datetime
    items: list[DueOut]


@router.get(
    "/desk/due",
    response=DueListOut,
    operation_id="list_due",
    summary="Answers, visits that end soon, papers, records, and what referred patients answered, of this doctor",
)
@requires("consultation.read_own_due")
def list_due(request: HttpRequest) -> dict[str, Any]:
    return queries.due(viewer_of(request), clock.now())
