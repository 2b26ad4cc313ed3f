"""Shapes that other modules get to see."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel.text import Text

# The elements of `rules.RECORD_FIELDS`: texts, and `diagnoses` as a list of code and names.
RecordFields = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingRequest:
    """A visit that wants a doctor. `returned`: how often one gave it back.

    `named_id`: the only doctor who may have it; None: any of the department. `put_first`: by the
    hospital; it goes before others as urgent as it. `handed_at`: since when a colleague is asked, to
    whom it was transferred; None: the patient asked by name.
    `former_id`: the doctor who saw the patient last in that department, within `rules.FORMER_WITHIN`;
    nobody whom the patient rated low. `language`: that whoever gets it must speak; empty: none.
    `site_id`: from which the patient asks; None: from elsewhere.
    """

    consultation_id: UUID
    holder_id: UUID
    institution_id: UUID
    department: str
    urgency: int
    requested_at: datetime
    returned: int
    left_message: bool
    named_id: UUID | None = None
    put_first: bool = False
    handed_at: datetime | None = None
    former_id: UUID | None = None
    language: str = ""
    site_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationCard:
    """What an offer and a queue may show of a visit; the name of the patient is not in it.

    `language`: that the patient asks for; `asked_language`: that whoever is asked now must speak.
    `channel`: how the patient would like to be seen: text, audio or video. `site_id`: where the patient sits.
    """

    consultation_id: UUID
    patient_id: UUID
    holder_id: UUID
    institution_id: UUID
    department: str
    state: str
    urgency: int
    complaint: str
    requested_at: datetime
    returned: int
    named_id: UUID | None = None
    language: str = ""
    asked_language: str = ""
    channel: str = "text"
    site_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorCount:
    """What a doctor's ended visits add up to. `scores`: how many ratings of one star to five."""

    visits: int
    patients: int
    scores: tuple[int, int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """Who takes part; `doctor_user_id` is the present doctor."""

    consultation_id: UUID
    holder_id: UUID
    doctor_user_id: UUID | None
    institution_id: UUID
    state: str


@dataclass(frozen=True, slots=True)
class NewestStep:
    """The last thing that happened to a visit. `by`: who did it; `who`: as what."""

    id: int
    name: str
    who: str
    by: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why the hospital acts. `text` is what the patient reads; `note` is for the house."""

    code: str
    text: Text
    note: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class HouseNow:
    """One department at this moment. `due_soon`: visits whose deadline is about to pass."""

    waiting: int = 0
    left_messages: int = 0
    oldest_requested_at: datetime | None = None
    active: int = 0
    due_soon: int = 0


@dataclass(frozen=True, slots=True)
class HouseDay:
    """What happened in a time. `given_up`: cancelled without a doctor. First replies: nearest rank."""

    asked: int = 0
    served: int = 0
    given_up: int = 0
    reply_p50: timedelta | None = None
    reply_p90: timedelta | None = None


@dataclass(frozen=True, slots=True)
class HouseVisit:
    """A visit as the hospital's operators may see it. `due_at`, `due_step`: what the clock will do.

    `step_id`: of its newest step.
    """

    id: UUID
    institution_id: UUID
    patient_id: UUID
    holder_id: UUID
    practitioner_id: UUID | None
    named_id: UUID | None
    department: str
    state: str
    urgency: int
    requested_at: datetime
    accepted_at: datetime | None
    first_reply_at: datetime | None
    ended_at: datetime | None
    ending: str
    returned: int
    put_first: bool
    extended_until: datetime | None
    due_at: datetime | None
    due_step: str
    step_id: int
    signed_version: int | None
    language: str
    site_id: UUID | None


@dataclass(frozen=True, slots=True)
class VisitStep:
    """A step that was taken. `detail`: codes, ids and times only."""

    id: int
    name: str
    before: str
    after: str
    who: str
    by: UUID
    at: datetime
    reason: str
    detail: dict[str, str]


@dataclass(frozen=True, slots=True)
class UnsignedRecord:
    consultation_id: UUID
    institution_id: UUID
    department: str
    practitioner_id: UUID
    ended_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReferral:
    """Why online care stops, and where the patient is to be seen instead (R06).

    `hospital`, `department`, `booking_url`: of that place. `advice`: to the patient; `clinical`: to
    the doctor there.
    """

    reason: str
    urgency: str
    hospital: str = field(repr=False)
    department: str = field(repr=False)
    advice: str = field(repr=False)
    booking_url: str = field(default="", repr=False)
    clinical: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProof:
    """A paper of an earlier diagnosis, as it is handed in.

    `diagnosis_code`: ICD-10; empty where `diagnosis` is in the patient's own words. `issued_on`: the
    day that the paper names.
    """

    patient_id: UUID
    kind: str
    diagnosis_code: str
    diagnosis: str = field(repr=False)
    hospital: str = field(repr=False)
    issued_on: date
    file_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofFinding:
    """What a doctor finds of a proof.

    `outcome`: accepted, for the diagnoses `codes` that the paper states and the visit is about;
    not_accepted, with a `reason` of `rules.PROOF_REASONS`; or condition_changed: online care has to
    stop (R06), and nothing is kept. `words`: to the patient; of `other` they are the reason.
    """

    outcome: str
    codes: tuple[str, ...] = ()
    reason: str = ""
    words: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedProof:
    """One proof that a doctor accepted in a visit. `codes`: ICD-10, of the accepted diagnoses."""

    codes: tuple[str, ...]
    proof_id: UUID
    judgement_id: UUID
    practitioner_id: UUID
    judged_at: datetime
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpBasis:
    """On what a visit is a follow-up (R04, R05); without proofs it is advice, and nothing is prescribed."""

    consultation_id: UUID
    may_prescribe: bool
    proofs: tuple[AcceptedProof, ...]

    @property
    def codes(self) -> frozenset[str]:
        """Every diagnosis that may be prescribed for."""
        return frozenset(code for proof in self.proofs for code in proof.codes)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldVisit:
    """A visit that nobody changes until the transaction ends. `state` and `ending` as its lifecycle has them.

    `allergies`: as told before the visit; None: not asked. `asked_by`: self, guardian or proxy.
    `channel`: the richest by which both sides were connected: text, audio or video (an answered call).
    """

    id: UUID
    institution_id: UUID
    patient_id: UUID
    holder_id: UUID
    practitioner_id: UUID | None
    doctor_user_id: UUID | None
    department: str
    state: str
    ending: str
    kind: str
    channel: str
    asked_by: str
    allergies: str | None = field(repr=False)

    @property
    def is_open(self) -> bool:
        """A doctor has it now."""
        return self.state == "active"


@dataclass(frozen=True, slots=True, kw_only=True)
class AllergyWords:
    """What one place says of the patient's allergies.

    `source`: intake, draft, record, earlier_intake or earlier_record. `words`: as they stand there;
    None: not asked. `is_history`: of the past history, which speaks of other things too.
    """

    source: str
    consultation_id: UUID
    words: str | None = field(repr=False)
    at: datetime
    is_history: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestPass:
    """Somebody who came into one visit by a link; stands on the side of `holder_id`.

    `relation`: a key of `rules.GUEST_RELATIONS`. Sees messages after `from_seq`.
    """

    id: UUID
    consultation_id: UUID
    patient_id: UUID
    holder_id: UUID
    name: str = field(repr=False)
    relation: str
    may_write: bool
    from_seq: int
    until: datetime

    @property
    def by(self) -> dict[str, str]:
        """How what this guest says is signed, in the body of the message."""
        return {"guest": str(self.id), "name": self.name, "relation": self.relation}

    def viewer(self, locale: str, *, address: str = "", device: str = "") -> Viewer:
        """Without any permission: only for the audit, and for who asks the name of the reader."""
        return Viewer(
            user_id=self.id,
            roles=frozenset({"guest"}),
            permissions=frozenset(),
            locale=locale,
            address=address,
            device=device,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Where phrases stand: those of a person (`owner_id`), or of a `department`.

    `kind`: reply or template.
    """

    institution_id: UUID
    kind: str
    owner_id: UUID | None = None
    department: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a phrase says in each language, by part; a language without words is empty."""

    zh: dict[str, str]
    en: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFigures:
    """A doctor's visits of a time. Waits of patients before the acceptance, replies after it.

    `ended_for`: the doctor's own reason -> how many.
    """

    visits: int
    ended: int
    stopped: int
    active: int
    wait_p50: timedelta | None
    wait_p90: timedelta | None
    reply_p50: timedelta | None
    reply_p90: timedelta | None
    ended_for: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentTold:
    """As the page says it. `of`: the seat whose picture and voice it is."""

    id: UUID
    seat: UUID
    of: UUID
    mime: str
    began_at: datetime
    sent_at: datetime | None = None
