"""Quick phrases and templates of records: to use, to write, to order; and a template put into a record."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from xinglin.care.consultation import queries, services
from xinglin.care.consultation.api import phrase_schemas as schemas
from xinglin.care.consultation.services.phrases import MOST
from xinglin.care.consultation.types import Wording
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.kernel import clock

router = Router()


def _wording(form: schemas.PhraseIn | schemas.ChangeIn) -> Wording:
    return Wording(zh=form.zh.model_dump(), en=form.en.model_dump())


@router.get(
    "/phrases",
    response=schemas.PhrasesOut,
    operation_id="list_phrases",
    summary="One's own phrases and those of the departments where one works",
)
@requires("consultation.use_phrases")
def list_phrases(request: HttpRequest, kind: schemas.Kind) -> dict[str, Any]:
    return {"items": queries.phrases(viewer_of(request), kind), "most": MOST}


@router.get(
    "/departments/{department}/phrases",
    response=schemas.PhrasesOut,
    operation_id="list_department_phrases",
    summary="The phrases of a department, for whoever writes them",
)
@requires("consultation.write_department_phrases")
def list_department_phrases(
    request: HttpRequest, department: str, kind: schemas.Kind
) -> dict[str, Any]:
    found = queries.phrases_of_department(viewer_of(request), kind, department)
    return {"items": found, "most": MOST}


@router.post(
    "/phrases",
    response={201: schemas.PhraseOut},
    operation_id="add_phrase",
    summary="One more, for oneself or for a department",
)
@requires("consultation.write_phrases")
def add_phrase(request: HttpRequest, form: schemas.PhraseIn) -> Status[Any]:
    viewer = viewer_of(request)
    where = services.shelf(viewer, form.kind, form.department)
    made = services.add_phrase(viewer, where, _wording(form), at=clock.now())
    return Status(201, queries.phrase(made))


@router.put(
    "/phrases/order",
    response={204: None},
    operation_id="order_phrases",
    summary="Those that are named, in this order",
)
@requires("consultation.write_phrases")
def order_phrases(request: HttpRequest, form: schemas.OrderIn) -> Status[None]:
    viewer = viewer_of(request)
    where = services.shelf(viewer, form.kind, form.department)
    services.order_phrases(viewer, where, form.phrase_ids)
    return Status(204, None)


@router.put(
    "/phrases/{uuid:phrase_id}",
    response=schemas.PhraseOut,
    operation_id="change_phrase",
    summary="Write it anew, over the revision that was seen",
)
@requires("consultation.write_phrases")
def change_phrase(request: HttpRequest, phrase_id: UUID, form: schemas.ChangeIn) -> dict[str, Any]:
    services.change_phrase(
        viewer_of(request), phrase_id, _wording(form), revision=form.revision, at=clock.now()
    )
    return queries.phrase(phrase_id)


@router.delete(
    "/phrases/{uuid:phrase_id}",
    response={204: None},
    operation_id="remove_phrase",
    summary="Away; for a day it can be taken back",
)
@requires("consultation.write_phrases")
def remove_phrase(request: HttpRequest, phrase_id: UUID) -> Status[None]:
    services.remove_phrase(viewer_of(request), phrase_id, at=clock.now())
    return Status(204, None)


@router.post(
    "/phrases/{uuid:phrase_id}/restore",
    response=schemas.PhraseOut,
    operation_id="restore_phrase",
    summary="Take back the removal",
)
@requires("consultation.write_phrases")
def restore_phrase(request: HttpRequest, phrase_id: UUID) -> dict[str, Any]:
    services.restore_phrase(viewer_of(request), phrase_id)
    return queries.phrase(phrase_id)


@router.put(
    "/phrases/{uuid:phrase_id}/used",
    response={204: None},
    operation_id="note_phrase_use",
    summary="It was taken just now: what was used last is offered first",
)
@requires("consultation.use_phrases")
def note_phrase_use(request: HttpRequest, phrase_id: UUID) -> Status[None]:
    services.note_use(viewer_of(request), phrase_id, at=clock.now())
    return Status(204, None)


@router.post(
    "/consultations/{consultation_id}/record/template",
    response=schemas.UsedTemplateOut,
    operation_id="use_template",
    summary="Put a template into the draft: into what is empty, or after what is named",
)
@requires("consultation.write_record")
def use_template(
    request: HttpRequest, consultation_id: UUID, form: schemas.UseTemplateIn
) -> dict[str, Any]:
    viewer, at = viewer_of(request), clock.now()
    done = services.apply_template(viewer, consultation_id, **form.model_dump(), at=at)
    services.note_use(viewer, form.template_id, at=at)
    return {
        "record": queries.draft(viewer, consultation_id),
        "wrote": done.wrote,
        "left": done.left,
    }
