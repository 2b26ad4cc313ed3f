"""How the media of a room travel: a folder of backends, each with the three functions of `MediaBackend`.

Whichever it is, pages sit, signal and report by the same frames. Adding one is adding a folder;
`settings.MEDIA_BACKEND` says which one new rooms get, and a room keeps the one it was opened with.
"""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from xinglin.foundation.calls.types import IceServer


class MediaBackend(Protocol):
    """What a folder here offers. Each may be called twice for the same room."""

    def begin(self, room_id: UUID) -> None:
        """The room is about to be opened; what this raises keeps it from being."""

    def end(self, room_id: UUID) -> None:
        """The room has been closed, whether or not it was ever begun here."""

    def ice_servers(self, *, at: datetime) -> tuple[IceServer, ...]:
        """For one seat that enters at `at`; none: by the pages' own addresses only."""
