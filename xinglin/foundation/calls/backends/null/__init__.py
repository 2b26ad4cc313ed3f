"""A room without media, for tests and for houses that only try the acts around a call."""

from datetime import datetime
from uuid import UUID

from xinglin.foundation.calls.types import IceServer


def begin(room_id: UUID) -> None:
    del room_id


def end(room_id: UUID) -> None:
    del room_id


def ice_servers(*, at: datetime) -> tuple[IceServer, ...]:
    del at
    return ()
