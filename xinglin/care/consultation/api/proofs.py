"""Proofs of earlier diagnoses over HTTP: the patient's own, and those of a visit."""

from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from ninja import Query, Router, Status

from xinglin.care.consultation import queries, rules, services
from xinglin.care.consultation.api import proof_schemas as schemas
from xinglin.care.consultation.types import NewProof, ProofFinding
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.foundation.media.services import link
from xinglin.kernel import clock
from xinglin.kernel.text import Text

router = Router()


@router.get(
    "/proof-terms",
    response=schemas.TermsOut,
    operation_id="list_proof_terms",
    summary="The kinds of papers, and why a doctor may not accept one",
)
@requires("consultation.read_visit")
def list_proof_terms(request: HttpRequest) -> dict[str, Any]:
    del request
    return {
        "kinds": _terms(rules.PROOF_KINDS),
        "reasons": _terms(rules.PROOF_REASONS),
        "most_files": rules.MOST_PROOF_FILES,
        "most_shown": rules.MOST_PROOFS_SHOWN,
    }


def _terms(table: dict[str, Text]) -> list[dict[str, Any]]:
    return [{"code": code, "text": text} for code, text in table.items()]


@router.post(
    "/proofs",
    response={201: schemas.AddedOut},
    operation_id="add_proof",
    summary="Keep a paper of an earlier diagnosis with a patient (R04)",
)
@requires("consultation.add_own_proof")
def add_proof(request: HttpRequest, form: schemas.ProofIn) -> Status[Any]:
    told = form.model_dump() | {"file_ids": tuple(form.file_ids)}
    added = services.add_proof(viewer_of(request), NewProof(**told), at=clock.now())
    return Status(201, {"id": added})


@router.get(
    "/proofs",
    response=schemas.ProofsOut,
    operation_id="list_proofs",
    summary="A patient's earlier diagnoses, newest first",
)
@requires("consultation.read_own_proofs")
def list_proofs(
    request: HttpRequest,
    patient_id: UUID,
    after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> dict[str, Any]:
    return queries.own_proofs(viewer_of(request), patient_id, after=after, limit=limit)


@router.get(
    "/proofs/{proof_id}",
    response=schemas.ProofOut,
    operation_id="read_proof",
    summary="One of the viewer's own",
)
@requires("consultation.read_own_proofs")
def read_proof(request: HttpRequest, proof_id: UUID) -> dict[str, Any]:
    return queries.own_proof(viewer_of(request), proof_id)


@router.get(
    "/proofs/{proof_id}/files/{file_id}",
    response={302: None},
    operation_id="see_proof_file",
    summary="A file of the viewer's own proof, by a link that is good for a minute",
)
@requires("consultation.read_own_proofs")
def see_proof_file(
    request: HttpRequest, proof_id: UUID, file_id: UUID, size: Literal["thumb", "full"] = "full"
) -> HttpResponse:
    return _to(queries.own_proof_file(viewer_of(request), proof_id, file_id), size)


@router.post(
    "/proofs/{proof_id}/withdraw",
    response=schemas.ProofOut,
    operation_id="withdraw_proof",
    summary="Take back a proof that no doctor has judged",
)
@requires("consultation.withdraw_own_proof")
def withdraw_proof(request: HttpRequest, proof_id: UUID) -> dict[str, Any]:
    viewer = viewer_of(request)
    services.withdraw_proof(viewer, proof_id, at=clock.now())
    return queries.own_proof(viewer, proof_id)


@router.get(
    "/consultations/{consultation_id}/proofs",
    response=schemas.VisitProofsOut,
    operation_id="list_visit_proofs",
    summary="What was shown in a visit, and how it was judged there",
)
@requires("consultation.read_visit")
def list_visit_proofs(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    return {"items": queries.proofs_of_visit(viewer_of(request), consultation_id)}


@router.post(
    "/consultations/{consultation_id}/proofs",
    response={201: schemas.VisitProofsOut},
    operation_id="show_proof",
    summary="Show a proof to the doctor of a visit",
)
@requires("consultation.show_own_proof")
def show_proof(request: HttpRequest, consultation_id: UUID, form: schemas.ShowIn) -> Status[Any]:
    viewer = viewer_of(request)
    services.show_proof(viewer, consultation_id, form.proof_id, at=clock.now())
    return Status(201, {"items": queries.proofs_of_visit(viewer, consultation_id)})


@router.get(
    "/consultations/{consultation_id}/proofs/{proof_id}/files/{file_id}",
    response={302: None},
    operation_id="see_visit_proof_file",
    summary="A file of a proof shown in the visit, by a link that is good for a minute",
)
@requires("consultation.read_visit")
def see_visit_proof_file(
    request: HttpRequest,
    consultation_id: UUID,
    proof_id: UUID,
    file_id: UUID,
    size: Literal["thumb", "full"] = "full",
) -> HttpResponse:
    found = queries.file_of_visit(viewer_of(request), consultation_id, proof_id, file_id)
    return _to(found, size)


def _to(file_id: UUID, size: Literal["thumb", "full"]) -> HttpResponse:
    answer = HttpResponseRedirect(link(file_id, size))
    answer["Cache-Control"] = "no-store"
    return answer


@router.post(
    "/consultations/{consultation_id}/proofs/{proof_id}/judgements",
    response={201: schemas.VisitProofsOut},
    operation_id="judge_proof",
    summary="Accept a proof for diagnoses, or not, with a reason (R04, R05)",
)
@requires("consultation.judge_proof")
def judge_proof(
    request: HttpRequest, consultation_id: UUID, proof_id: UUID, form: schemas.JudgeIn
) -> Status[Any]:
    viewer = viewer_of(request)
    told = form.model_dump(exclude={"after"}) | {"codes": tuple(form.codes)}
    services.judge_proof(
        viewer,
        consultation_id,
        proof_id,
        ProofFinding(**told),
        after=form.after,
        at=clock.now(),
    )
    return Status(201, {"items": queries.proofs_of_visit(viewer, consultation_id)})
