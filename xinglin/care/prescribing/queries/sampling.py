"""Samples as reviewers and the head of pharmacy see them; each reading is audited."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Q

from xinglin.care.consultation.queries.faces import department_json
from xinglin.care.people import queries as people
from xinglin.care.people.types import PractitionerCard
from xinglin.care.prescribing import drawing, problems, scoring
from xinglin.care.prescribing.lifecycle import SAMPLE
from xinglin.care.prescribing.models import (
    PrescriptionSample,
    SampledPrescription,
    SampleJudgement,
    SampleObjection,
)
from xinglin.care.prescribing.permissions import judge_can, works_at
from xinglin.care.prescribing.queries import signed
from xinglin.care.prescribing.queries.frames import house_of
from xinglin.foundation.accounts.queries import display_names
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.kernel.errors import NotFound
from xinglin.kernel.text import Text

PAGE: Final = 100
_DOCTORS: Final = 500  # as many as `people` answers at once
DRAWS: Final = "prescribing.draw_sample"
STATES: Final = {
    "drawn": Text("点评中", "being judged"),
    "announced": Text("已公布，可申诉", "told, open to objections"),
    "closed": Text("已结束", "closed"),
}
_NOT_READ: Final = ("version__content", "version__report", "version__overrides")
_JUDGED = Count("drawn", filter=Q(drawn__judgements__number=1), distinct=True)


def terms(viewer: Viewer) -> dict[str, Any]:
    """What may be chosen: the problems of the rule; for whoever draws, departments, doctors and focuses."""
    draws = viewer.can(DRAWS)
    return {
        "problems": [
            {"code": each.code, "found": each.found, "article": each.article, "text": each.text}
            for each in problems.problems().values()
        ],
        "classes": [{"code": code, "text": text} for code, text in problems.CLASSES.items()],
        "source": problems.SOURCE,
        "focuses": [{"code": code, "text": text} for code, text in drawing.FOCUSES.items()],
        "departments": [department_json(each.slug) for each in people.departments()]
        if draws
        else [],
        "doctors": _doctors(viewer) if draws else [],
        "may_draw": draws,
        "most": drawing.MOST_DRAWN,
    }


def listed(viewer: Viewer, *, after: UUID | None, limit: int) -> dict[str, Any]:
    """Samples of the viewer's house, newest first, paged by key."""
    limit = min(max(limit, 1), PAGE)
    rows = _of_house(viewer)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows.order_by("-pk")[: limit + 1])
    shown = found[:limit]
    return {
        "items": _heads(shown),
        "next": shown[-1].pk if len(found) > limit else None,
    }


def one(viewer: Viewer, sample_id: UUID) -> dict[str, Any]:
    """What was drawn and how far it is judged; who wrote each, and scores, for whoever draws; audited.

    Raises:
        NotFound: it is not of the viewer's house.
    """
    row = sample_of(viewer, sample_id)
    rows = SampledPrescription.objects.select_related("version__first_review").defer(*_NOT_READ)
    drawn = list(rows.filter(sample=row).order_by("position"))
    last = last_judgements(drawn)
    objected = set(SampleObjection.objects.filter(sampled__sample=row).values_list("pk", flat=True))
    draws = viewer.can(DRAWS)
    doctors = people.practitioners({each.practitioner_id for each in drawn}) if draws else {}
    audit.record(
        viewer,
        "prescribing.read_sample",
        subject=None,
        thing="prescription_sample",
        thing_id=row.pk,
        purpose="quality",
    )
    (head,) = _heads([row])
    return {
        **head,
        "seed": row.seed,
        "algorithm": row.algorithm,
        "frame_sha256": row.frame_sha256,
        "may": [step.name for step in SAMPLE.possible(row.state, "pharmacy_head")] if draws else [],
        "score": score_json(scoring.score(_found(last, each) for each in drawn)),
        "items": [
            {
                "id": each.pk,
                "position": each.position,
                "department": department_json(each.department),
                "doctor": doctors[each.practitioner_id].name if draws else None,
                "classes": _found(last, each),
                "is_mine": each.pk in last and last[each.pk].judged_by == viewer.user_id,
                "objected": each.pk in objected,
                "answered": each.pk in last and last[each.pk].answers_id is not None,
                "may_judge": may_judge(viewer, row, each, last.get(each.pk), objected),
            }
            for each in drawn
        ],
        "departments": [
            {"name": people.department(slug).name, "score": score_json(each)}
            for slug, each in _scores(drawn, last, "department").items()
        ],
        "doctors": [
            {"name": doctors[key].name, "score": score_json(each)}
            for key, each in _scores(drawn, last, "practitioner_id").items()
        ]
        if draws
        else [],
    }


def sampled(viewer: Viewer, sample_id: UUID, sampled_id: UUID) -> dict[str, Any]:
    """One prescription as it was signed, without names of patient, doctor and pharmacist; audited.

    Raises:
        NotFound: it is not of a sample of the viewer's house.
    """
    sample = sample_of(viewer, sample_id)
    rows = SampledPrescription.objects.select_related(
        "version__first_review", "prescription", "objection"
    )
    row = rows.filter(pk=sampled_id, sample=sample).first()
    if row is None:
        raise NotFound
    audit.record(
        viewer,
        "prescription.read_sampled",
        subject=row.prescription.patient_id,
        thing="prescription",
        thing_id=row.prescription_id,
        purpose="quality",
        detail={"sample": str(sample.pk)},
    )
    judgements = list(row.judgements.order_by("number"))
    objection: SampleObjection | None = getattr(row, "objection", None)
    last = judgements[-1] if judgements else None
    return {
        "id": row.pk,
        "sample_id": sample.pk,
        "position": row.position,
        "department": department_json(row.department),
        "signed": signed.version_json(row.version, is_doctor=True),
        "valid_days": row.prescription.valid_days,
        "judgements": judgements_json(judgements),
        "objection": objection and {"words": objection.words, "at": objection.at},
        "after": last.number if last else 0,
        "may_judge": may_judge(viewer, sample, row, last, {row.pk} if objection else set()),
        "is_own_work": not judge_can(viewer, row),
        "state": sample.state,
    }


