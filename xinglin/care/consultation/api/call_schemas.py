"""Calls over the wire."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import WithJsonSchema

from xinglin.care.consultation.api.recording_schemas import RecordingCardOut
from xinglin.care.consultation.api.schemas import Told, Wish, Word
from xinglin.care.consultation.channels import known
from xinglin.kernel.text import Text
from xinglin.kernel.wire import In, Out

Side = Literal["patient", "doctor"]
# Whether there is such a channel is decided, and told, by the service.
Mode = Annotated[str, WithJsonSchema({"type": "string", "enum": list(known())})]


class RingIn(In):
    channel: Mode


class SeatIn(In):
    """`seat`: made up by the page, one for each time that it loads."""

    seat: UUID


class GuestSeatIn(SeatIn):
    """`recorded`: the guest agrees to be in the recording, if there is one."""

    recorded: bool = False


class RecordingIn(In):
    on: bool


class ConsentIn(In):
    """`version`: of the text that was read. May be asked again, and taken back."""

    kind: Literal["recording", "still"]
    answer: bool
    version: Word


class StillIn(In):
    file_id: UUID


class SpecialistIn(In):
    practitioner_id: UUID


class ObserveIn(In):
    reason: Told


class PersonOut(Out):
    """`here`: a page of this person is in the room now."""

    person: UUID
    role: str
    name: Text
    here: bool


class RecordingOut(Out):
    """`patient`: what the patient has answered. `since`: of the present state."""

    state: Literal["off", "asked", "on", "refused"]
    patient: Literal["unasked", "yes", "no"]
    since: datetime | None


class StillConsentOut(Out):
    patient: Literal["unasked", "asked", "yes", "no"]


class ConsentOut(Out):
    version: str
    text: Text
    still_text: Text


class AboutOut(Out):
    """Of the visit, for whoever is in the call and cannot read it.

    `patient`: shortened to the family name; null for an observer, as are sex and age.
    """

    doctor: Text
    department: Text
    patient: Text | None
    sex: str
    age_text: Text | None


class CallOut(Out):
    """`clock_ms`: how long both sides were connected, up to `clock_running_since`.

    `promised_ms`: what the channel promises. `observed`: somebody of quality control is in the call,
    and this hospital says so. `about`: for a specialist and an observer.
    """

    id: UUID
    consultation_id: UUID
    channel: Mode
    state: Literal["ringing", "open", "ended"]
    asked_by: Side
    asked_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    ending: str | None
    ending_text: Text | None
    due_at: datetime | None
    promised_ms: int
    clock_ms: int
    clock_running_since: datetime | None
    down_since: datetime | None
    recording: RecordingOut
    still: StillConsentOut
    people: list[PersonOut]
    observed: bool
    may: list[str]
    consent: ConsentOut
    about: AboutOut | None = None


class StillOut(Out):
    id: UUID
    call_id: UUID
    file_id: UUID
    seq: int
    at: datetime


class LastCallOut(Out):
    id: UUID
    channel: Mode
    ending: str
    ending_text: Text
    ended_at: datetime
    clock_ms: int


class ChannelOut(Out):
    code: Mode
    text: Text
    carries: list[str]
    promised_ms: int


class CallStateOut(Out):
    """`call`: what rings or is open. `may`: ring_video, ring_audio. `wished`: when asking for the visit."""

    call: CallOut | None
    last: LastCallOut | None
    may: list[str]
    wished: Wish
    stills: list[StillOut]
    channels: list[ChannelOut]


class IceServerOut(Out):
    urls: list[str]
    username: str
    credential: str


class SeatOut(Out):
    id: UUID
    person: UUID
    role: str
    name: Text
    is_main: bool
    sends: bool
    may_be_recorded: bool
    here: bool
    line: int
    muted: bool
    camera: bool
    screen: bool
    audio_only: bool
    recording: str
    is_hidden: bool = False


class CaptionsOut(Out):
    """What whoever speaks agrees to before anything is written down."""

    version: str
    text: Text


class TicketOut(Out):
    """What a page needs to enter the room of a call. `captions`: null: the house has none."""

    call_id: UUID
    seat: UUID
    role: str
    backend: str
    relay_only: bool
    captions: CaptionsOut | None
    ice_servers: list[IceServerOut]
    seats: list[SeatOut]


class GapOut(Out):
    since: datetime
    until: datetime


class QualityOut(Out):
    connect_ms: int | None
    reconnects: int
    rtt_p50: int | None
    loss_p50: float | None
    loss_worst: float | None
    audio_only_ms: int
    reports: int


class PastPersonOut(Out):
    """`joined_at`: null: invited, and did not come."""

    person: UUID
    role: str
    name: Text
    joined_at: datetime | None


class PastCallOut(Out):
    """`gaps`: when the line was down. `cut_short`: ended by the doctor before a third was given (C03)."""

    id: UUID
    channel: Mode
    state: str
    asked_by: Side
    asked_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    ending: str | None
    ending_text: Text | None
    promised_ms: int
    clock_ms: int
    cut_short: bool
    gaps: list[GapOut]
    quality: QualityOut
    people: list[PastPersonOut]
    stills: list[StillOut]
    recording: RecordingOut
    recording_card: RecordingCardOut | None


class PastCallsOut(Out):
    items: list[PastCallOut]


class InvitedOut(Out):
    """An invitation of a colleague into a call that is open."""

    id: UUID
    call_id: UUID
    doctor: Text
    department: Text
    patient: Text
    sex: str
    age_text: Text
    channel: Mode
    invited_at: datetime


class InvitedListOut(Out):
    items: list[InvitedOut]


class ObservableOut(Out):
    """`verdict`: of the line. `recording`: lost: it is asked for and no page records."""

    id: UUID
    department: Text
    doctor: Text
    channel: Mode
    since: datetime
    verdict: Literal["good", "fair", "poor", "down"]
    recording: Literal["off", "asked", "on", "refused", "lost"]
    people: int


class ObservableListOut(Out):
    """`openly`: whether those in the call are told."""

    openly: bool
    items: list[ObservableOut]


class GuestCallOut(Out):
    """The call of the visit, for a guest: to join it, and no more."""

    id: UUID
    channel: Mode
    state: Literal["ringing", "open", "ended"]
    answered_at: datetime | None
    clock_ms: int
    clock_running_since: datetime | None
    down_since: datetime | None
    recording: Literal["off", "asked", "on", "refused"]
    observed: bool
    people: list[PersonOut]
    may: list[str]


class GuestCallStateOut(Out):
    call: GuestCallOut | None
