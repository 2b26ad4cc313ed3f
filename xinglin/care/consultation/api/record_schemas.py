"""What goes over the wire of a record: draft, versions, signature, summary."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from xinglin.care.consultation.api.schemas import (
    DoctorOut,
    ListedOut,
    SignedAskedByOut,
    Told,
    Word,
)
from xinglin.care.consultation.api.site_schemas import SiteToldOut
from xinglin.kernel.wire import In, Out


class DiagnosisIn(In):
    """Only the code counts; the names are those of the table."""

    code: Word


class RecordFieldsIn(In):
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


class SaveIn(In):
    fields: RecordFieldsIn
    revision: Annotated[int, Field(ge=0, lt=2**31)]


class SavedOut(Out):
    revision: int
    saved_at: datetime


class SignIn(In):
    revision: Annotated[int, Field(ge=0, lt=2**31)]


class AmendIn(In):
    fields: RecordFieldsIn
    reason: Told


class SignatureOut(Out):
    """`value`: base64, over the canonical JSON of the version (`rules.canonical`)."""

    algorithm: str
    key_id: str
    sha256: str
    value: str


class ConsultedOut(Out):
    """A colleague who was asked; signed with the record."""

    doctor: DoctorOut
    question: str
    answer: str
    answered_at: datetime


class VersionOut(Out):
    version: int
    fields: RecordFieldsOut
    asked_by: SignedAskedByOut | None
    consulted: list[ConsultedOut]
    site: SiteToldOut | None
    reason: str
    signed_at: datetime
    doctor: DoctorOut
    signature: SignatureOut


class VersionsOut(Out):
    items: list[VersionOut]


class DraftOut(Out):
    """`prefilled`: the fields that still stand as the patient gave them; `templated`: as a template
    wrote them. `blanks`: what a template left to be filled in.
    """

    fields: RecordFieldsOut
    prefilled: list[str]
    templated: list[str]
    blanks: dict[str, list[str]]
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
