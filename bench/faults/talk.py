"""Talkers: both sides of a conversation, who keep what is unanswered and send it again by its id.

One letter in flight for each side, as the browser does it.
"""

import asyncio
import json
import random
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self
from uuid import uuid4

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage

from bench.faults.cast import Door, Pair, Seat
from bench.faults.ledger import Account
from bench.faults.waiting import until

AWAY = (ConnectionClosed, InvalidHandshake, InvalidMessage, OSError, EOFError, TimeoutError)
_PAUSE_S = (0.1, 0.6)
_BUSY_S = 0.2
_HTTP_WITHIN_S = 15.0
# A client that has waited so long takes its line for dead and opens another.
_ANSWER_WITHIN_S = 20.0


@dataclass
class Letter:
    client_id: str
    text: str
    written_at: float


class Talker:
    """One side. `answered`: of each acknowledged letter when it was written and how long it took."""

    def __init__(self, seat: Seat, consultation: str, door: Door, pace_s: float) -> None:
        self.seat = seat
        self.door = door
        self.account = Account(consultation)
        self.answered: list[tuple[float, float]] = []
        self.lines = 0
        self.talking = True
        self._pace_s = pace_s
        self._waiting: Letter | None = None
        self._told = asyncio.Event()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            with suppress(*AWAY):
                async with self.door.line(self.seat) as line:
                    self.lines += 1
                    await self._follow(line)
            await asyncio.sleep(random.uniform(*_PAUSE_S))

    async def _follow(self, line: Any) -> None:
        writing: asyncio.Task[None] | None = None
        try:
            async for raw in line:
                frame = json.loads(raw)
                if frame["op"] == "hello":
                    await line.send(self._frame("join", since=self.account.since))
                elif frame["op"] == "joined" and writing is None:
                    writing = asyncio.create_task(self._write(line))
                else:
                    self._take(frame)
        finally:
            if writing is not None:
                writing.cancel()
                await asyncio.gather(writing, return_exceptions=True)

    def _frame(self, op: str, **members: object) -> str:
        named = {"op": op, "consultation": self.account.consultation, **members}
        return json.dumps(named, ensure_ascii=False)

    async def _write(self, line: Any) -> None:
        while True:
            letter = self._waiting or await self._new_letter()
            self._told.clear()
            try:
                async with asyncio.timeout(_ANSWER_WITHIN_S):
                    await self._say(line, letter)
                    await self._told.wait()
            except TimeoutError:
                await line.close()
                return
            if self._waiting is not None:  # the house was busy
                await asyncio.sleep(_BUSY_S)

    async def _new_letter(self) -> Letter:
        await asyncio.sleep(random.uniform(0.5, 1.5) * self._pace_s)
        await until(lambda: self.talking)
        text = (
            f"{self.account.consultation[-6:]} {self.seat.id[-6:]} {len(self.account.written)} 咳"
        )
        self._waiting = Letter(str(uuid4()), text, time.monotonic())
        self.account.written.append(self._waiting.client_id)
        return self._waiting

    async def _say(self, line: Any, letter: Letter) -> None:
        frame = self._frame(
            "send", client_id=letter.client_id, kind="text", body={"text": letter.text}
        )
        await line.send(frame)

    def _take(self, frame: dict[str, Any]) -> None:
        match frame["op"]:
            case "message":
                message = frame["message"]
                self.account.hear(message["seq"], message["client_id"])
            case "ack":
                self._acknowledged(frame["client_id"], frame["seq"])
            case "refused":
                self._refused(frame.get("client_id"), frame["problem"].get("code", ""))
            case "busy":
                self._told.set()

    def _acknowledged(self, client_id: str, seq: int) -> None:
        self.account.take_ack(client_id, seq)
        letter = self._waiting
        if letter is not None and letter.client_id == client_id:
            now = time.monotonic()
            self.answered.append((letter.written_at, now - letter.written_at))
            self._waiting = None
            self._told.set()

    def _refused(self, client_id: str | None, code: str) -> None:
        """Final for a send; a refused `join` (no client id) is tried again on the next line."""
        self.account.refused.append(code)
        if self._waiting is not None and self._waiting.client_id == client_id:
            self._waiting = None
            self._told.set()

    @property
    def at_rest(self) -> bool:
        return self._waiting is None


