"""The facts that a decision is made on: what the asker knows, and nothing that is a rule.

`on`, the local date that decides which rules bind, is not among them: it is told to `decide`.
Times are aware.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal


@dataclass(frozen=True, kw_only=True, slots=True)
class RegisterPatient:
    """`relation`: what the patient is to the account's holder (self, child, spouse, parent, other).

    `id_type` as in `kernel.identity.ID_TYPES`. `guardian_registers`: the holder is the guardian.
    `seen_in_person`: staff of the house have the person and the card before them.
    """

    real_name: str
    id_type: str
    id_number: str
    birth_date: date
    relation: str = "self"
    guardian_registers: bool = False
    phone_verified: bool
    sensitive_data_consent: bool
    seen_in_person: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class StaffEligibility:
    """`licence_until`: the first moment at which it no longer holds; None: no end.

    `title`: code of GB/T 8561 (231 chief physician ... 235 assistant). `suspended`: by this house.
    """

    role: str
    is_human: bool
    licence_number: str
    licence_from: date
    licence_until: datetime | None = None
    independent_since: date | None = None
    institution_consented: bool = False
    registered_here: bool = False
    multi_site_filed: bool = False
    title: str = ""
    suspended: bool = False
    open_visits: int = 0
    now: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class AcceptConsultation:
    """`identity_checked_at`: when this doctor last proved in person to be this doctor."""

    doctor: StaffEligibility
    identity_checked_at: datetime | None
    now: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class FollowUpProof:
    """A paper of an earlier diagnosis.

    `kind`: outpatient_record, inpatient_record, discharge_summary or diagnosis_certificate.
    """

    kind: str
    diagnosis_code: str
    issued_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenKind:
    """`specialty`: official department code. `same_diagnosis`: None until a doctor has judged it.

    `doctor_online_years`: years of follow-up care on the internet.
    `in_person_prescription_on`: the last prescription for this disease written face to face.
    `relation`: what the patient is to the one who asks. `asker_known`: that one is registered under
    the true name. `guardian_named`: the one who asks is the guardian on record. `patient_agreed`:
    an adult patient has agreed to be asked for.
    """

    wanted: Literal["advice", "follow_up", "first_visit", "campaign"]
    age_years: int
    specialty: str
    institution: str
    institution_licensed: bool
    identity_verified: bool
    consent_required_version: str
    consent_given_version: str | None
    consent_withdrawn: bool = False
    proof: FollowUpProof | None = None
    same_diagnosis: bool | None = None
    condition_changed: bool = False
    wants_prescription: bool = False
    channel: Literal["text", "audio", "video"] = "text"
    guardian_present: bool = False
    doctor_whitelisted: bool = False
    doctor_title: str | None = None
    doctor_online_years: float | None = None
    in_person_prescription_on: date | None = None
    refill: bool = False
    relation: str = "self"
    asker_known: bool = True
    guardian_named: bool = False
    patient_agreed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Retain:
    """May this be deleted now? `wants_delete`: because the patient asks, not because time is up.

    `thing`: record, chat, media, audit, or prescription_<class>.
    `in_record`: a prescription that is part of a record is kept as long as the record.
    """

    thing: str
    made_at: datetime
    wants_delete: bool
    now: datetime
    in_record: bool = True


ProductClass = Literal[
    "rx",
    "otc",
    "tcm_slices",
    "tcm_patent",
    "injection",
    "antibacterial",
    "special_use_antibacterial",
    "narcotic",
    "psychotropic_1",
    "psychotropic_2",
    "toxic",
    "radioactive",
    "special_rule_high_risk",
    "special_storage",
    "high_alert",
    "india_list_o",
    "india_list_a",
    "india_list_b",
    "india_prohibited",
]
# Whose own act it was: the doctor of this visit in person, another person, or a program.
Hand = Literal["doctor", "other_person", "service"]
SafetyLevel = Literal["block", "warn", "caution", "info"]


@dataclass(frozen=True, kw_only=True, slots=True)
class SafetyCheck:
    """What the safety check said to exactly what is signed; None in its place: it did not run.

    `complete`: it ran to its end. `open_levels`: of hits that nobody has answered.
    `overridden_levels`: of hits that the doctor has answered with a reason.
    """

    complete: bool
    open_levels: frozenset[SafetyLevel] = frozenset()
    overridden_levels: frozenset[SafetyLevel] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Signature:
    """`kind`: certificate (a key in the signer's sole control), or any other word: drawn, password.

    `intact`: verified against the very content, which has not changed since.
    `by_person`: a person has signed and no program.
    """

    kind: str
    intact: bool
    by_person: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class PrescribedItem:
    """One medicine of a sheet.

    `classes`: all that the catalogue knows; without rx, otc or tcm_slices the product is unknown.
    `entered_by`: whose act wrote these fields; what a program proposed and the doctor then entered
    is the doctor's. `days`: of supply, rounded up. `generic_name`: the sheet names it so.
    `dose_in_units`: the dose has a unit (mg, ml, IU). `dosed_by_weight`: the dose rests on weight.
    `cosmetic`: for looks and not for an illness.
    """

    classes: frozenset[ProductClass]
    entered_by: Hand
    days: int | None = None
    generic_name: bool = False
    dose_in_units: bool = False
    dosed_by_weight: bool = False
    cosmetic: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Prescribe:
    """May this be looked for, put on a sheet, signed?

    `act`: `search` judges who, for whom and which products; `add` also hands, days and count;
    `sign` the whole sheet (ask with it at any time to see what is still missing).
    `doctor`: the one who prescribes, for the visit's institution; judged at this `now`, whenever it
    was read. `right_to_prescribe`: granted by the institution. `specialties`: the doctor's official department codes.
    `specialty`: that of the visit. `author`: whose act this is.
    `visit_kind`, `may_prescribe`: as `open_kind` made the visit. `proven`: diagnosis codes of the
    papers that the doctor accepted. `diagnoses`: codes that the sheet is for.
    `patient_is`: to the doctor, by compared identities and declared relatives.
    `guardian_present`: confirmed for this prescription. `age_written_in`: on the sheet.
    `longer_for`, `longer_reason`: why the supply is longer than usual, and in the doctor's words.
    `long_term`: a long-term prescription; `stable`, `evaluated` (and in the record),
    `patient_signed`, `first_issued_offline` belong to it. `signature_kind`: to be signed with.
    `valid_days`: until when it may be dispensed, the day of signing being day 1. `repeats`: how often
    it may be fetched again, each time `repeat_after_days` after the last.
    `refill`, `in_person_prescription_on`: as in `OpenKind`. `assessment_adequate`: the doctor says
    so. `gp_may_know`: the patient agrees that the general practitioner is told; None: not asked.
    `risk_weighed`: what speaks for prescribing all the same is recorded. `safeguards_recorded`:
    those for medicines that are given remotely only with them.
    """

    act: Literal["search", "add", "sign"]
    doctor: StaffEligibility
    right_to_prescribe: bool
    specialties: frozenset[str]
    author: Hand
    institution: str
    specialty: str
    channel: Literal["text", "audio", "video"]
    visit_kind: Literal["advice", "follow_up", "first_visit", "campaign"]
    may_prescribe: bool
    proven: frozenset[str]
    diagnoses: tuple[str, ...]
    birth_date: date
    patient_is: Literal["other", "self", "relative"]
    items: tuple[PrescribedItem, ...]
    sheet: Literal["western", "tcm_slices"] = "western"
    guardian_present: bool = False
    age_written_in: Literal["years", "months", "days"] = "years"
    weight_kg: float | None = None
    emergency: bool = False
    longer_for: Literal["", "chronic", "old_age", "special"] = ""
    longer_reason: str = ""
    long_term: bool = False
    stable: bool = False
    evaluated: bool = False
    patient_signed: bool = False
    first_issued_offline: bool = False
    safety: SafetyCheck | None = None
    signature_kind: str = ""
    valid_days: int = 1
    repeats: int = 0
    repeat_after_days: int = 0
    refill: bool = False
    in_person_prescription_on: date | None = None
    assessment_adequate: bool = False
    gp_may_know: bool | None = None
    risk_weighed: bool = False
    safeguards_recorded: bool = False
    now: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Review:
    """May a written prescription take effect?

    `act`: `claim` takes it out of the pool, `sign` passes it, `take_effect` is asked when all is
    signed, and by the clock. To send it back or refuse it needs no more than the claim.
    `reviewer`: who has it, judged at this `now`; None: nobody. `same_account`, `same_person`: as who wrote it;
    None: it is not known by what one of the two persons is known.
    `deadline`: of the review that is asked for now; a step further up begins a new one.
    `safety`: run again on what is reviewed, with the doctor's answers.
    `classes`: of all its medicines. `house_wants_two_for`: classes of which this hospital, by its own
    option, wants two pharmacists. `two_asked`: so it was when it was signed. `first_signature`: of the
    first of the two; `same_as_first`: whether that was the `reviewer`; None: as with `same_person`.
    """

    act: Literal["claim", "sign", "take_effect"]
    reviewer: StaffEligibility | None
    classes: frozenset[ProductClass] = frozenset()
    house_wants_two_for: frozenset[ProductClass] = frozenset()
    two_asked: bool = False
    first_signature: Signature | None = None
    same_as_first: bool | None = False
    same_account: bool = False
    same_person: bool | None = False
    deadline: datetime
    safety: SafetyCheck | None
    doctor_signature: Signature | None
    reviewer_signature: Signature | None = None
    now: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Dispense:
    """May these be sold, handed out, sent?

    `act`: `order` takes the order or the ticket; `hand_out` gives or sends the medicine.
    `items`: classes of each product. `effective`: a prescription that holds them stands with both
    signatures. `same_patient`: it is this patient's. `written_on`: its local date, day 1.
    `valid_days`: as the doctor wrote. `times_allowed`, `times_taken`, `not_before`: of its repeats.
    `checked`: a pharmacist has made the checks at the counter. `by_third_party`: somebody else
    delivers; `agreement`, `flow_traced` belong to it. `chosen_by_patient`: the pharmacy.
    """

    act: Literal["order", "hand_out"]
    items: tuple[frozenset[ProductClass], ...]
    effective: bool
    same_patient: bool
    voided: bool = False
    written_on: date | None = None
    valid_days: int = 1
    times_allowed: int = 1
    times_taken: int = 0
    not_before: date | None = None
    checked: bool = False
    by_third_party: bool = False
    agreement: bool = False
    flow_traced: bool = False
    chosen_by_patient: bool


FACTS: dict[str, type] = {
    "register_patient": RegisterPatient,
    "staff_eligibility": StaffEligibility,
    "accept_consultation": AcceptConsultation,
    "open_kind": OpenKind,
    "retain": Retain,
    "prescribe": Prescribe,
    "review": Review,
    "dispense": Dispense,
}
