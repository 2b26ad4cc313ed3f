"""Review by sample over HTTP: the head of pharmacy draws, reviewers judge, doctors read and object."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from xinglin.care.prescribing.api import sampling_schemas as schemas
from xinglin.care.prescribing.drawing import Criteria
from xinglin.care.prescribing.queries import findings
from xinglin.care.prescribing.queries import sampling as queries
from xinglin.care.prescribing.services import sample_judging, sampling
from xinglin.care.prescribing.services.sample_judging import Finding
from xinglin.care.prescribing.services.sampling import Wish
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.foundation.sheets import services as sheets
from xinglin.foundation.sheets.types import Page
from xinglin.kernel import clock
from xinglin.kernel.text import Text

router = Router()
_WIDTHS = (8, 40, 14, 16, 16, 24, 16, 60, 18, 60, 16)
_SHEET, _SCORES = Text("处方", "Prescriptions"), Text("统计", "Scores")


@router.get(
    "/prescription-samples/terms",
    response=schemas.TermsOut,
    operation_id="read_sampling_terms",
    summary="What may be chosen: problems by code, and how a sample may be drawn",
)
@requires("prescribing.judge_sample")
def read_sampling_terms(request: HttpRequest) -> dict[str, Any]:
    return queries.terms(viewer_of(request))


@router.get(
    "/prescription-samples/frame",
    response=schemas.FrameOut,
    operation_id="count_sampling_frame",
    summary="How many prescriptions there are to draw from; written down as a reading",
)
@requires("prescribing.draw_sample")
def count_sampling_frame(request: HttpRequest, asked: Query[schemas.FrameIn]) -> dict[str, int]:
    viewer, at = viewer_of(request), clock.now()
    return {"size": sampling.count_frame(viewer, _criteria(asked), at=at)}


@router.get(
    "/prescription-samples",
    response=schemas.SamplesOut,
    operation_id="list_samples",
    summary="Samples of the house, newest first",
)
@requires("prescribing.judge_sample")
def list_samples(
    request: HttpRequest,
    after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> dict[str, Any]:
    return queries.listed(viewer_of(request), after=after, limit=limit)


@router.post(
    "/prescription-samples",
    response={201: schemas.DrawnOut},
    operation_id="draw_sample",
    summary="Freeze a frame and draw from it by a seed (E14)",
)
@requires("prescribing.draw_sample")
def draw_sample(request: HttpRequest, form: schemas.DrawIn) -> Status[dict[str, UUID]]:
    wish = Wish(
        criteria=_criteria(form), count=form.count, percent=form.percent, seed=form.seed.strip()
    )
    return Status(201, {"id": sampling.draw(viewer_of(request), wish, at=clock.now())})


@router.get(
    "/prescription-samples/own",
    response=schemas.OwnFindingsOut,
    operation_id="list_own_findings",
    summary="What was found of a doctor's own prescriptions, with the share that is rational",
)
@requires("prescribing.read_own_findings")
def list_own_findings(
    request: HttpRequest,
    after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> dict[str, Any]:
    return findings.own(viewer_of(request), after=after, limit=limit)


@router.get(
    "/prescription-samples/own/score",
    response=schemas.ScoreOut,
    operation_id="read_own_score",
    summary="How many of a doctor's own sampled prescriptions are rational",
)
@requires("prescribing.read_own_findings")
def read_own_score(request: HttpRequest) -> dict[str, Any]:
    return findings.own_score(viewer_of(request))


@router.post(
    "/prescription-samples/own/{sampled_id}/objection",
    response={204: None},
    operation_id="object_to_finding",
    summary="A doctor's answer to a finding, once",
)
@requires("prescribing.read_own_findings")
def object_to_finding(
    request: HttpRequest, sampled_id: UUID, form: schemas.ObjectionIn
) -> Status[None]:
    sample_judging.object_to(viewer_of(request), sampled_id, form.words, at=clock.now())
    return Status(204, None)


@router.get(
    "/prescription-samples/{sample_id}",
    response=schemas.SampleScreenOut,
    operation_id="read_sample",
    summary="What was drawn, how far it is judged, and scores",
)
@requires("prescribing.judge_sample")
def read_sample(request: HttpRequest, sample_id: UUID) -> dict[str, Any]:
    return queries.one(viewer_of(request), sample_id)


@router.post(
    "/prescription-samples/{sample_id}/announce",
    response={204: None},
    operation_id="announce_sample",
    summary="Tell the doctors what was found of theirs",
)
@requires("prescribing.draw_sample")
def announce_sample(request: HttpRequest, sample_id: UUID) -> Status[None]:
    sampling.announce(viewer_of(request), sample_id, at=clock.now())
    return Status(204, None)


@router.post(
    "/prescription-samples/{sample_id}/close",
    response={204: None},
    operation_id="close_sample",
    summary="End it: nothing of it changes any more",
)
@requires("prescribing.draw_sample")
def close_sample(request: HttpRequest, sample_id: UUID) -> Status[None]:
    sampling.close(viewer_of(request), sample_id, at=clock.now())
    return Status(204, None)


@router.get(
    "/prescription-samples/{sample_id}/export",
    response={200: None},
    operation_id="export_sample",
    summary="A spreadsheet of findings and scores, without medicines, quantities or prices (R26)",
)
@requires("prescribing.draw_sample")
def export_sample(
    request: HttpRequest, sample_id: UUID, asked: Query[schemas.ExportIn]
) -> HttpResponse:
    viewer, at = viewer_of(request), clock.now()
    rows, scores = findings.sheets_of(viewer, sample_id, locale=asked.locale)
    names = [each.en if asked.locale == "en" else each.zh for each in (_SHEET, _SCORES)]
    pages = [
        Page(name=names[0], rows=rows, widths=_WIDTHS),
        Page(name=names[1], rows=scores, widths=[16] * len(scores[0])),
    ]
    content = sheets.write(pages, as_format=asked.format)
    sampling.note_export(viewer, sample_id)
    answer = HttpResponse(content, content_type=sheets.CONTENT_TYPES[asked.format])
    name = f"xinglin-prescription-sample-{at:%Y%m%d-%H%M}.{asked.format}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@router.get(
    "/prescription-samples/{sample_id}/prescriptions/{sampled_id}",
    response=schemas.SampledOut,
    operation_id="read_sampled",
    summary="One prescription to judge, without names",
)
@requires("prescribing.judge_sample")
def read_sampled(request: HttpRequest, sample_id: UUID, sampled_id: UUID) -> dict[str, Any]:
    return queries.sampled(viewer_of(request), sample_id, sampled_id)


@router.post(
    "/prescription-samples/{sample_id}/prescriptions/{sampled_id}/judgements",
    response={201: schemas.JudgedOut},
    operation_id="judge_sampled",
    summary="What a reviewer finds of it",
)
@requires("prescribing.judge_sample")
def judge_sampled(
    request: HttpRequest, sample_id: UUID, sampled_id: UUID, form: schemas.JudgementIn
) -> Status[dict[str, int]]:
    finding = Finding(
        is_rational=form.is_rational,
        problems=form.problems,
        comment=form.comment,
        after=form.after,
    )
    viewer, at = viewer_of(request), clock.now()
    number = sample_judging.judge(viewer, sample_id, sampled_id, finding, at=at)
    return Status(201, {"number": number})


def _criteria(asked: schemas.FrameIn | schemas.DrawIn) -> Criteria:
    return Criteria(
        since=asked.since,
        until=asked.until,
        department=asked.department,
        practitioner=asked.practitioner_id,
        focus=asked.focus,
    )
