"""Prescriptions over HTTP: for the doctor who writes, and for the patient whose they are."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from xinglin.care.prescribing.api import prescription_schemas as schemas
from xinglin.care.prescribing.api.visit_schemas import VisitPageOut
from xinglin.care.prescribing.queries import drafts
from xinglin.care.prescribing.queries import prescriptions as queries
from xinglin.care.prescribing.services import signing, validity, writing
from xinglin.care.prescribing.sheet import Sheet, Told, Written
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.kernel import clock

router = Router()


@router.post(
    "/consultations/{consultation_id}/prescriptions",
    response={201: schemas.StartedOut},
    operation_id="start_prescription",
    summary="Begin a draft in the visit, empty or copied from an earlier prescription",
)
@requires("prescribing.write_prescription")
def start_prescription(
    request: HttpRequest, consultation_id: UUID, form: schemas.StartIn
) -> Status[Any]:
    begun = writing.start(
        viewer_of(request),
        consultation_id,
        kind=form.sheet,
        copy_from=form.copy_from,
        at=clock.now(),
    )
    return Status(201, {"id": begun})


@router.get(
    "/consultations/{consultation_id}/prescriptions",
    response=VisitPageOut,
    operation_id="list_visit_prescriptions",
    summary="The doctor's prescriptions of a visit, and the patient's earlier ones",
)
@requires("prescribing.write_prescription")
def list_visit_prescriptions(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    viewer = viewer_of(request)
    page = queries.of_visit(viewer, consultation_id)
    return page | {"against": writing.against(viewer, consultation_id, at=clock.now())}


@router.get(
    "/prescriptions",
    response=schemas.PageOut,
    operation_id="list_own_prescriptions",
    summary="The account's own, newest first; of one patient, of one visit, or of all",
)
@requires("prescribing.read_own")
def list_own_prescriptions(
    request: HttpRequest,
    patient_id: UUID | None = None,
    consultation_id: UUID | None = None,
    after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> dict[str, Any]:
    return queries.own(
        viewer_of(request),
        patient_id=patient_id,
        consultation_id=consultation_id,
        after=after,
        limit=limit,
    )


@router.get(
    "/prescriptions/{prescription_id}",
    response=schemas.PrescriptionOut,
    operation_id="read_prescription",
    summary="One prescription, for its doctor or its patient; both signatures checked now",
)
@requires("prescribing.read_prescription")
def read_prescription(request: HttpRequest, prescription_id: UUID) -> dict[str, Any]:
    return queries.one(viewer_of(request), prescription_id)


@router.put(
    "/prescriptions/{prescription_id}",
    response=schemas.SavedOut,
    operation_id="save_prescription",
    summary="Save the draft, over the revision that the doctor saw",
)
@requires("prescribing.write_prescription")
def save_prescription(
    request: HttpRequest, prescription_id: UUID, form: schemas.SaveIn
) -> dict[str, Any]:
    revision = writing.save(
        viewer_of(request),
        prescription_id,
        written=_sheet(form),
        revision=form.revision,
        at=clock.now(),
    )
    return {"revision": revision, "quantities": drafts.quantities(prescription_id)}


@router.post(
    "/prescriptions/{prescription_id}/check",
    response=schemas.CheckedOut,
    operation_id="check_prescription",
    summary="What the safety check and policy say of the draft as it was saved",
)
@requires("prescribing.write_prescription")
def check_prescription(request: HttpRequest, prescription_id: UUID) -> dict[str, Any]:
    return signing.check(viewer_of(request), prescription_id, at=clock.now())


@router.post(
    "/prescriptions/{prescription_id}/sign",
    response={201: schemas.SignedOut},
    operation_id="sign_prescription",
    summary="Sign the draft, for a pharmacist to review; it is not effective yet (R23)",
)
@requires("prescribing.sign_prescription")
def sign_prescription(
    request: HttpRequest, prescription_id: UUID, form: schemas.SignIn
) -> Status[Any]:
    version = signing.sign(
        viewer_of(request),
        prescription_id,
        revision=form.revision,
        overrides={each.hit: each.reason for each in form.overrides},
        at=clock.now(),
    )
    return Status(201, {"version": version})


@router.post(
    "/prescriptions/{prescription_id}/discard",
    response={204: None},
    operation_id="discard_prescription",
    summary="Throw a draft away",
)
@requires("prescribing.write_prescription")
def discard_prescription(request: HttpRequest, prescription_id: UUID) -> Status[None]:
    writing.discard(viewer_of(request), prescription_id, at=clock.now())
    return Status(204, None)


@router.post(
    "/prescriptions/{prescription_id}/void",
    response={204: None},
    operation_id="void_prescription",
    summary="Take a signed prescription back before it is dispensed (E12)",
)
@requires("prescribing.sign_prescription")
def void_prescription(
    request: HttpRequest, prescription_id: UUID, form: schemas.VoidIn
) -> Status[None]:
    validity.void(
        viewer_of(request), prescription_id, reason=form.reason, words=form.words, at=clock.now()
    )
    return Status(204, None)


@router.get(
    "/prescriptions/{prescription_id}/ticket",
    response=schemas.TicketOut,
    operation_id="read_ticket",
    summary="The single-use ticket of an effective prescription, for its patient",
)
@requires("prescribing.read_own")
def read_ticket(
    request: HttpRequest, response: HttpResponse, prescription_id: UUID
) -> dict[str, Any]:
    response["Cache-Control"] = "no-store"
    return {"token": validity.ticket(viewer_of(request), prescription_id)}


def _sheet(form: schemas.SaveIn) -> Sheet:
    known = form.patient_facts.model_dump(exclude_none=True)
    return Sheet(
        items=tuple(
            Written(
                **each.model_dump(exclude={"confirmed", "to_confirm"}),
                confirmed=tuple(each.confirmed),
                to_confirm=tuple(each.to_confirm),
            )
            for each in form.items
        ),
        diagnoses=tuple(dict.fromkeys(form.diagnoses)),
        valid_days=form.valid_days,
        patient_facts=known,
        weight_kg=form.weight_kg,
        told=Told(**form.told.model_dump()),
    )
