"""What goes over the wire."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, WithJsonSchema

from xinglin.care.consultation import rules
from xinglin.care.consultation.api.site_schemas import SiteToldOut
from xinglin.care.consultation.channels import wishes
from xinglin.kernel.text import Text
from xinglin.kernel.wire import In, Out

# Cuts off what is beyond sense; what is right is decided, and told, by the service.
Told = Annotated[str, Field(max_length=20_000)]
Word = Annotated[str, Field(max_length=64)]
Wish = Annotated[str, WithJsonSchema({"type": "string", "enum": list(wishes())})]


class OpenIn(In):
    """`language`: that the doctor must speak, when it is not the one of the house.

    `channel`: how the patient would like to be seen; a visit can always be held in writing.
    """

    intake_id: UUID
    department: Word
    practitioner_id: UUID | None = None
    language: Word = ""
    channel: Wish = "text"
    proof_ids: Annotated[list[UUID], Field(max_length=100)] = []
    wants_follow_up: bool = False


class OpenedOut(Out):
    id: UUID


class ChoiceIn(In):
    choice: Literal["wait", "ask_anyone", "change_department", "leave_message", "cancel"]
    department: Word | None = None


class CloseIn(In):
    """`reason`: of the list of endings; without one the visit does not end."""

    reason: Word = ""
    note: Annotated[str, Field(max_length=rules.LONGEST_NOTE)] = ""


class StopIn(In):
    """`booking_url`, `clinical` (to the doctor there) may be left out."""

    reason: Word
    advice: Told
    hospital: Told
    department: Told
    urgency: Word
    booking_url: Told = ""
    clinical: Told = ""


class NotedIn(In):
    """`at`: of the answer that was read."""

    at: AwareDatetime


class WentIn(In):
    went: Word
    words: Told = ""


class HandOverIn(In):
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


class LanguageOut(Out):
    code: str
    name: Text


class AskedByOut(Out):
    """`role`: self, guardian or proxy. `relation`: what the one who asked is to the patient."""

    role: str
    relation: Text
    name: str


class SignedAskedByOut(Out):
    role: str
    relation: Text


class SignedVersionOut(Out):
    """`needed`: false for an ending after which no record is due."""

    signed_version: int | None
    needed: bool


class HeadOut(Out):
    """`turns_used`, `max_turns`, `closes_at`: how much the conversation has left (C01).

    `ended_for`: why the doctor closed it. `language`, `channel`: that the patient asked for.
    `in_call_since`: a call rings or is open, and the deadlines of the visit stand still.
    """

    id: UUID
    state: str
    ending: str | None
    ending_text: Text | None
    ended_for: Text | None
    kind: str
    kind_text: Text
    channel: Wish
    in_call_since: datetime | None
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
    asked_by: AskedByOut
    doctor: DoctorOut | None
    named_doctor: DoctorOut | None
    language: LanguageOut | None
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


class LevelOut(Out):
    level: str
    text: Text


class ReasonOut(Out):
    """`status`: confirmed, memory (the source was not at hand) or ours."""

    rule: str
    text: Text
    source: str
    status: str


class FindingOut(Out):
    """What the patient's words were understood as; `words`: as they stand in the text."""

    concept: str
    name: Text
    says: str
    whose: str
    when: str
    words: str


class IntakeOut(Out):
    complaint: str
    summary: list[AnswerOut]
    about: Text | None
    urgency: LevelOut
    reasons: list[ReasonOut]
    findings: list[FindingOut]
    contradictions: list[Text]
    picture_ids: list[UUID]


class WentOut(Out):
    went: str
    text: Text
    words: str
    at: datetime


class StoppedOut(Out):
    """`clinical`, `seen_at`: for the doctor only. `asked_at`: when the patient was asked whether they went."""

    reason: Text
    advice: str
    hospital: str
    department: str
    booking_url: str
    urgency: Text
    clinical: str
    asked_at: datetime | None
    seen_at: datetime | None
    answer: WentOut | None


class RatingOut(Out):
    score: int
    tags: list[str]
    comment: str
    rated_at: datetime


class VisitOut(HeadOut):
    """`site`: where the patient sits, of a visit from a site."""

    kind_rules: list[RuleOut]
    intake: IntakeOut
    stopped: StoppedOut | None
    last_word: str
    rating: RatingOut | None
    site: SiteToldOut | None


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


class RateIn(In):
    score: int
    tags: Annotated[list[Word], Field(max_length=len(rules.TAGS))] = []
    comment: Told = ""


class TagOut(Out):
    code: str
    text: Text


class TagsOut(Out):
    good: list[TagOut]
    bad: list[TagOut]
