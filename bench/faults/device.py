"""A device of one person, without asyncio, for a machine that takes one step after the other."""

import http.client
import json
from typing import Any

from websockets.sync.client import ClientConnection, connect, unix_connect

from bench.faults.cast import Door, Seat

_PATIENCE_S = 20.0


class Device:
    """Keeps every message it was given, with the numbers it must have."""

    def __init__(self, door: Door, seat: Seat, consultation: str) -> None:
        self._door = door
        self.seat = seat
        self._consultation = consultation
        self.heard: list[dict[str, Any]] = []
        self.marks: dict[str, Any] = {}
        self._line = self._open()
        self._join(0)

    def _open(self) -> ClientConnection:
        common: dict[str, Any] = {
            "origin": self._door.origin,
            "additional_headers": {"Cookie": self.seat.cookie},
            "compression": None,
            "ping_interval": None,
            "close_timeout": 1,
        }
        uri = f"ws://{self._door.host}/live"
        if self._door.socket is None:
            return connect(uri, proxy=None, **common)
        return unix_connect(str(self._door.socket), uri=uri, **common)

    def _join(self, since: int) -> None:
        self.say(op="join", since=since)
        self.marks |= self._until(lambda frame: frame["op"] == "joined")["marks"]

    def say(self, **members: object) -> None:
        self._line.send(json.dumps({"consultation": self._consultation, **members}))

    def send(self, client_id: str, kind: str, body: dict[str, Any]) -> None:
        self.say(op="send", client_id=client_id, kind=kind, body=body)

    def answer(self, client_id: str) -> dict[str, Any]:
        """The ack or refusal of a send."""
        return self._until(
            lambda f: f["op"] in {"ack", "refused"} and f.get("client_id") == client_id
        )

    def refusal(self) -> dict[str, Any]:
        """Of a frame that was no send."""
        return self._until(lambda f: f["op"] == "refused" and f["client_id"] is None)

    def post(self, client_id: str, kind: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """The same by HTTP."""
        line = http.client.HTTPConnection("127.0.0.1", self._door.port, timeout=_PATIENCE_S)
        line.request(
            "POST",
            f"/api/v1/consultations/{self._consultation}/messages",
            json.dumps({"client_id": client_id, "kind": kind, "body": body}),
            {
                "Host": self._door.host,
                "Origin": self._door.origin,
                "Cookie": self.seat.cookie,
                "Content-Type": "application/json",
            },
        )
        answer = line.getresponse()
        found = answer.status, json.loads(answer.read())
        line.close()
        return found

    def hear_until(self, seq: int) -> None:
        while self.since < seq:
            self._until(lambda frame: frame["op"] == "message")

    def hear_marks(self, wanted: dict[str, dict[str, int]]) -> None:
        """Marks are written after a moment: until they are these. Raises TimeoutError."""
        nothing = {"got": 0, "read": 0}
        while any(self.marks.get(side, nothing) != marks for side, marks in wanted.items()):
            self._until(lambda frame: frame["op"] == "marks")

    @property
    def since(self) -> int:
        return self.heard[-1]["seq"] if self.heard else 0

    def cut(self) -> None:
        """Without a farewell; and back."""
        self._line.socket.close()
        self._line = self._open()
        self._join(self.since)

    def close(self) -> None:
        self._line.close()

    def _until(self, holds: Any) -> dict[str, Any]:
        while True:
            frame: dict[str, Any] = json.loads(self._line.recv(timeout=_PATIENCE_S))
            if frame["op"] == "message":
                self._hear(frame["message"])
            elif frame["op"] == "marks":
                self.marks[frame["side"]] = {"got": frame["got"], "read": frame["read"]}
            if holds(frame):
                return frame

    def _hear(self, message: dict[str, Any]) -> None:
        assert message["seq"] == self.since + 1, f"heard {message['seq']} after {self.since}"
        self.heard.append(message)
