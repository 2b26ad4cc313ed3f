"""What others may know of sites: who stands where, who walked in, what was measured."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from xinglin.care.sites.measures import LIMITS, MEASURES, Limits, Measure
from xinglin.kernel.text import Text

__all__ = [
    "KINDS",
    "LIMITS",
    "MEASURES",
    "OPEN",
    "STATES",
    "Form",
    "Limits",
    "Measure",
    "ObservedCard",
    "Person",
    "ReadingCard",
    "ScreenPass",
    "SiteCard",
    "SiteForm",
    "SiteRef",
    "Station",
    "Told",
    "WalkInCard",
]

KINDS: Mapping[str, Text] = {
    "drugstore": Text("药店", "Drugstore"),
    "village_clinic": Text("村卫生室", "Village clinic"),
}
STATES: Mapping[str, Text] = {
    "registered": Text("已登记", "Registered"),
    "asked": Text("候诊中", "Waiting for the doctor"),
    "seen": Text("就诊中", "With the doctor"),
    "ended": Text("已结束", "Ended"),
    "left": Text("已离开", "Has left"),
    "emergency": Text("急症，已转往急诊", "Sent to an emergency department"),
}
# A walk-in in one of these is still at the site.
OPEN = frozenset({"registered", "asked", "seen"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteCard:
    """`division`: GB/T 2260, six digits. `hours`: `mon` to `sun` -> spans as `["08:00", "20:00"]`.

    `longitude`, `latitude`: degrees (WGS 84). `terminals`: how many patients can sit before a screen.
    """

    id: UUID
    institution_id: UUID
    code: str
    name: Text
    kind: str
    address: Text
    telephone: str
    division: str
    longitude: float | None
    latitude: float | None
    terminals: int
    hours: Mapping[str, list[list[str]]]
    closed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    """`city`: the city or prefecture it belongs to, else the province."""

    name: Text
    city: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRef:
    id: UUID
    code: str
    name: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteForm:
    """What an administrator says of a site; as `SiteCard`."""

    code: str
    name: Text
    kind: str = "drugstore"
    address: Text | None = None
    telephone: str = ""
    division: str = ""
    longitude: float | None = None
    latitude: float | None = None
    terminals: int = 1
    hours: Mapping[str, list[list[str]]] = field(default_factory=dict)
    is_closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """An enrolled browser of a site."""

    device_id: UUID
    site_id: UUID
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkInCard:
    """`number`: of the day at the site. `captured_at`: written down without a line; None: with one.

    `stays`: the patient wishes the assistant to stay; None: not asked yet. `chat_shared`: the
    assistant may read the conversation. `locale`: in which the patient reads.
    """

    id: UUID
    number: int
    site_id: UUID
    device_id: UUID
    institution_id: UUID
    patient_id: UUID
    holder_id: UUID
    assistant_id: UUID
    registered_at: datetime
    captured_at: datetime | None
    state: str
    locale: str
    complaint: str = field(repr=False)
    picture_ids: tuple[UUID, ...]
    intake_id: UUID | None
    consultation_id: UUID | None
    stays: bool | None
    chat_shared: bool
    asked_at: datetime | None
    seen_at: datetime | None
    ended_at: datetime | None
    ending: str
    alarmed_at: datetime | None = None
    signed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """As on the card."""

    name: str = field(repr=False)
    id_number: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What the assistant has put down.

    `guardian`: of a minor, and beside it. `family_of`: the identity number of a regular whose family
    the patient is chosen from; `person.id_number` is then as `family` has shown it, masked.
    `relative_sees`: the patient agrees that the relative whose account it is sees the visit.
    `consents`: kind and version. `captured_at`: put down while there was no line.
    """

    person: Person
    locale: str
    complaint: str = field(repr=False)
    consents: tuple[tuple[str, str], ...] = ()
    card_by: str = "typed"
    guardian: Person | None = None
    family_of: str = field(default="", repr=False)
    relative_sees: bool = False
    captured_at: datetime | None = None

    @property
    def agrees(self) -> bool:
        """To the service's text, of whatever version."""
        return any(kind == "service" for kind, _ in self.consents)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingCard:
    """`values`: in the canonical `unit` (UCUM); `told_values`, `told_unit`: as they were given.

    `by`: hand or gateway. `taken_by`: the account that put it down.
    """

    id: UUID
    walk_in_id: UUID
    kind: str
    values: Mapping[str, float]
    unit: str
    told_values: Mapping[str, float]
    told_unit: str
    context: str
    instrument_serial: str
    instrument_model: str
    by: str
    taken_by: UUID
    measured_at: datetime
    kept_at: datetime
    withdrawn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedCard:
    """What an instrument has sent to a site, and nobody has taken for a patient yet."""

    id: UUID
    kind: str
    values: Mapping[str, float]
    unit: str
    told_values: Mapping[str, float]
    told_unit: str
    context: str
    instrument_serial: str
    instrument_model: str
    measured_at: datetime
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A measurement as somebody tells it: by hand, or an instrument by its gateway."""

    kind: str
    values: Mapping[str, float]
    unit: str
    context: str = ""
    instrument_serial: str = ""
    measured_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenPass:
    """The patient holds the screen of one device, for one walk-in. `staff_id`: whose session sleeps."""

    id: UUID
    walk_in_id: UUID
    holder_id: UUID
    site_id: UUID
    institution_id: UUID
    device_id: UUID
    device_label: str
    staff_id: UUID
    locale: str
    expires_at: datetime
