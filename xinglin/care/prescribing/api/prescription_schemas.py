"""What goes over the wire of a prescription: draft, signed version, ticket."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from xinglin.kernel.text import Text
from xinglin.kernel.wire import In, Out

# Cuts off what is beyond sense; what is right is decided, and told, by the service.
Told = Annotated[str, Field(max_length=2000)]
Word = Annotated[str, Field(max_length=64)]
Number = Annotated[int, Field(ge=0, lt=2**31)]


class StartIn(In):
    """`copy_from`: an earlier prescription, each copied field of which has to be confirmed."""

    sheet: Word = "western"
    copy_from: UUID | None = None


class StartedOut(Out):
    id: UUID


class ItemIn(In):
    """`dose`: digits. `dose_unit`: UCUM, one of the medicine's. `doses`: how many in all, where the
    frequency has no daily count. `confirmed`: proposed fields that the doctor leaves as they stand.
    `to_confirm`: those that a favourite proposes; what the server has marked stays so without it.
    """

    product_id: UUID
    dose: Word
    dose_unit: Word
    route: Word
    frequency: Word
    days: Number
    doses: Number | None = None
    confirmed: Annotated[list[Word], Field(max_length=10)] = []
    to_confirm: Annotated[list[Word], Field(max_length=10)] = []


class PatientFactsIn(In):
    """What is left out is not known."""

    is_pregnant: bool | None = None
    plans_pregnancy: bool | None = None
    is_breast_feeding: bool | None = None
    kidney: Word | None = None
    liver: Word | None = None


class ToldIn(In):
    """`longer_for`: chronic, old_age or special. `evaluation`: in words that the patient reads (R41).
    `guardian_present`: confirmed for this prescription.
    """

    longer_for: Word = ""
    longer_reason: Told = ""
    long_term: bool = False
    stable: bool = False
    evaluated: bool = False
    evaluation: Told = ""
    first_issued_offline: bool = False
    guardian_present: bool = False
    repeats: Number = 0
    repeat_after_days: Number = 0


class SaveIn(In):
    """The whole form, over the revision that the doctor saw. `weight_kg`: digits."""

    revision: Number
    items: Annotated[list[ItemIn], Field(max_length=100)] = []
    diagnoses: Annotated[list[Word], Field(max_length=100)] = []
    valid_days: Number = 1
    patient_facts: PatientFactsIn = PatientFactsIn()
    weight_kg: Word = ""
    told: ToldIn = ToldIn()


class SavedOut(Out):
    """`quantities`: whole units of each item, as computed, in the order of the form."""

    revision: int
    quantities: list[int]


class OverrideIn(In):
    hit: Annotated[str, Field(max_length=400)]
    reason: Told


class SignIn(In):
    """`overrides`: for each hit that wants a reason, why the doctor goes on."""

    revision: Number
    overrides: Annotated[list[OverrideIn], Field(max_length=200)] = []


class SignedOut(Out):
    version: int


class VoidIn(In):
    reason: Word
    words: Told = ""


class RefusalOut(Out):
    rule_id: str
    source: str
    text: Text
    instead: Text


class ConsentBesideOut(Out):
    """Of the patient to a long supply. `is_needed`: by law, on this sheet. `state`: none, asked, signed,
    declined, withdrawn, changed or expired. `role`: who has answered: self, guardian or proxy.
    """

    is_needed: bool
    may_ask: bool
    state: str
    state_text: Text
    asked_at: datetime | None
    due_at: datetime | None
    answered_at: datetime | None
    role: str


class AllergyAnswerOut(Out):
    """`words`: as they stand there; null: not asked. `state`: some, none, unknown or unasked.
    `told_in`: each place, with its date.
    """

    words: str | None
    state: str
    told_in: list[Text]


class CheckedOut(Out):
    """`report`: as it would be signed. `allergies`: on which it was made. `to_answer`: hits that want
    a reason. `refusals`: of policy.
    """

    report: dict[str, Any]
    allergies: list[AllergyAnswerOut]
    to_answer: list[str]
    consent: ConsentBesideOut
    refusals: list[RefusalOut]
    notes: list[RefusalOut]


class DoctorOut(Out):
    id: UUID
    name: Text
    title: Text
    hospital: Text
    synthetic: bool


class RowOut(Out):
    """`medicines`: generic names of what was signed; none of a draft."""

    id: UUID
    consultation_id: UUID
    patient_id: UUID
    state: str
    state_text: Text
    state_since: datetime
    sheet: str
    sheet_text: Text
    version: int
    begun_at: datetime
    signed_at: datetime | None
    effective_at: datetime | None
    expires_at: datetime | None
    valid_days: int
    doctor: DoctorOut
    medicines: list[Text]


class PageOut(Out):
    items: list[RowOut]
    next: UUID | None


class DiagnosisOut(Out):
    code: str
    name_zh: str
    name_en: str


class ChoiceOut(Out):
    code: str
    text: Text


class ProposedItemOut(Out):
    """`units`, `routes`, `frequencies`: of this medicine, to choose from; no frequencies: any."""

    product_id: UUID
    name: Text
    strength: str
    dose: str
    dose_unit: str
    units: list[str]
    routes: list[ChoiceOut]
    frequencies: list[str]
    route: str
    route_text: Text | None
    frequency: str
    frequency_text: Text | None
    days: int
    doses: int | None
    quantity_unit: str
    to_confirm: list[str]


class DraftItemOut(ProposedItemOut):
    quantity: int


class ToldOut(Out):
    longer_for: str
    longer_reason: str
    long_term: bool
    stable: bool
    evaluated: bool
    evaluation: str = ""
    first_issued_offline: bool
    guardian_present: bool
    repeats: int = 0
    repeat_after_days: int = 0


class DraftOut(Out):
    diagnoses: list[str]
    valid_days: int
    patient_facts: dict[str, str | bool]
    weight_kg: str
    told: ToldOut
    items: list[DraftItemOut]


class ItemOut(Out):
    product_id: UUID
    code: str
    name: Text
    strength: str
    form: str
    approval_number: str
    dose: str
    dose_unit: str
    dose_unit_text: Text | None
    route: str
    route_text: Text | None
    frequency: str
    frequency_text: Text | None
    days: int
    doses: int | None
    quantity: int
    quantity_unit: str
    quantity_unit_text: Text | None


class SignedPatientOut(Out):
    id: UUID
    sex: str
    birth_date: date
    age_unit: str
    age: Text


class SignatureOut(Out):
    """`value` and `certificates` (DER, the signer's first) in base64."""

    algorithm: str
    key_id: str
    sha256: str
    value: str
    certificates: list[str]


class OverrideOut(Out):
    hit: str
    reason: str


class SignedConsentOut(Out):
    """A patient's signature on a long supply, checked just now; it is part of what the doctor signed."""

    role: str
    signed_at: datetime
    signature: SignatureOut
    verified: bool


class VersionOut(Out):
    """`verified`: the signature was checked just now, against what is stored. `allergies`: as told
    before the visit. `allergies_checked`: all that the report was made on, for professionals.
    """

    number: int
    diagnoses: list[DiagnosisOut]
    items: list[ItemOut]
    patient: SignedPatientOut
    department: str
    allergies: str | None
    allergies_checked: list[AllergyAnswerOut]
    patient_facts: dict[str, str | bool]
    told: ToldOut
    consent: SignedConsentOut | None
    written_on: date
    report: dict[str, Any] | None
    overrides: list[OverrideOut]
    signed_at: datetime
    signature: SignatureOut
    verified: bool


class ReviewOut(Out):
    """`outcome`: approved, returned or refused; of the first of two passed_on. `verified`: of an approval,
    that its signature holds over the doctor's; else false.
    """

    outcome: str
    reason: str
    reason_text: Text | None
    words: str
    reviewed_at: datetime
    pharmacist: Text
    signature: SignatureOut | None
    verified: bool


class StepOut(Out):
    step: str
    text: Text
    to_state: str
    at: datetime


class RepeatsOut(Out):
    """`left`: how often it may still be fetched after the ticket that is shown now. `opens_on`: of the
    ticket that waits for its day.
    """

    allowed: int
    left: int
    opens_on: date | None


class DocumentOut(Out):
    """The signed PDF. `state`: making, delayed (tried some times, and tried on) or ready."""

    state: str
    made_at: datetime | None
    bytes: int
    sha256: str


class PrescriptionOut(RowOut):
    """`repeats`: null where none were written. `may`: the steps that the viewer could take now.
    `draft`: for its doctor, while it can be changed.
    `document`: once it has become effective; null where none will be made.
    `first_review`: where two pharmacists are asked for, the first one's.
    """

    revision: int
    repeats: RepeatsOut | None
    may: list[str]
    draft: DraftOut | None
    signed: VersionOut | None
    first_review: ReviewOut | None
    review: ReviewOut | None
    document: DocumentOut | None
    steps: list[StepOut]


class TicketOut(Out):
    """`token`: what a pharmacy reads; good once."""

    token: str
