"""The shapes of recordings."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from xinglin.kernel.text import Text
from xinglin.kernel.wire import In, Out

HEX = r"^[0-9a-f]{64}$"
Hex = Annotated[str, Field(pattern=HEX)]


class SegmentIn(In):
    """`seat`: of the page that records; `of`: whose picture and voice.

    `began_at`: by the page's clock, which says `sent_at` now: so the house learns by how much it is wrong.
    """

    seat: UUID
    of: UUID
    of_role: Annotated[str, Field(max_length=12)] = ""
    mime: Annotated[str, Field(max_length=80)]
    began_at: datetime
    sent_at: datetime | None = None


class SegmentOut(Out):
    """`next`: the chunk that is missing first. `chain`: hex, of all before it."""

    id: UUID
    state: Literal["open", "closed", "lost"]
    next: int
    chain: str
    bytes: int


class CloseIn(In):
    chunks: Annotated[int, Field(ge=0, lt=2**31)]
    chain: Hex
    ended_at: datetime


class TimesOut(Out):
    since: datetime
    until: datetime


class RecordingGapOut(Out):
    """`from_ms`, `to_ms`: on the time line of what is played."""

    since: datetime
    until: datetime
    from_ms: int
    to_ms: int


class RecordingCardOut(Out):
    """`gaps`: when it should have recorded and did not. `verified`: null: not looked at yet.

    `lost_at`: since when nothing comes although it should.
    """

    id: UUID
    state: Literal["keeping", "making", "made", "failed"]
    length_ms: int
    gaps: list[RecordingGapOut]
    verified: bool | None
    kept_until: datetime | None
    lost_at: datetime | None


class TrackOut(Out):
    kind: Literal["video", "audio"]
    role: str = ""
    roles: list[str] = []
    codec: str


class KeptSegmentOut(Out):
    id: UUID
    of_role: str
    mime: str
    began_at: datetime
    state: Literal["open", "closed", "lost"]
    chunks: int
    bytes: int
    milliseconds: int
    chain: str
    is_left_out: bool


class PurposeOut(Out):
    code: str
    text: Text


class RecordingPageOut(RecordingCardOut):
    """`why`: of a failed one. `purposes`: what this viewer may look at it for."""

    opened_at: datetime
    ended_at: datetime | None
    made_at: datetime | None
    zero_at: datetime | None
    content_type: str
    bytes: int
    sha256: str
    tracks: list[TrackOut]
    wanted: list[TimesOut]
    segments: list[KeptSegmentOut]
    why: Text | None
    may_play: bool
    purposes: list[PurposeOut]


class ViewIn(In):
    purpose: Annotated[str, Field(max_length=20)]


class ViewOut(Out):
    """To be opened within a minute, by the same session."""

    url: str
