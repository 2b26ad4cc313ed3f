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
    """

    real_name: str
    id_type: str
    id_number: str
    birth_date: date
    relation: str = "self"
    guardian_registers: bool = False
    phone_verified: bool
    sensitive_data_consent: bool


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


FACTS: dict[str, type] = {
    "register_patient": RegisterPatient,
    "staff_eligibility": StaffEligibility,
    "accept_consultation": AcceptConsultation,
    "open_kind": OpenKind,
    "retain": Retain,
}
