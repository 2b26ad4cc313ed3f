"""One socket: its rooms, what it has seen, and a bound on what it still has to get."""

import asyncio
from collections import deque
from typing import Any, Protocol
from uuid import UUID

from asyncpg.pgproto.pgproto import UUID as Id  # noqa: N811  # a class, not a constant

from xinglin.care.consultation.types import GuestPass
from xinglin.edge.limits import Bucket
from xinglin.edge.live.protocol import Ack, write_struct
from xinglin.edge.live.refusals import refusal_frame
from xinglin.edge.live.writer import Draft, Outcome
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel.errors import Unavailable, XinglinError

MAX_BUFFER = 256 * 1024
# A page of history is only read once less than this waits to be written.
LIGHT = 64 * 1024
GOING = 1001
FLOOD = 1008
RESTART = 1012
SLOW = 1013
SIGNED_OUT = 4401
FOREIGN = 4403
TOO_MANY = 4429


class Line(Protocol):
    """What a server of sockets must do for one of them."""

    @property
    def full(self) -> bool:
        """More than LIGHT waits to be written; `Connection.lighten` is called when it has gone."""

    def write(self, wire: bytes) -> None:
        """Take it, whatever waits already; never waits itself."""

    def waiting(self) -> int:
        """Bytes not yet taken by the system."""

    def end(self, code: int) -> None:
        """Close with this code, and without it when the other side does not read it in time."""

    def hold(self) -> None:
        """Read nothing more."""

    def go_on(self) -> None:
        """Read again."""

    def ping(self) -> None:
        """Ask for a sign of life."""

    def cut(self) -> None:
        """End at once, without a word."""


class Connection:
    """`rooms` maps a consultation to the number of the last message given to this socket.

    Ten thousand of them are open and idle: what few of them need is made when it is needed.
    """

    __slots__ = (
        "_lighter",
        "again",
        "audiences",
        "audited",
        "catching",
        "closed",
        "frames",
        "greeted_at",
        "heard",
        "held_events",
        "held_frames",
        "line",
        "looking",
        "position",
        "refused_in_a_row",
        "rooms",
        "sends",
        "session_key",
        "turn",
        "user_id",
        "viewer",
    )
    # Who came in by a link (see `guests.py`).
    guest: GuestPass | None = None
    # Guests and assistants stand in rooms for somebody else, whose presence is not theirs to move.
    stands_for_itself = True
    # A screen of a site is told only of its own visit (see `screens.py`).
    hears_all = True

    def __init__(
        self,
        line: Line,
        viewer: Viewer,
        session_key: str,
        audiences: frozenset[str],
        *,
        frames: Bucket,
        sends: Bucket,
    ) -> None:
        self.line = line
        self.viewer = viewer
        self.user_id = Id(str(viewer.user_id))
        self.session_key = session_key
        self.audiences = audiences
        self.frames = frames
        self.sends = sends
        self.rooms: dict[UUID, int] = {}
        self.catching: set[UUID] | None = None
        self.again: set[UUID] | None = None
        self.audited: set[UUID] | None = None
        # What was last told of the other side's presence, of each thread looked at.
        self.looking: dict[UUID, Any] | None = None
        # Where the feed stood at the greeting, and the last event given; None until asked for.
        self.greeted_at = 0
        self.position: int | None = None
        self.held_events: list[tuple[int, bytes]] | None = None
        # Frames behind one that is still being done: a socket's frames are done in their order.
        self.held_frames: deque[bytes] | None = None
        self.refused_in_a_row = 0
        # The second of a round in which it is pinged.
        self.turn = 0
        self.heard = True
        self.closed = False
        self._lighter: asyncio.Event | None = None

    def hears(self, payload: str) -> bool:
        """Whether an event of its audiences is for this line."""
        del payload
        return True

    def put(self, wire: bytes) -> None:
        """Never waits. A reader that is too slow is closed; it resumes by its numbers."""
        if self.closed:
            return
        line = self.line
        if line.waiting() + len(wire) > MAX_BUFFER:
            self.close(SLOW)
            return
        line.write(wire)

    async def light(self) -> bool:
        """Wait until little is left to be written; False when the socket has closed meanwhile."""
        while not self.closed and self.line.waiting() > LIGHT:
            if not self.line.full:
                await asyncio.sleep(0)  # what was put is written at the end of the loop's round
                continue
            self._lighter = asyncio.Event()
            await self._lighter.wait()
        return not self.closed

    def lighten(self) -> None:
        if self._lighter is not None:
            self._lighter.set()
            self._lighter = None

    def close(self, code: int) -> None:
        """Nothing more is put: whoever comes back asks for it by number."""
        if self.closed:
            return
        self.closed = True
        self.line.end(code)
        self.lighten()

    def answered(self, outcome: Outcome) -> None:
        """It is stored (see `writer.Asker`)."""
        draft = outcome.draft
        assert outcome.seq is not None
        ack = Ack(draft.consultation_id, draft.client_id, outcome.seq, outcome.at)
        self.put(write_struct(ack))

    def failed(self, draft: Draft, error: Exception) -> None:
        """It is not stored (see `writer.Asker`)."""
        self.refuse(error, client_id=draft.client_id, consultation=draft.consultation_id)

    def refuse(
        self,
        error: Exception,
        *,
        client_id: UUID | None = None,
        consultation: UUID | None = None,
        room: UUID | None = None,
    ) -> None:
        known = error if isinstance(error, XinglinError) else Unavailable()
        about = {"client_id": client_id, "consultation": consultation, "room": room}
        self.put(refusal_frame(known, self.viewer.locale, **about))
