"""What others may know of a recording."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from xinglin.kernel.text import Text

MAX_CHUNK = 4 * 1024 * 1024
# Recording is on and the line is up, and nothing came for so long: somebody must know.
SILENT_FOR = timedelta(seconds=10)
State = Literal["keeping", "making", "made", "failed"]
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSegment:
    """One run of a recorder. The page chose the id; `person_id` is whose page it is.

    `of_*`: whose picture and voice. `began_at`: by the page's clock, which said `sent_at` when it
    told so; None: it is taken to be right.
    """

    id: UUID
    seat_id: UUID
    person_id: UUID
    of_seat_id: UUID
    of_person_id: UUID
    of_role: str
    mime: str
    began_at: datetime
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewChunk:
    """`began_ms`: since its segment began. `chain`: SHA-256 of the chain before it and `sha256`."""

    seq: int
    sha256: bytes
    chain: bytes
    began_ms: int
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentState:
    """`next`: which chunk is missing first. `chain` (hex) is of all before it."""

    id: UUID
    state: Literal["open", "closed", "lost"]
    next: int
    chain: str
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentCard:
    """`began_at` by the page's clock, `received_at` by the house's; `is_left_out`: nothing of it could
    be played.
    """

    id: UUID
    person_id: UUID
    of_person_id: UUID
    of_role: str
    mime: str
    began_at: datetime
    received_at: datetime
    state: str
    chunks: int
    bytes: int
    milliseconds: int
    chain: str
    is_left_out: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingCard:
    """`gaps`: times of `wanted` that no chunk covers. What belongs to the made file is 0 or empty
    until it is made. `kept_until`: the first moment at which it may be deleted, once the call has ended.
    `is_verified`: whether every byte was found as it came; None before it was looked at. `why`: of a
    failed one, in words.
    """

    id: UUID
    state: State
    opened_at: datetime
    ended_at: datetime | None
    made_at: datetime | None
    zero_at: datetime | None
    content_type: str
    bytes: int
    sha256: str
    milliseconds: int
    tracks: tuple[dict[str, Any], ...]
    wanted: tuple[Span, ...]
    gaps: tuple[Span, ...]
    segments: tuple[SegmentCard, ...]
    lost_at: datetime | None
    kept_until: datetime | None
    is_verified: bool | None
    why: Text | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Where a recording does not hold. `missing`: a chunk's bytes are gone. `altered`: they, or the
    chain, are not what was sent. `made_altered`: the playable file is not what was made.
    """

    kind: Literal["missing", "altered", "made_altered"]
    segment: UUID | None
    seq: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    chunks: int
    faults: tuple[Fault, ...]

    @property
    def holds(self) -> bool:
        return not self.faults
