"""What goes over the wire about proofs of earlier diagnoses."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from xinglin.care.consultation.api.record_schemas import DiagnosisOut
from xinglin.care.consultation.api.schemas import DoctorOut, Told, Word
from xinglin.kernel.text import Text
from xinglin.kernel.wire import In, Out


class ProofIn(In):
    """`diagnosis_code` of the catalogue, or `diagnosis` in words of one's own."""

    patient_id: UUID
    kind: Word
    diagnosis_code: Word = ""
    diagnosis: Told = ""
    hospital: Told
    issued_on: date
    file_ids: Annotated[list[UUID], Field(max_length=100)]


class AddedOut(Out):
    id: UUID


class ShowIn(In):
    proof_id: UUID


class JudgeIn(In):
    """`outcome`: accepted, not_accepted, or condition_changed, which is refused by R06 and not kept.

    `after`: the number of the last judgement that the doctor saw; 0: none.
    """

    outcome: Word
    codes: Annotated[list[Word], Field(max_length=100)] = []
    reason: Word = ""
    words: Told = ""
    after: Annotated[int, Field(ge=0, lt=2**15)]


class ProofFileOut(Out):
    id: UUID
    kind: str


class JudgementOut(Out):
    """`evidence`: SHA-256 over the fingerprints of the files. `kind`: of the visit from then on."""

    id: UUID
    consultation_id: UUID
    number: int
    outcome: str
    diagnoses: list[DiagnosisOut]
    reason: str
    reason_text: Text | None
    words: str
    doctor: DoctorOut
    judged_at: datetime
    evidence: str
    kind: str
    may_prescribe: bool
    rule_ids: list[str]


class ProofOut(Out):
    """`state`: kept, waiting, accepted, not_accepted or withdrawn. `last`: of whatever visit."""

    id: UUID
    patient_id: UUID
    kind: str
    kind_text: Text
    diagnosis: DiagnosisOut
    hospital: str
    issued_on: date
    is_old: bool
    files: list[ProofFileOut]
    added_at: datetime
    withdrawn_at: datetime | None
    state: str
    last: JudgementOut | None


class ProofsOut(Out):
    items: list[ProofOut]
    next: UUID | None


class VisitProofOut(ProofOut):
    """`judgements`: of this visit, newest first."""

    judgements: list[JudgementOut]
    may: list[str]


class VisitProofsOut(Out):
    items: list[VisitProofOut]


class TermOut(Out):
    code: str
    text: Text


class TermsOut(Out):
    """What a form about proofs can say."""

    kinds: list[TermOut]
    reasons: list[TermOut]
    most_files: int
    most_shown: int
