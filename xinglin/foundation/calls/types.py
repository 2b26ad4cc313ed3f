"""Seats, tickets and clocks of a room, as everybody above reads them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from xinglin.kernel.errors import Conflict
from xinglin.kernel.text import Text

Because = Literal["elsewhere", "removed", "ended", "left"]
# Who sends sound or pictures: each more is one more stream up for every other.
MOST_SENDING = 4
# Kept for the two main seats, whoever came first.
MAIN_SEATS = 2
# A seat without a line for so long takes nobody's place: its page was closed, or has no network.
ABSENT_AFTER = timedelta(seconds=30)
SEES_HIDDEN = "doctor"


class RoomFull(Conflict):
    """As many people besides the main seats send already as a room carries."""

    code = "room_full"
    text = Text(
        f"通话最多 {MOST_SENDING} 人同时参与，请等其中一人离开后再加入。",
        f"At most {MOST_SENDING} people can take part in a call; please wait until one of them has"
        " left.",
    )


class RoomClosed(Conflict):
    """The call is over: nobody enters any more."""

    code = "room_closed"
    text = Text(
        "这次通话已经结束；如仍需通话，请重新发起。",
        "This call is over; to go on talking, please start a new one.",
    )


class SeatTaken(Conflict):
    """Somebody else of this room has a seat of this id."""

    code = "seat_taken"
    text = Text(
        "这个通话席位已被占用，请刷新页面后再进入。",
        "This seat is taken; please reload the page and enter again.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSeat:
    """One page of one person. `id`: chosen by the page, one for each time it is loaded.

    `person_id`: of an account or of a guest. `role`: patient, doctor, specialist, guest or observer.
    `is_main`: the line of the room is up only while this seat says so. `sends`: has sound or a
    picture of its own. `is_hidden`: only the doctor's page learns of it. `may_be_recorded`: nobody
    records it without.
    """

    id: UUID
    person_id: UUID
    role: str
    name: Text = field(repr=False)
    is_main: bool
    sends: bool
    is_hidden: bool
    may_be_recorded: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatCard:
    """A seat that has not been left. `here`: a line stands for it. `state`: of its last report.

    `line` counts how often a line began to stand for it: a higher number came back.
    """

    id: UUID
    person_id: UUID
    role: str
    name: Text = field(repr=False)
    is_main: bool
    sends: bool
    is_hidden: bool
    may_be_recorded: bool
    here: bool
    line: int
    state: dict[str, Any]
    entered_at: datetime

    def may_know(self, other: "SeatCard") -> bool:
        """And speak to it: of hidden seats only the doctor's knows, and they of nobody else."""
        if self.is_hidden:
            return other.role == SEES_HIDDEN or other.id == self.id
        return not other.is_hidden or self.role == SEES_HIDDEN

    def told(self) -> dict[str, Any]:
        """As pages read it (`SeatOut`), over the line and over HTTP alike."""
        said: dict[str, Any] = {
            "id": self.id,
            "person": self.person_id,
            "role": self.role,
            "name": self.name.as_dict(),
            "is_main": self.is_main,
            "sends": self.sends,
            "may_be_recorded": self.may_be_recorded,
            "here": self.here,
            "line": self.line,
            "muted": bool(self.state.get("muted", False)),
            "camera": bool(self.state.get("camera", False)),
            "screen": bool(self.state.get("screen", False)),
            "audio_only": bool(self.state.get("audio_only", False)),
            "recording": self.state.get("recording", "off"),
        }
        return said | {"is_hidden": True} if self.is_hidden else said


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """That somebody had a seat, from when to when; one for each page."""

    person_id: UUID
    role: str
    is_hidden: bool
    entered_at: datetime
    left_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IceServer:
    """A helper of the media's way (RFC 8445), with credentials that soon end."""

    urls: tuple[str, ...]
    username: str = ""
    credential: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What a page needs to enter. `relay_only`: media may go by a relay only.

    `seats`: those this seat may know of, itself among them.
    """

    room_id: UUID
    seat: SeatCard
    backend: str
    ice_servers: tuple[IceServer, ...]
    relay_only: bool
    seats: tuple[SeatCard, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomClock:
    """How long the line was up: `ms` is the sum of `spans`, the last of which may still run.

    `gaps`: when it was down after it had been up once.
    """

    ms: int
    running_since: datetime | None
    spans: tuple[tuple[datetime, datetime | None], ...]
    gaps: tuple[tuple[datetime, datetime], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomQuality:
    """Of the main seats' reports. Milliseconds; loss in percent; None: nobody has said.

    `connect_ms`: of the slower side. `audio_only_ms`: of the side that went longer without pictures.
    """

    connect_ms: int | None
    reconnects: int
    rtt_p50: int | None
    loss_p50: float | None
    loss_worst: float | None
    audio_only_ms: int
    reports: int
