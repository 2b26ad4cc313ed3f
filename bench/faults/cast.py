"""Who talks in a fault, and the way to the house."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from websockets.asyncio.client import connect, unix_connect


@dataclass(frozen=True)
class Seat:
    """One person with an open session."""

    id: str
    cookie: str


@dataclass(frozen=True)
class Pair:
    """The two sides of one thread."""

    consultation: str
    patient: Seat
    doctor: Seat

    @property
    def sides(self) -> tuple[Seat, Seat]:
        return self.patient, self.doctor


@dataclass(frozen=True)
class Door:
    """Through the front door on `port`, or straight to the live process at `socket`."""

    port: int
    socket: Path | None = None

    @property
    def host(self) -> str:
        return f"localhost:{self.port}"

    @property
    def origin(self) -> str:
        return f"http://{self.host}"

    def line(self, seat: Seat) -> Any:
        """A WebSocket of this person; a line that is dead without a word is noticed."""
        common: dict[str, Any] = {
            "origin": self.origin,
            "additional_headers": {"Cookie": seat.cookie},
            "compression": None,
            "ping_interval": 5,
            "ping_timeout": 10,
            "close_timeout": 1,
            "open_timeout": 10,
            "max_queue": None,
        }
        if self.socket is not None:
            return unix_connect(str(self.socket), uri=f"ws://{self.host}/live", **common)
        return connect(f"ws://{self.host}/live", proxy=None, **common)
