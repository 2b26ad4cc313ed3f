"""What a visit announces. No name, complaint or text of a patient is in an event."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from xinglin.foundation.outbox.types import Event


@dataclass(frozen=True, kw_only=True)
class ConsultationEvent(Event):
    consultation_id: UUID
    department: str


@dataclass(frozen=True, kw_only=True)
class ConsultationRequested(ConsultationEvent):
    requested_at: datetime


@dataclass(frozen=True, kw_only=True)
class ConsultationNobodyFound(ConsultationEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class ConsultationKeptWaiting(ConsultationEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class ConsultationOpenToAll(ConsultationEvent):
    """The patient asked for one doctor and takes any now."""


@dataclass(frozen=True, kw_only=True)
class ConsultationGivenTime(ConsultationEvent):
    """The hospital has put the present deadline off."""


@dataclass(frozen=True, kw_only=True)
class ConsultationPutFirst(ConsultationEvent):
    """The hospital has put the visit first in its queue, or asks one doctor."""


@dataclass(frozen=True, kw_only=True)
class ConsultationMessageLeft(ConsultationEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class DepartmentChanged(ConsultationEvent):
    """`department` is the new one."""

    former_department: str


@dataclass(frozen=True, kw_only=True)
class ConsultationAccepted(ConsultationEvent):
    practitioner_id: UUID


@dataclass(frozen=True, kw_only=True)
class ConsultationReturned(ConsultationEvent):
    """The visit waits again; `practitioner_id` is the doctor who had it."""

    practitioner_id: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class ConsultationTransferred(ConsultationEvent):
    """The visit waits in `department`; `practitioner_id` is the doctor who had it.

    `asked_id`: the colleague who is asked first.
    """

    practitioner_id: UUID
    reason: str
    former_department: str
    asked_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class ConsultationPassedOn(ConsultationEvent):
    """The colleague did not take it: any doctor of the department may."""

    practitioner_id: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class ConsultationWithdrawn(ConsultationEvent):
    """Ended before a doctor had it; `reason` as in `rules.ENDINGS`."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class ConsultationEnded(ConsultationEvent):
    """`reason` as in `rules.ENDINGS`."""

    practitioner_id: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class ReferralAsked(ConsultationEvent):
    """Whether the patient went where the doctor has sent them."""


@dataclass(frozen=True, kw_only=True)
class ReferralAnswered(ConsultationEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class RecordSigned(ConsultationEvent):
    version: int


@dataclass(frozen=True, kw_only=True)
class RecordAmended(ConsultationEvent):
    version: int


@dataclass(frozen=True, kw_only=True)
class ConsultationRated(ConsultationEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class ProofShown(ConsultationEvent):
    proof_id: UUID


@dataclass(frozen=True, kw_only=True)
class ProofWithdrawn(ConsultationEvent):
    proof_id: UUID


@dataclass(frozen=True, kw_only=True)
class ProofJudged(ConsultationEvent):
    """`visit_kind`: of the visit from now on."""

    proof_id: UUID
    outcome: str
    visit_kind: str


@dataclass(frozen=True, kw_only=True)
class MeasuredAtSite(ConsultationEvent):
    """Something was measured where the patient sits, or taken back. What it was is not in it."""


@dataclass(frozen=True, kw_only=True)
class GuestInvited(ConsultationEvent):
    """A link was made; nobody has come by it yet."""


@dataclass(frozen=True, kw_only=True)
class GuestJoined(ConsultationEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class GuestLeft(ConsultationEvent):
    """By own will, or because the link was taken back."""


@dataclass(frozen=True, kw_only=True)
class PhraseSaved(Event):
    """Written, changed, moved, removed or taken back; of a person or a department."""

    phrase_id: UUID


@dataclass(frozen=True, kw_only=True)
class ColleagueAsked(ConsultationEvent):
    """Both sides of the visit find it in the conversation; which colleague, and what, is not in it."""


@dataclass(frozen=True, kw_only=True)
class QuestionEvent(Event):
    """Between doctors. Audience: who asked, whose visit it is, and who was asked; no visit is named."""

    question_id: UUID


@dataclass(frozen=True, kw_only=True)
class QuestionAsked(QuestionEvent):
    """Audience: the colleague."""


@dataclass(frozen=True, kw_only=True)
class QuestionAnswered(QuestionEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class QuestionWithdrawn(QuestionEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class QuestionLapsed(QuestionEvent):
    """Nobody answered within a day."""


@dataclass(frozen=True, kw_only=True)
class ReplyRepeated(ConsultationEvent):
    """For quality control: `similarity`, in percent, with a reply to another patient."""

    seq: int
    similarity: int


@dataclass(frozen=True, kw_only=True)
class CallEvent(ConsultationEvent):
    """Audience: whoever is in the call. Who that is is not in it."""

    call_id: UUID


@dataclass(frozen=True, kw_only=True)
class CallRung(CallEvent):
    """`asked_by`: patient or doctor."""

    channel: str
    asked_by: str


@dataclass(frozen=True, kw_only=True)
class CallAnswered(CallEvent):
    channel: str


@dataclass(frozen=True, kw_only=True)
class CallEnded(CallEvent):
    """`reason` as in `rules.CALL_ENDINGS`."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class CallChannelChanged(CallEvent):
    channel: str


@dataclass(frozen=True, kw_only=True)
class CallConsentChanged(CallEvent):
    """The patient has answered, or was asked. `about`: recording or still."""

    about: str


@dataclass(frozen=True, kw_only=True)
class CallRecordingChanged(CallEvent):
    """`recording`: off, asked, on or refused."""

    recording: str


@dataclass(frozen=True, kw_only=True)
class CallInvited(CallEvent):
    """A specialist is asked into the call."""


@dataclass(frozen=True, kw_only=True)
class CallInvitationAnswered(CallEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class CallPeopleChanged(CallEvent):
    """Somebody may come in, or not any more."""


@dataclass(frozen=True, kw_only=True)
class CallCutShort(CallEvent):
    """The doctor ended it before a third of the promised length had passed on the service clock (C03)."""

    practitioner_id: UUID
    clock_ms: int
    promised_ms: int


@dataclass(frozen=True, kw_only=True)
class RecordingLost(CallEvent):
    """A recording that both sides want is not being made."""
