"""The shapes of a site's pages."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from xinglin.kernel.wire import In, Out

Name = Annotated[str, Field(max_length=60)]
Number = Annotated[str, Field(max_length=24)]
Words = Annotated[str, Field(max_length=2000)]
Pin = Annotated[str, Field(pattern=r"^[0-9]{6}$")]
Value = Annotated[float, Field(ge=-1e6, le=1e6, allow_inf_nan=False)]
Values = Annotated[dict[Annotated[str, Field(max_length=24)], Value], Field(max_length=4)]
Unit = Annotated[str, Field(max_length=16)]
Serial = Annotated[str, Field(max_length=60)]
Kind = Annotated[str, Field(max_length=24)]


class TextOut(Out):
    zh: str
    en: str


class CountyOut(Out):
    """`city`: the city or prefecture it belongs to, else the province."""

    name: TextOut
    city: TextOut


class ReadingOut(Out):
    """`values` in the canonical `unit`; `told_values`, `told_unit` as they were given."""

    id: UUID
    kind: str
    values: dict[str, float]
    unit: str
    told_values: dict[str, float]
    told_unit: str
    context: str
    instrument_serial: str
    instrument_model: str
    by: str
    measured_at: datetime
    withdrawn: bool


class ObservedOut(Out):
    """Sent by an instrument, and of nobody yet."""

    id: UUID
    kind: str
    values: dict[str, float]
    unit: str
    told_values: dict[str, float]
    told_unit: str
    context: str
    instrument_serial: str
    instrument_model: str
    measured_at: datetime
    received_at: datetime


class ObservedListOut(Out):
    items: list[ObservedOut]


class PatientOut(Out):
    id: UUID
    name: str
    age: int
    sex: str


class WalkInOut(Out):
    """`ahead`: how many of the site wait before this one, while it waits. `papers_ready`: the record of
    the visit is signed. `alarmed_at`: since when what was measured during the visit is an emergency.
    """

    id: UUID
    number: int
    state: str
    state_text: TextOut
    patient: PatientOut
    patient_id: UUID
    complaint: str
    picture_ids: list[UUID]
    intake_id: UUID | None
    consultation_id: UUID | None
    stays: bool | None
    chat_shared: bool
    registered_at: datetime
    captured_at: datetime | None
    asked_at: datetime | None
    seen_at: datetime | None
    ended_at: datetime | None
    ending: str | None
    readings: list[ReadingOut]
    ahead: int | None
    papers_ready: bool
    alarmed_at: datetime | None


class QueueOut(Out):
    """`waiting`: for the doctor. `at_terminal`: patients who hold a screen now, of `terminals`."""

    waiting: int
    at_terminal: int
    terminals: int


class WalkInLineOut(Out):
    """As in `WalkInOut`, without what was told and measured: who reads that opens the walk-in."""

    id: UUID
    number: int
    state: str
    state_text: TextOut
    patient: PatientOut
    patient_id: UUID
    consultation_id: UUID | None
    registered_at: datetime
    captured_at: datetime | None
    asked_at: datetime | None
    seen_at: datetime | None
    ended_at: datetime | None
    ahead: int | None
    papers_ready: bool
    alarmed_at: datetime | None


class TodayOut(Out):
    items: list[WalkInLineOut]
    queue: QueueOut


class KnownOut(Out):
    name: str
    sex: str
    birth_date: date
    age: int


class FamilyOut(Out):
    id_number_masked: str
    name: str
    relation: str
    age: int


class IdentityOut(Out):
    known: bool
    account: Literal["own", "relative"] | None
    patient: KnownOut | None
    family: list[FamilyOut]
    visits_here: int
    last_at: datetime | None


class PersonIn(In):
    name: Name
    id_number: Number


class ConsentIn(In):
    kind: Annotated[str, Field(max_length=32)]
    version: Annotated[str, Field(max_length=32)]


class WalkInIn(In):
    """`family_of`: the number of the regular's card, when the patient is chosen from the family; the
    `id_number` is then as it was shown, masked. `captured_at`: written down while there was no line.
    """

    name: Name
    id_number: Number
    locale: Literal["zh", "en"] = "zh"
    card_by: Literal["reader", "typed"]
    guardian: PersonIn | None = None
    family_of: Number = ""
    relative_sees: bool = False
    complaint: Words
    consents: Annotated[list[ConsentIn], Field(max_length=6)]
    captured_at: AwareDatetime | None = None


class ComplaintIn(In):
    complaint: Words


class PicturesIn(In):
    picture_ids: Annotated[list[UUID], Field(max_length=9)]


class LeaveIn(In):
    reason: Annotated[str, Field(max_length=40)]


class ReadingIn(In):
    """`confirmed`: unlikely, measured a second time, and still so."""

    kind: Kind
    values: Values
    unit: Unit
    context: Annotated[str, Field(max_length=16)] = ""
    instrument_serial: Serial = ""
    measured_at: AwareDatetime
    confirmed: bool = False


class TakeIn(In):
    """`context`: of glucose, and needed there."""

    context: str = ""
    confirmed: bool = False


class SiteHeadOut(Out):
    id: UUID
    name: TextOut
    code: str
    kind: str
    kind_text: TextOut


class DeviceHeadOut(Out):
    id: UUID
    label: str


class MeOut(Out):
    name: str


class StoreOut(Out):
    """`key`: 32 bytes in base64, of this assistant on this device; kept in memory only."""

    key: str
    key_id: UUID


class ConsentTextOut(Out):
    kind: str
    version: str
    text: TextOut


class UnitOut(Out):
    """A value in `unit`, times `factor`, plus `offset`, is the value in the canonical unit."""

    unit: str
    factor: float
    offset: float


class LimitOut(Out):
    """Of one value (`part`) of a measure, in the canonical unit; `source` says who says so.

    Beyond `impossible` nothing is kept; beyond `unlikely` it is measured twice.
    """

    kind: str
    part: str
    name: TextOut
    unit: str
    units: list[UnitOut]
    decimals: int
    impossible: tuple[float, float]
    unlikely: tuple[float, float]
    contexts: list[str]
    source: str


class InstrumentOut(Out):
    serial: str
    kind: str
    model: str


class StationOut(Out):
    """What this browser is. Unless `ready`, all of the site is null or empty."""

    state: Literal["ready", "not_enrolled", "not_staff", "revoked"]
    site: SiteHeadOut | None
    device: DeviceHeadOut | None
    me: MeOut | None
    pin_set: bool
    open_now: bool
    hours_today: list[tuple[str, str]]
    store: StoreOut | None
    consents: list[ConsentTextOut]
    limits: list[LimitOut]
    instruments: list[InstrumentOut]
    server_time: datetime


class EnrolIn(In):
    code: Annotated[str, Field(pattern=r"^[0-9]{8}$")]
    label: Annotated[str, Field(min_length=1, max_length=60)]


class PinIn(In):
    pin: Pin
    password: Annotated[str, Field(max_length=256)]


class ScreenSiteOut(Out):
    name: TextOut


class ScreenOut(Out):
    """`consents`: what the patient has still to agree to, as after an outage in which a text changed.
    `may_withdraw`: the consent is the patient's own and holds.
    """

    walk_in_id: UUID
    number: int
    patient: PatientOut
    site: ScreenSiteOut
    assistant: MeOut
    complaint: str
    picture_ids: list[UUID]
    readings: list[ReadingOut]
    intake_id: UUID | None
    consultation_id: UUID | None
    state: str
    state_text: TextOut
    stays: bool | None
    chat_shared: bool
    locale: str
    consents: list[ConsentTextOut]
    may_withdraw: bool
    expires_at: datetime


class WishesIn(In):
    stays: bool | None = None
    chat_shared: bool | None = None


class BackIn(In):
    pin: Pin
