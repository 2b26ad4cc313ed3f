"""Assistants on a line: in the rooms of the doctor whom they assist, under their own name.

As guests are: what they write carries who they are in its body (`by`), and stands on the doctor's
side. Whether they still assist is asked at each join and send. Nobody's presence and nobody's marks
are theirs to move.
"""

from collections.abc import Awaitable
from uuid import UUID

import asyncpg
import msgspec
from asyncpg.pgproto.pgproto import UUID as Id  # noqa: N811  # a class, not a constant

from xinglin.care.people.types import Lead
from xinglin.edge.limits import Bucket
from xinglin.edge.live import gate, protocol
from xinglin.edge.live.connection import Connection, Line
from xinglin.edge.live.desk import Desk, House
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel.errors import Forbidden, Invalid, NotFound
from xinglin.kernel.text import Text

_ONLY_TEXT = Text("助理只能发送文字。", "An assistant can only send text.")


class AssistantConnection(Connection):
    """`user_id` is the doctor's, by whom rooms are entered; `viewer` is the assistant."""

    __slots__ = ("lead",)

    lead: Lead
    stands_for_itself = False

    def __init__(
        self,
        line: Line,
        viewer: Viewer,
        session_key: str,
        audiences: frozenset[str],
        lead: Lead,
        *,
        frames: Bucket,
        sends: Bucket,
    ) -> None:
        super().__init__(line, viewer, session_key, audiences, frames=frames, sends=sends)
        self.user_id = Id(str(lead.user_id))
        self.lead = lead


class AssistantDesk(Desk):
    """As the desk, for lines of assistants only."""

    def __init__(self, house: House, pool: asyncpg.Pool) -> None:
        super().__init__(house)
        self._pool = pool

    def _act(self, connection: Connection, frame: protocol.Frame) -> Awaitable[None] | None:
        assert isinstance(connection, AssistantConnection)
        match frame:
            case protocol.Send():
                return self._send_as(connection, frame)
            case protocol.Join():
                return self._join_as(connection, frame)
            case protocol.Mark() | protocol.Typing() | protocol.Look():
                return None
            case protocol.Sit() | protocol.Signal() | protocol.Report() | protocol.Unsit():
                raise Forbidden  # a call is between those whose visit it is
        return super()._act(connection, frame)

    async def _join_as(self, connection: AssistantConnection, frame: protocol.Join) -> None:
        await self._check(connection, frame.consultation)
        await self._join(connection, frame)

    def _send_as(self, connection: AssistantConnection, frame: protocol.Send) -> Awaitable[None]:
        """Raises XinglinError. Too fast is said at once, as to everybody: the send comes again."""
        connection.sends.spend()
        if frame.kind != "text":
            raise Invalid(code="only_text", text=_ONLY_TEXT)
        said = msgspec.json.decode(protocol.checked("text", frame.body))
        return self._say(connection, frame, protocol.encode({**said, "by": connection.lead.by}))

    async def _say(
        self, connection: AssistantConnection, frame: protocol.Send, body: bytes
    ) -> None:
        await self._check(connection, frame.consultation)
        self._submit(connection, frame, body)

    async def _check(self, connection: AssistantConnection, consultation_id: UUID) -> None:
        """Raises NotFound: the doctor has the visit no more, or the assistant the doctor."""
        if not await gate.assists(connection.viewer.user_id, consultation_id, self._pool):
            raise NotFound


def pairs_of(connections: list[Connection]) -> list[tuple[UUID, UUID]]:
    """(assistant, account of the doctor) of the assistants among these."""
    return [
        (c.viewer.user_id, c.lead.user_id)
        for c in connections
        if isinstance(c, AssistantConnection)
    ]
