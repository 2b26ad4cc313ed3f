"""A patient's consent to a long supply over HTTP: the doctor asks, the patient answers (R41)."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from xinglin.care.prescribing.api.prescription_schemas import (
    DiagnosisOut,
    DoctorOut,
    ItemOut,
    Number,
    Word,
)
from xinglin.care.prescribing.services import consenting, consents
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.kernel import clock
from xinglin.kernel.text import Text
from xinglin.kernel.wire import In, Out

router = Router()


class AskIn(In):
    """`revision`: the one that the doctor saw."""

    revision: Number


class AskedOut(Out):
    id: UUID


class ConsentOut(Out):
    """What was asked, as it was asked. `state`: asked, signed, declined, withdrawn, changed, expired,
    used or closed. `days`: of the longest supply. `evaluation`: the doctor's, in plain words.
    `sheet_sha256`: what an answer names.
    """

    prescription_id: UUID
    consultation_id: UUID
    patient_id: UUID
    doctor: DoctorOut
    state: str
    state_text: Text
    asked_at: datetime
    due_at: datetime
    answered_at: datetime | None
    sheet_sha256: str
    diagnoses: list[DiagnosisOut]
    items: list[ItemOut]
    days: int
    longer_reason: str
    evaluation: str


class AnswerIn(In):
    """`answer`: signed, declined or withdrawn. `sheet_sha256`: of what was read."""

    answer: Word
    sheet_sha256: Annotated[str, Field(max_length=64)]


@router.post(
    "/prescriptions/{prescription_id}/consent",
    response={201: AskedOut},
    operation_id="ask_consent",
    summary="Ask the patient to sign for a long supply, on the revision that the doctor saw (R41)",
)
@requires("prescribing.write_prescription")
def ask_consent(request: HttpRequest, prescription_id: UUID, form: AskIn) -> Status[Any]:
    asked = consenting.ask(
        viewer_of(request), prescription_id, revision=form.revision, at=clock.now()
    )
    return Status(201, {"id": asked})


@router.get(
    "/prescriptions/{prescription_id}/consent",
    response=ConsentOut,
    operation_id="read_consent",
    summary="What the patient is asked to sign for, and what stands of it",
)
@requires("prescribing.answer_consent")
def read_consent(request: HttpRequest, prescription_id: UUID) -> dict[str, Any]:
    return consents.read(viewer_of(request), prescription_id, at=clock.now())


@router.post(
    "/prescriptions/{prescription_id}/consent/answer",
    response={204: None},
    operation_id="answer_consent",
    summary="Sign for a long supply, decline it, or take the signature back",
)
@requires("prescribing.answer_consent")
def answer_consent(request: HttpRequest, prescription_id: UUID, form: AnswerIn) -> Status[None]:
    consenting.answer(
        viewer_of(request),
        prescription_id,
        answer=form.answer,
        sheet_sha256=form.sheet_sha256,
        at=clock.now(),
    )
    return Status(204, None)