class Poster(Talker):
    """Hears by the socket and writes by HTTP."""

    async def _say(self, _line: Any, letter: Letter) -> None:
        status, body = await self._post(letter)
        if status in {200, 201}:
            self._acknowledged(letter.client_id, body["seq"])
        elif 400 <= status < 500 and status != 429:
            self._refused(letter.client_id, str(body.get("code", status)))
        else:
            self._told.set()

    async def _post(self, letter: Letter) -> tuple[int, dict[str, Any]]:
        """0 when there was no answer: whether it is stored is then not known."""
        said = {"client_id": letter.client_id, "kind": "text", "body": {"text": letter.text}}
        content = json.dumps(said, ensure_ascii=False).encode()
        head = (
            f"POST /api/v1/consultations/{self.account.consultation}/messages HTTP/1.1\r\n"
            f"Host: {self.door.host}\r\nOrigin: {self.door.origin}\r\nCookie: {self.seat.cookie}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
            "Connection: close\r\n\r\n"
        )
        try:
            async with asyncio.timeout(_HTTP_WITHIN_S):
                reader, writer = await asyncio.open_connection("127.0.0.1", self.door.port)
                try:
                    writer.write(head.encode() + content)
                    answer = await reader.read()
                finally:
                    writer.close()
            first, _, body = answer.partition(b"\r\n\r\n")
            return int(first.split()[1]), json.loads(body)
        except (OSError, TimeoutError, ValueError, IndexError):
            return 0, {}


class Crowd:
    """All talkers of one fault. `elsewhere`: the door of every second patient."""

    def __init__(
        self, pairs: Sequence[Pair], door: Door, pace_s: float, elsewhere: Door | None = None
    ) -> None:
        self.pairs = list(pairs)
        self.talkers: list[Talker] = []
        for n, pair in enumerate(pairs):
            # Every fifth patient writes by HTTP.
            kind = Poster if n % 5 == 0 else Talker
            place = elsewhere if elsewhere is not None and n % 2 else door
            self.talkers.append(kind(pair.patient, pair.consultation, place, pace_s))
            self.talkers.append(Talker(pair.doctor, pair.consultation, door, pace_s))
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._tasks = [asyncio.create_task(talker.run()) for talker in self.talkers]
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def all_answered(self, since: float, within_s: float) -> float:
        """Until everybody has an answer to something written after `since`; answers the moment.

        Raises TimeoutError.
        """

        def answered(talker: Talker) -> bool:
            return bool(talker.answered) and talker.answered[-1][0] >= since

        await until(lambda: all(map(answered, self.talkers)), within_s)
        firsts = [
            next(at + took for at, took in talker.answered if at >= since)
            for talker in self.talkers
        ]
        return max(firsts)

    async def fall_silent(self, within_s: float) -> None:
        """Until all that was written is answered and both sides have heard all of it.

        Raises TimeoutError.
        """
        for talker in self.talkers:
            talker.talking = False
        await until(self._all_heard, within_s)

    def _all_heard(self) -> bool:
        tops: dict[str, int] = {}
        for talker in self.talkers:
            account = talker.account
            top = max(account.acks.values(), default=0)
            tops[account.consultation] = max(tops.get(account.consultation, 0), top)
        return all(
            t.at_rest and t.account.since >= tops[t.account.consultation] for t in self.talkers
        )

    def waited_s(self, since: float, until: float) -> list[float]:
        """How long letters took that were written in this time."""
        return [took for t in self.talkers for at, took in t.answered if since <= at <= until]

    def answered_between(self, since: float, until: float) -> int:
        return sum(since < at + took < until for t in self.talkers for at, took in t.answered)

    @property
    def accounts(self) -> list[Account]:
        return [talker.account for talker in self.talkers]
