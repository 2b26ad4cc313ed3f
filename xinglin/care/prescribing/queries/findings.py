"""What was found of a doctor's own prescriptions (the doctor's scorecard), and a sample as a spreadsheet."""

from datetime import datetime, tzinfo
from typing import Any, Final
from uuid import UUID

from xinglin.care.people import queries as people
from xinglin.care.prescribing import drawing, problems, scoring
from xinglin.care.prescribing.models import (
    PrescriptionSample,
    SampledPrescription,
    SampleJudgement,
    SampleObjection,
)
from xinglin.care.prescribing.queries.sampling import (
    finding_json,
    last_judgements,
    sample_of,
    score_json,
)
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.kernel.text import Text
from xinglin.policy.rules import day_begins

PAGE: Final = 50
_TOLD: Final = ("announced", "closed")
Rows = list[list[str]]


def own(viewer: Viewer, *, after: UUID | None, limit: int) -> dict[str, Any]:
    """Of the viewer's prescriptions in samples whose findings were told, newest first, paged by key; audited.

    `score` is over all of them. Who judged is not told.
    """
    limit = min(max(limit, 1), PAGE)
    told = SampledPrescription.objects.filter(prescriber_id=viewer.user_id, sample__state__in=_TOLD)
    rows = told.select_related("version", "prescription", "objection", "sample")
    rows = rows.defer("sample__frame", "version__report")
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows.order_by("-pk")[: limit + 1])
    shown = found[:limit]
    last = last_judgements(shown)
    audit.record_each(
        viewer,
        "prescription.read_finding",
        {row.prescription_id: row.prescription.patient_id for row in shown},
        thing="prescription",
        purpose="quality",
    )
    return {
        "score": score_json(_all_of(viewer)),
        "items": [_own_json(row, last[row.pk]) for row in shown],
        "next": shown[-1].pk if len(found) > limit else None,
    }


def own_score(viewer: Viewer) -> dict[str, Any]:
    """The viewer's own share, without a word of any prescription."""
    return score_json(_all_of(viewer))


def _all_of(viewer: Viewer) -> scoring.Score:
    """In one statement, of codes alone."""
    rows = SampleJudgement.objects.filter(
        sampled__prescriber_id=viewer.user_id, sampled__sample__state__in=_TOLD
    )
    last = dict(rows.order_by("number").values_list("sampled_id", "classes"))
    return scoring.score(last.values())


def _own_json(row: SampledPrescription, last: SampleJudgement) -> dict[str, Any]:
    objection: SampleObjection | None = getattr(row, "objection", None)
    is_open = row.sample.state == "announced"
    return {
        "id": row.pk,
        "prescription_id": row.prescription_id,
        "written_on": row.version.content["written_on"],
        "medicines": [each["name"] for each in row.version.content["items"]],
        "since": row.sample.since,
        "until": row.sample.until,
        "is_closed": not is_open,
        "finding": finding_json(last),
        "objection": objection and {"words": objection.words, "at": objection.at},
        "may_object": is_open and objection is None and bool(last.classes),
    }


def sheets_of(viewer: Viewer, sample_id: UUID, *, locale: str) -> tuple[Rows, Rows]:
    """The sample, and its scores: no patient, medicine, quantity or price stands there (R26).

    Raises:
        NotFound: it is not of the viewer's house. Whoever hands it out audits it.
    """
    sample = sample_of(viewer, sample_id)
    drawn = list(
        SampledPrescription.objects.filter(sample=sample)
        .select_related("version", "objection")
        .defer("version__report")
        .order_by("position")
    )
    zone = day_begins(sample.since, people.institution(sample.institution_id).place).tzinfo
    return _Sheets(sample, drawn, locale, zone).both()


