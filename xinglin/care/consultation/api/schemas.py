"""What goes over the wire."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from xinglin.care.consultation import rules
from xinglin.kernel.text import Text
from xinglin.kernel.wire import Out

# Cuts off what is beyond sense; what is right is decided, and told, by the service.
Told = Annotated[str, Field(max_length=20_000)]
Word = Annotated[str, Field(max_length=64)]


class OpenIn(Schema):
    intake_id: UUID
    department: Word


class OpenedOut(Out):
    id: UUID


class ChoiceIn(Schema):
    choice: Literal["wait", "change_department", "leave_message", "cancel"]
    department: Word | None = None


class CloseIn(Schema):
    note: Annotated[str, Field(max_length=rules.LONGEST_NOTE)] = ""


class StopIn(Schema):
    reason: Word
    advice: Told
    where: Told
    urgency: Word


class HandOverIn(Schema):
    reason: Word


class DepartmentOut(Out):
    slug: str
    name: Text


class PatientOut(Out):
    """`allergies`: as the patient told them; null when not asked."""

    id: UUID
    name: str
    sex: str
    age_text: Text
    relation: str
    is_minor: bool
    allergies: str | None
    synthetic: bool


class DoctorOut(Out):
    id: UUID
    name: Text
    title: Text
    hospital: Text
    synthetic: bool


class SignedVersionOut(Out):
    signed_version: int | None


class HeadOut(Out):
    """`turns_used`, `max_turns`, `closes_at`: how much the conversation has left (C01)."""

    id: UUID
    state: str
    ending: str | None
    ending_text: Text | None
    kind: str
    kind_text: Text
    may_prescribe: bool
    department: DepartmentOut
    urgency: int
    complaint: str
    requested_at: datetime
    accepted_at: datetime | None
    first_reply_at: datetime | None
    ended_at: datetime | None
    due_at: datetime | None
    due_step: str
    patient: PatientOut
    doctor: DoctorOut | None
    last_seq: int
    turns_used: int
    max_turns: int | None
    closes_at: datetime | None
    may: list[str]
    record: SignedVersionOut
    returned: int


class ListedOut(HeadOut):
    last_patient_at: datetime | None
    last_doctor_at: datetime | None


class ListOut(Out):
    items: list[ListedOut]
    next: UUID | None


class RuleOut(Out):
    rule_id: str
    source: str
    text: Text
    instead: Text


class AnswerOut(Out):
    question: Text
    answer: Text


class IntakeOut(Out):
    complaint: str
    summary: list[AnswerOut]
    picture_ids: list[UUID]


class StoppedOut(Out):
    reason: Text
    advice: str
    where: str
    urgency: Text


class RatingOut(Out):
    score: int
    tags: list[str]
    comment: str
    rated_at: datetime


class VisitOut(HeadOut):
    kind_rules: list[RuleOut]
    intake: IntakeOut
    stopped: StoppedOut | None
    rating: RatingOut | None


class MessageOut(Out):
    consultation_id: UUID
    seq: int
    client_id: UUID
    sender: str
    sender_id: UUID
    kind: str
    body: dict[str, Any]
    at: datetime
    withdrawn: bool


class ThreadOut(Out):
    messages: list[MessageOut]
    last_seq: int


class FoundOut(Out):
    """`next`: to ask with as `after`; null at the end."""

    messages: list[MessageOut]
    next: str | None


class RateIn(Schema):
    score: int
    tags: Annotated[list[Word], Field(max_length=len(rules.TAGS))] = []
    comment: Told = ""


class TagOut(Out):
    code: str
    text: Text


class TagsOut(Out):
    good: list[TagOut]
    bad: list[TagOut]


class DiagnosisIn(Schema):
    """Only the code counts; the names are those of the table."""

    code: Word


class RecordFieldsIn(Schema):
    chief_complaint: Told = ""
    present_illness: Told = ""
    past_history: Told = ""
    allergy: Told = ""
    findings: Told = ""
    diagnoses: Annotated[list[DiagnosisIn], Field(max_length=100)] = []
    advice: Told = ""


class DiagnosisOut(Out):
    code: str
    name_zh: str
    name_en: str


class DiagnosesOut(Out):
    items: list[DiagnosisOut]


class RecordFieldsOut(Out):
    """In a draft, what was never filled in is empty."""

    chief_complaint: str = ""
    present_illness: str = ""
    past_history: str = ""
    allergy: str = ""
    findings: str = ""
    diagnoses: list[DiagnosisOut] = []
    advice: str = ""


class SaveIn(Schema):
    fields: RecordFieldsIn
    revision: Annotated[int, Field(ge=0, lt=2**31)]


class SavedOut(Out):
    revision: int
    saved_at: datetime


class SignIn(Schema):
    revision: Annotated[int, Field(ge=0, lt=2**31)]


class AmendIn(Schema):
    fields: RecordFieldsIn
    reason: Told


class SignatureOut(Out):
    """`value`: base64, over the canonical JSON of the version (`rules.canonical`)."""

    algorithm: str
    key_id: str
    sha256: str
    value: str


class VersionOut(Out):
    version: int
    fields: RecordFieldsOut
    reason: str
    signed_at: datetime
    doctor: DoctorOut
    signature: SignatureOut


class VersionsOut(Out):
    items: list[VersionOut]


class DraftOut(Out):
    """`prefilled`: the fields that still stand as the patient gave them."""

    fields: RecordFieldsOut
    prefilled: list[str]
    revision: int
    saved_at: datetime


class RecordOut(Out):
    draft: DraftOut
    version: VersionOut | None


class SummaryOut(Out):
    """`verified`: the signature was checked just now and fits."""

    visit: ListedOut
    version: VersionOut
    versions: int
    verified: bool
