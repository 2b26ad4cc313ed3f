"""What the engine is told and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from xinglin.kernel.text import Text

NEVER_AGAIN = datetime.max.replace(tzinfo=UTC)
"""When a doctor who may never have a visit may be asked for it again."""

# Urgency (1 is the most urgent), those who wait before left messages, handed-over visits first, then
# the first request; smaller is served sooner.
Turn = tuple[int, bool, bool, datetime, UUID]

# A doctor who serves the department beside his own counts as this much of a full doctor more busy.
_SECONDARY_COST = 0.35
_OWN_DEPARTMENT = 1

# Relative load, last asked, grade (the junior first), id: smaller is asked sooner.
Rank = tuple[float, datetime, int, UUID]


def turn_of(
    *,
    urgency: int,
    left_message: bool,
    returned: bool,
    requested_at: datetime,
    consultation_id: UUID,
) -> Turn:
    """The place of a request in its department's queue."""
    return (urgency, left_message, not returned, requested_at, consultation_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A visit that waits. `returned`: it had a doctor and was handed over.

    `department`: the queue; any name, as long as doctors are told the same.
    """

    consultation_id: UUID
    department: str
    urgency: int
    requested_at: datetime
    returned: bool = False
    left_message: bool = False

    @property
    def turn(self) -> Turn:
        return turn_of(
            urgency=self.urgency,
            left_message=self.left_message,
            returned=self.returned,
            requested_at=self.requested_at,
            consultation_id=self.consultation_id,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Doctor:
    """On duty and reachable.

    `departments`: slug -> fit (1 own, 2 also serves). `grade`: 1 resident or attending, 2 associate
    chief, 3 chief. `idle_since`: the last time a visit was offered, or the start of duty.
    """

    practitioner_id: UUID
    departments: Mapping[str, int]
    grade: int
    capacity: int
    used: int
    idle_since: datetime

    @property
    def has_room(self) -> bool:
        return self.used < self.capacity

    def rank(self, department: str) -> Rank:
        own = self.departments[department] == _OWN_DEPARTMENT
        cost = self.used / self.capacity + (0.0 if own else _SECONDARY_COST)
        return (cost, self.idle_since, self.grade, self.practitioner_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """The reason of a choice, for the doctor and for quality control."""

    text: Text
    terms: Mapping[str, int | str | bool]

    def as_dict(self) -> dict[str, object]:
        return {**self.text.as_dict(), "terms": dict(self.terms)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    consultation_id: UUID
    practitioner_id: UUID
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The truth of the database at one moment.

    `waiting`: requests without a live offer; those of queues in which nobody has room may be left
    out. `doctors`: those who may be asked now. `barred`: visit -> doctor who declined it -> when he
    may be asked for it again.
    """

    waiting: Mapping[UUID, Request] = field(default_factory=dict)
    doctors: Mapping[UUID, Doctor] = field(default_factory=dict)
    barred: Mapping[UUID, Mapping[UUID, datetime]] = field(default_factory=dict)