class _Sheets:
    """Cells of one sample in one language, at the clock of its house."""

    def __init__(
        self,
        sample: PrescriptionSample,
        drawn: list[SampledPrescription],
        locale: str,
        zone: tzinfo | None,
    ) -> None:
        self._sample, self._drawn, self._locale, self._zone = sample, drawn, locale, zone
        self._last = last_judgements(drawn)
        self._doctors = people.practitioners({each.practitioner_id for each in drawn})

    def both(self) -> tuple[Rows, Rows]:
        return [self._row(*_HEADS), *map(self._line, self._drawn)], self._scores()

    def _row(self, *values: Any) -> list[str]:
        return [self._cell(value) for value in values]

    def _cell(self, value: Any) -> str:
        if isinstance(value, Text):
            return value.en if self._locale == "en" else value.zh
        if isinstance(value, datetime):
            return f"{value.astimezone(self._zone):%Y-%m-%d %H:%M}"
        return "" if value is None else str(value)

    def _line(self, row: SampledPrescription) -> list[str]:
        found = self._last.get(row.pk)
        objection: SampleObjection | None = getattr(row, "objection", None)
        return self._row(
            row.position,
            row.prescription_id,
            row.version.content["written_on"],
            people.department(row.department).name,
            self._doctors[row.practitioner_id].name,
            self._found(found),
            " ".join(found.problems) if found else None,
            found.comment if found else None,
            found.at if found else None,
            objection.words if objection else None,
            _YES if found and found.answers_id else None,
        )

    def _found(self, found: SampleJudgement | None) -> str:
        if found is None:
            return self._cell(_NOT_JUDGED)
        names = found.classes or [problems.RATIONAL]
        return " / ".join(self._cell(problems.FINDINGS[each]) for each in names)

    def _classes(self, row: SampledPrescription) -> scoring.Found:
        return self._last[row.pk].classes if row.pk in self._last else None

    def _scores(self) -> Rows:
        drawn, sample = self._drawn, self._sample
        departments = scoring.score_by((each.department, self._classes(each)) for each in drawn)
        doctors = scoring.score_by((each.practitioner_id, self._classes(each)) for each in drawn)
        return [
            self._row(*_SCORE_HEADS, *problems.CLASSES.values()),
            self._score(_SAMPLE, _WHOLE, scoring.score(map(self._classes, drawn))),
            *(
                self._score(_DEPARTMENT, people.department(key).name, each)
                for key, each in departments.items()
            ),
            *(self._score(_DOCTOR, self._doctors[key].name, each) for key, each in doctors.items()),
            [],
            self._row(_PERIOD, sample.since, sample.until),
            self._row(_DRAWN_BY, sample.seed, sample.algorithm, sample.frame_size),
            self._row(_FRAME, sample.frame_sha256),
            self._row(_FOCUS, drawing.FOCUSES.get(sample.focus, _RANDOM)),
            self._row(_SOURCE, problems.SOURCE),
        ]

    def _score(self, what: Text, name: Text, found: scoring.Score) -> list[str]:
        counts = (found.classes[each] for each in problems.CLASSES)
        return self._row(
            what, name, found.drawn, found.judged, found.rational, found.rational_pct, *counts
        )


_DEPARTMENT, _DOCTOR = Text("科室", "Department"), Text("医生", "Doctor")
_WHOLE, _SAMPLE = Text("全部", "All of it"), Text("样本", "Sample")
_NOT_JUDGED, _YES = Text("未点评", "not judged"), Text("是", "yes")
_RANDOM = Text("不限", "any")
_PERIOD = Text("统计期", "Period")
_DRAWN_BY = Text("种子、算法、范围内处方数", "Seed, algorithm, prescriptions in the frame")
_FRAME, _FOCUS = Text("范围校验值（哈希）", "SHA-256 of the frame"), Text("重点", "Focus")
_SOURCE = Text("问题代码依据", "Codes of problems by")
_HEADS = (
    Text("序号", "No."),
    Text("处方编号", "Prescription"),
    Text("开具日期", "Written on"),
    _DEPARTMENT,
    _DOCTOR,
    Text("点评结果", "Finding"),
    Text("问题代码", "Problems"),
    Text("点评意见", "Comment"),
    Text("点评时间", "Judged at"),
    Text("医生申诉", "Objection"),
    Text("已复核", "Looked at again"),
)
_SCORE_HEADS = (
    Text("统计口径", "Of"),
    Text("名称", "Name"),
    Text("抽取", "Drawn"),
    Text("已点评", "Judged"),
    Text("合理", "Rational"),
    Text("合理率（%）", "Rational, %"),
)
