"""What a prescription announces. No medicine, diagnosis or name of anybody is in an event."""

from dataclasses import dataclass
from uuid import UUID

from xinglin.foundation.outbox.types import Event


@dataclass(frozen=True, kw_only=True)
class PrescriptionEvent(Event):
    prescription_id: UUID
    consultation_id: UUID
    state: str


@dataclass(frozen=True, kw_only=True)
class PrescriptionBegun(PrescriptionEvent):
    """Audience: the doctor alone, until it is signed."""


@dataclass(frozen=True, kw_only=True)
class PrescriptionDiscarded(PrescriptionEvent):
    """A draft was thrown away, by the doctor or by the clock."""


@dataclass(frozen=True, kw_only=True)
class PrescriptionSigned(PrescriptionEvent):
    """By the doctor: it waits for a pharmacist, and is not effective.

    `notes`: rules that let it pass and have something to say, for quality control (E15: a relative).
    """

    version: int
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PrescriptionClaimed(PrescriptionEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class PrescriptionUnclaimed(PrescriptionEvent):
    """Back in the pool: by the pharmacist's own will, or because the claim ran out."""


@dataclass(frozen=True, kw_only=True)
class PrescriptionEscalated(PrescriptionEvent):
    """Nobody reviewed it in time. It goes on waiting, and is not effective."""


@dataclass(frozen=True, kw_only=True)
class PrescriptionPassedOn(PrescriptionEvent):
    """Signed by the first of two pharmacists: it waits for the second, and is not effective."""

    version: int


@dataclass(frozen=True, kw_only=True)
class PrescriptionApproved(PrescriptionEvent):
    """Signed by doctor and pharmacist, or both where two are asked for: effective from now on."""

    version: int


@dataclass(frozen=True, kw_only=True)
class PrescriptionDocumentMade(PrescriptionEvent):
    """Its signed PDF can be had; it was effective before."""


@dataclass(frozen=True, kw_only=True)
class PrescriptionReturned(PrescriptionEvent):
    """The doctor amends it and signs again."""


@dataclass(frozen=True, kw_only=True)
class PrescriptionRefused(PrescriptionEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class PrescriptionVoided(PrescriptionEvent):
    """By its doctor, or by the clock before anybody reviewed it."""


@dataclass(frozen=True, kw_only=True)
class PrescriptionDispensed(PrescriptionEvent):
    """One pharmacy has taken the ticket; no other can."""


@dataclass(frozen=True, kw_only=True)
class PrescriptionExpired(PrescriptionEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class PatientConsentAsked(PrescriptionEvent):
    """The doctor asks the patient to agree to a long supply."""


@dataclass(frozen=True, kw_only=True)
class PatientConsentAnswered(PrescriptionEvent):
    """By the patient, or whoever acts for the patient. `answer`: signed, declined or withdrawn."""

    answer: str


@dataclass(frozen=True, kw_only=True)
class SampleAnnounced(Event):
    """A sample was judged, and its doctors may read what was found. Audience: these doctors."""

    sample_id: UUID
