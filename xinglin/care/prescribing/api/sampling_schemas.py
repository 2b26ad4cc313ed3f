"""What goes over the wire of a review by sample."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from xinglin.care.prescribing.api.prescription_schemas import (
    AllergyAnswerOut,
    DiagnosisOut,
    ItemOut,
    Number,
    OverrideOut,
    Told,
    ToldOut,
    Word,
)
from xinglin.kernel.text import Text
from xinglin.kernel.wire import In, Out

Focus = Literal["", "antibacterial", "injection", "high_alert", "overridden", "long_supply"]
Slug = Annotated[str, Field(max_length=32, pattern="^[a-z_]*$")]


class FrameIn(Schema):
    """Prescriptions that took effect on a day from `since` to `until`."""

    since: date
    until: date
    department: Slug = ""
    practitioner_id: UUID | None = None
    focus: Focus = ""


class FrameOut(Out):
    size: int


class DrawIn(In):
    """`count` or `percent` of the frame. `seed`: empty for one that the house makes up."""

    since: date
    until: date
    department: Slug = ""
    practitioner_id: UUID | None = None
    focus: Focus = ""
    count: Number | None = None
    percent: Number | None = None
    seed: Word = ""


class DrawnOut(Out):
    id: UUID


class CodedOut(Out):
    code: str
    text: Text


class ProblemOut(CodedOut):
    """`found`: the class that it puts a prescription in. `article`: of the rule."""

    found: str
    article: str


class DepartmentOut(Out):
    slug: str
    name: Text


class DoctorOut(Out):
    id: UUID
    name: Text
    title: Text


class TermsOut(Out):
    problems: list[ProblemOut]
    classes: list[CodedOut]
    source: Text
    focuses: list[CodedOut]
    departments: list[DepartmentOut]
    doctors: list[DoctorOut]
    may_draw: bool
    most: int


class ClassCountOut(CodedOut):
    count: int


class ScoreOut(Out):
    """`rational_pct`: of those that were judged; a prescription may be in two classes."""

    drawn: int
    judged: int
    rational: int
    rational_pct: float | None
    classes: list[ClassCountOut]


class NamedScoreOut(Out):
    name: Text
    score: ScoreOut


class SampleOut(Out):
    id: UUID
    since: date
    until: date
    department: DepartmentOut | None
    doctor: Text | None
    focus: Text | None
    percent: int | None
    frame_size: int
    size: int
    judged: int
    state: str
    state_text: Text
    drawn_by: str
    drawn_at: datetime
    announced_at: datetime | None
    closed_at: datetime | None


class SamplesOut(Out):
    items: list[SampleOut]
    next: UUID | None


class SampledRowOut(Out):
    """`classes`: none for a rational one; null: not judged. `doctor`: for whoever draws."""

    id: UUID
    position: int
    department: DepartmentOut
    doctor: Text | None
    classes: list[str] | None
    is_mine: bool
    objected: bool
    answered: bool
    may_judge: bool


class SampleScreenOut(SampleOut):
    seed: str
    algorithm: str
    frame_sha256: str
    may: list[str]
    score: ScoreOut
    items: list[SampledRowOut]
    departments: list[NamedScoreOut]
    doctors: list[NamedScoreOut]


class SeenPatientOut(Out):
    """Neither name nor birthday: whoever judges does not need them."""

    sex: str
    age: Text


class SeenVersionOut(Out):
    """`verified`: the doctor's signature was checked just now, against what is stored."""

    items: list[ItemOut]
    diagnoses: list[DiagnosisOut]
    patient: SeenPatientOut
    allergies_checked: list[AllergyAnswerOut]
    patient_facts: dict[str, str | bool]
    told: ToldOut
    written_on: date
    report: dict[str, Any] | None
    overrides: list[OverrideOut]
    verified: bool


class FindingOut(Out):
    """`answers`: it is the answer to an objection."""

    classes: list[CodedOut]
    problems: list[CodedOut]
    comment: str
    answers: bool
    at: datetime


class JudgementOut(FindingOut):
    by: str
    number: int


class ObjectionOut(Out):
    words: str
    at: datetime


class SampledOut(Out):
    """`after`: the number to send with a judgement."""

    id: UUID
    sample_id: UUID
    position: int
    department: DepartmentOut
    signed: SeenVersionOut
    valid_days: int
    judgements: list[JudgementOut]
    objection: ObjectionOut | None
    after: int
    may_judge: bool
    is_own_work: bool
    state: str


class JudgementIn(In):
    """`problems`: codes of the terms; none where it `is_rational`. `after`: as it was read."""

    is_rational: bool
    problems: Annotated[list[Word], Field(max_length=40)] = []
    comment: Told = ""
    after: Number


class JudgedOut(Out):
    number: int


class OwnFindingOut(Out):
    id: UUID
    prescription_id: UUID
    written_on: date
    medicines: list[Text]
    since: date
    until: date
    is_closed: bool
    finding: FindingOut
    objection: ObjectionOut | None
    may_object: bool


class OwnFindingsOut(Out):
    score: ScoreOut
    items: list[OwnFindingOut]
    next: UUID | None


class ObjectionIn(In):
    words: Told


class ExportIn(Schema):
    format: Literal["csv", "xlsx"] = "xlsx"
    locale: Literal["zh", "en"] = "zh"