def sample_of(viewer: Viewer, sample_id: UUID) -> PrescriptionSample:
    """Raises NotFound: there is none, or it is of another house."""
    row = (
        PrescriptionSample.objects.defer("frame")
        .annotate(judged=_JUDGED)
        .filter(pk=sample_id)
        .first()
    )
    if row is None or not works_at(viewer, row.institution_id):
        raise NotFound
    return row


def may_judge(
    viewer: Viewer,
    sample: PrescriptionSample,
    row: SampledPrescription,
    last: SampleJudgement | None,
    objected: Iterable[UUID],
) -> bool:
    """As far as accounts say; the act asks for the person too."""
    if not judge_can(viewer, row) or sample.state == "closed":
        return False
    is_judge = last is not None and last.judged_by == viewer.user_id
    if sample.state == "drawn":
        return last is None or is_judge
    return row.pk in objected and last is not None and not last.answers_id and not is_judge


def not_judged(row: PrescriptionSample) -> int:
    """How many prescriptions of the sample nobody has judged."""
    return SampledPrescription.objects.filter(sample=row, judgements__isnull=True).count()


def not_answered(row: PrescriptionSample) -> int:
    """How many objections nobody has answered."""
    return SampleObjection.objects.filter(sampled__sample=row, answer__isnull=True).count()


def doctors_of_sample(sample_id: UUID) -> list[UUID]:
    """Accounts, each once."""
    rows = SampledPrescription.objects.filter(sample_id=sample_id)
    return sorted(set(rows.values_list("prescriber_id", flat=True)), key=str)


def last_judgements(drawn: Iterable[SampledPrescription]) -> dict[UUID, SampleJudgement]:
    """Of each that was judged the one that counts, in one statement."""
    rows = SampleJudgement.objects.filter(sampled__in=[each.pk for each in drawn])
    return {each.sampled_id: each for each in rows.order_by("sampled_id", "number")}


def judgements_json(found: Iterable[SampleJudgement]) -> list[dict[str, Any]]:
    """With the reviewers by name: not for the doctor whom it concerns."""
    rows = list(found)
    names = display_names(each.judged_by for each in rows)
    return [
        {**finding_json(each), "by": names.get(each.judged_by, ""), "number": each.number}
        for each in rows
    ]


def finding_json(found: SampleJudgement) -> dict[str, Any]:
    known = problems.problems()
    return {
        "classes": [{"code": each, "text": problems.CLASSES[each]} for each in found.classes],
        "problems": [{"code": each, "text": known[each].text} for each in found.problems],
        "comment": found.comment,
        "answers": found.answers_id is not None,
        "at": found.at,
    }


def score_json(found: scoring.Score) -> dict[str, Any]:
    return {
        "drawn": found.drawn,
        "judged": found.judged,
        "rational": found.rational,
        "rational_pct": found.rational_pct,
        "classes": [
            {"code": code, "text": text, "count": found.classes[code]}
            for code, text in problems.CLASSES.items()
        ],
    }


def _scores(
    drawn: Iterable[SampledPrescription], last: Mapping[UUID, SampleJudgement], field: str
) -> dict[Any, scoring.Score]:
    keyed = ((getattr(each, field), _found(last, each)) for each in drawn)
    return scoring.score_by(sorted(keyed, key=lambda each: str(each[0])))


def _found(last: Mapping[UUID, SampleJudgement], row: SampledPrescription) -> scoring.Found:
    return last[row.pk].classes if row.pk in last else None


def _of_house(viewer: Viewer) -> Any:
    rows = PrescriptionSample.objects.defer("frame").annotate(judged=_JUDGED)
    return rows.filter(institution_id=house_of(viewer))


def _heads(rows: list[PrescriptionSample]) -> list[dict[str, Any]]:
    names = display_names(each.drawn_by for each in rows)
    doctors = people.practitioners({r.practitioner_id for r in rows if r.practitioner_id})
    return [
        {
            "id": row.pk,
            "since": row.since,
            "until": row.until,
            "department": department_json(row.department) if row.department else None,
            "doctor": doctors[row.practitioner_id].name if row.practitioner_id else None,
            "focus": drawing.FOCUSES.get(row.focus),
            "percent": row.percent,
            "frame_size": row.frame_size,
            "size": row.size,
            "judged": getattr(row, "judged", 0),
            "state": row.state,
            "state_text": STATES[row.state],
            "drawn_by": names.get(row.drawn_by, ""),
            "drawn_at": row.drawn_at,
            "announced_at": row.announced_at,
            "closed_at": row.closed_at,
        }
        for row in rows
    ]


def _doctors(viewer: Viewer) -> list[dict[str, Any]]:
    house, found = house_of(viewer), list[PractitionerCard]()
    page = people.practitioner_ids()
    while page:
        known = people.practitioners(page)
        found += [each for each in known.values() if each.institution_id == house]
        page = people.practitioner_ids(after=page[-1]) if len(page) == _DOCTORS else []
    ordered = sorted(found, key=lambda each: (each.name.zh, str(each.id)))
    return [{"id": each.id, "name": each.name, "title": each.title} for each in ordered]
