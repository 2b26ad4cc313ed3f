"""Guests on a line: one room, on the patient's side, under their own name.

What they write carries who they are in its body (`by`), and counts as the patient's turn. Nobody's
presence and nobody's marks are theirs to move.
"""

from collections.abc import Awaitable
from uuid import UUID

import msgspec
from asyncpg.pgproto.pgproto import UUID as Id  # noqa: N811  # a class, not a constant

from xinglin.care.consultation.types import GuestPass
from xinglin.edge.limits import Bucket
from xinglin.edge.live import gate, protocol
from xinglin.edge.live.connection import Connection, Line
from xinglin.edge.live.desk import Desk
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel.errors import Forbidden, Invalid, NotFound
from xinglin.kernel.text import Text

_ONLY_TEXT = Text("受邀的人只能发送文字。", "A guest can only send text.")


class GuestConnection(Connection):
    """`user_id` is the holder's, by whom rooms are entered; `viewer` is the guest."""

    __slots__ = ("guest",)

    guest: GuestPass
    stands_for_itself = False

    def __init__(
        self, line: Line, guest: GuestPass, locale: str, *, frames: Bucket, sends: Bucket
    ) -> None:
        viewer: Viewer = guest.viewer(locale)
        audiences = frozenset({f"user:{guest.id}"})
        super().__init__(line, viewer, "", audiences, frames=frames, sends=sends)
        self.user_id = Id(str(guest.holder_id))
        self.guest = guest


class GuestDesk(Desk):
    """As the desk, for lines of guests only."""

    def _act(self, connection: Connection, frame: protocol.Frame) -> Awaitable[None] | None:
        assert isinstance(connection, GuestConnection)
        guest = connection.guest
        asked = getattr(frame, "consultation", None)
        if asked is not None and asked != guest.consultation_id:
            raise NotFound
        match frame:
            case protocol.Send():
                self._send(connection, frame)
                return None
            case protocol.Join():
                return self._join_as(connection, guest, frame)
            case protocol.Mark() | protocol.Typing() | protocol.Feed():
                return None
        return super()._act(connection, frame)

    async def _join_as(
        self, connection: Connection, guest: GuestPass, frame: protocol.Join
    ) -> None:
        """From where this guest may read."""
        since = max(frame.since, guest.from_seq)
        await self._house.hub.join(connection, frame.consultation, since)
        if connection.audited is None:
            connection.audited = {frame.consultation}
            await gate.note_reading(connection.viewer, frame.consultation)

    def _send(self, connection: Connection, frame: protocol.Send) -> None:
        """Raises XinglinError."""
        assert isinstance(connection, GuestConnection)
        guest = connection.guest
        if not guest.may_write:
            raise Forbidden
        connection.sends.spend()
        if frame.kind != "text":
            raise Invalid(code="only_text", text=_ONLY_TEXT)
        said = msgspec.json.decode(protocol.checked("text", frame.body))
        self._submit(connection, frame, protocol.encode({**said, "by": guest.by}))


def ids_of(connections: list[Connection]) -> list[UUID]:
    """Of the guests among these."""
    return [c.guest.id for c in connections if isinstance(c, GuestConnection)]
