"""Giving a visit on, over HTTP."""

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from xinglin.care.dispatch import services
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.kernel import clock
from xinglin.kernel.wire import In, Out

router = Router()


class TransferIn(In):
    """`practitioner_id`: the colleague who is asked first. `department`: empty: where the colleague can have it.

    `note`: 2 to 500 characters for the next doctor; the service says what is missing.
    `wrong_department`: the patient should have been there from the start; kept for triage.
    `needs_senior`: a more senior doctor is asked before others.
    """

    department: Annotated[str, Field(max_length=32)] = ""
    practitioner_id: UUID | None = None
    note: Annotated[str, Field(max_length=4000)] = ""
    wrong_department: bool = False
    needs_senior: bool = False


class TransferredOut(Out):
    """`department`: the slug of the queue in which the visit waits now."""

    consultation_id: UUID
    department: str


@router.post(
    "/consultations/{consultation_id}/transfer",
    response=TransferredOut,
    operation_id="transfer_visit",
    summary="Give the visit to a department or a colleague, with a note for the next doctor",
)
@requires("dispatch.transfer_visit")
def transfer_visit(
    request: HttpRequest, consultation_id: UUID, form: TransferIn
) -> dict[str, object]:
    where = services.transfer_visit(
        viewer_of(request),
        consultation_id,
        department=form.department,
        practitioner_id=form.practitioner_id,
        note=form.note,
        wrong_department=form.wrong_department,
        needs_senior=form.needs_senior,
        at=clock.now(),
    )
    return {"consultation_id": consultation_id, "department": where}
