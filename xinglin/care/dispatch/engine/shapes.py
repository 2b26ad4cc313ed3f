"""What the engine is told and what it answers.

Time is seconds as a float, of any epoch; an id is anything hashable. Requests and doctors are not
frozen, which would cost a third of an event; whoever hands one over changes it no more.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from xinglin.kernel.text import Text

Id = Hashable
Channel = Literal["text", "audio", "video"]
CHANNELS: tuple[Channel, ...] = get_args(Channel)
Mode = Literal["full_time", "part_time", "expert"]
How = Literal["cheapest", "former", "preferred", "named", "overflow", "again"]

NEVER_AGAIN = float("inf")
"""When a doctor who may never have a visit may be asked for it again."""
UNIT_COSTS: Mapping[str, int] = {"text": 1, "audio": 3, "video": 3}
"""What a visit takes of a doctor's units, when the doctor says nothing else."""


@dataclass(slots=True, kw_only=True)
class Request:
    """A visit that waits.

    `urgency`: 1 the most urgent to 4. `need`: the least grade that may take it, 1 to 3. `arrived`: its
    turn counts from here, whatever happens to it. `former`: the doctor whom the patient had before.
    `preferred`: whom the patient would rather have; with a `site`, a doctor linked to it. `named`: who
    alone may have it. `handed`: a colleague named that doctor, not the patient. `returned`: had a
    doctor, or was put first: goes before others as urgent. `left_message`: nobody looks at the screen.
    `head_start_s`: counts as if it had arrived so much sooner (age, a site with a poor line).
    `complexity`: 1 is usual. `raised`: the grade that a doctor has asked for; `need` is below it while
    nobody so senior can be asked.
    """

    id: Id
    department: str
    urgency: int
    arrived: float
    need: int = 1
    channel: Channel = "text"
    former: Id | None = None
    preferred: Id | None = None
    named: Id | None = None
    handed: bool = False
    returned: bool = False
    left_message: bool = False
    language: str | None = None
    region: str | None = None
    price_limit_fen: int | None = None
    site: Id | None = None
    complexity: float = 1.0
    head_start_s: float = 0.0
    raised: int = 1


@dataclass(slots=True, kw_only=True)
class Doctor:
    """On duty and reachable.

    `departments`: slug -> fit (1 own, 2 also serves). `grade`: 1 resident or attending, 2 associate
    chief, 3 chief. `units`: what fits at once; `costs`: units by channel. `languages`, `regions`
    (where the licence holds): empty means all. `used`, `realtime`: units and audio or video visits
    open already, when the engine does not know of them. `idle_since`: last asked, or on duty since.
    """

    id: Id
    departments: Mapping[str, int]
    grade: int = 1
    units: int = 4
    title: str = ""
    costs: Mapping[str, int] = field(default_factory=lambda: UNIT_COSTS)
    video_ok: bool = True
    languages: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    fee_fen: int = 0
    shift_end: float | None = None
    mode: Mode = "full_time"
    score: float | None = None
    away_until: float | None = None
    used: int = 0
    realtime: int = 0
    idle_since: float = 0.0


@dataclass(slots=True, kw_only=True)
class OpenVisit:
    """A visit that a doctor was offered or has."""

    request: Request
    doctor: Id
    accepted: bool


@dataclass(slots=True, kw_only=True)
class Snapshot:
    """The truth of the database at one moment.

    `waiting`: requests without a live offer. `doctors`: who may be asked now; their `used` counts what
    is in `open`. `barred`: request -> doctor who declined it -> when he may be asked for it again.
    `spared`: departments with the switch "spare" on; None: as it was.
    """

    waiting: Mapping[Id, Request] = field(default_factory=dict)
    doctors: Mapping[Id, Doctor] = field(default_factory=dict)
    barred: Mapping[Id, Mapping[Id, float]] = field(default_factory=dict)
    open: Mapping[Id, OpenVisit] = field(default_factory=dict)
    spared: frozenset[str] | None = None


@dataclass(slots=True, kw_only=True)
class Why:
    """The reason of a choice in one line: for the doctor (`text`), the patient and the auditor."""

    text: Text
    terms: Mapping[str, Any]
    patient: Text | None = None
    auditor: Text | None = None

    def as_dict(self) -> dict[str, object]:
        made: dict[str, object] = {**self.text.as_dict(), "terms": dict(self.terms)}
        for reader, line in (("patient", self.patient), ("auditor", self.auditor)):
            if line is not None:
                made[reader] = line.as_dict()
        return made


@dataclass(slots=True)
class Facts:
    """What was known at the decision, as it lay there; nothing is counted before somebody asks.

    `others`: (cost, doctor) of the next best; `heads`: (priority, request) of the classes looked at.
    """

    request: Request
    doctor: Doctor
    at: float
    how: How
    used: int
    fair: float
    own: bool
    idle_since: float
    declined: int
    weights: str
    strict: bool
    others: tuple[tuple[float, Id], ...] = ()
    heads: tuple[tuple[float, Id], ...] = ()
