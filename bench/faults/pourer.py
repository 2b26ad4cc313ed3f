"""One person who sends far more than the house may hold, and again whatever it had no room for."""

import asyncio
from collections import Counter
from uuid import uuid4

from bench.faults import raw
from bench.faults.raw import RawLine
from bench.faults.scene import Scene

_LETTERS = 7000  # more than the house keeps waiting
_AT_A_TIME = 200
_STORED_WITHIN_S = 60.0
_AGAIN_S = 0.2


class Pourer:
    """`letters`: client id -> frame. Order is not kept: it does not wait for any answer."""

    def __init__(self, line: RawLine, consultation: str) -> None:
        self.letters = {
            client_id: raw.said(
                "send",
                consultation=consultation,
                client_id=client_id,
                kind="text",
                body={"text": f"{client_id} 泻"},
            )
            for client_id in (str(uuid4()) for _ in range(_LETTERS))
        }
        self.acks: dict[str, int] = {}
        self.refused: Counter[str] = Counter()
        self.busy = 0
        self._line = line
        self._again: list[str] = []
        self._hearing = asyncio.create_task(self._hear())

    @classmethod
    async def seated(cls, scene: Scene) -> "Pourer":
        line = await RawLine.greeted(scene.stage.straight, scene.villain.patient)
        return cls(line, scene.villain.consultation)

    async def pour(self) -> None:
        await self._send(list(self.letters))

    async def _send(self, client_ids: list[str]) -> None:
        for at in range(0, len(client_ids), _AT_A_TIME):
            part = client_ids[at : at + _AT_A_TIME]
            self._line.writer.write(b"".join(self.letters[client_id] for client_id in part))
            await self._line.writer.drain()
            await asyncio.sleep(0)

    async def _hear(self) -> None:
        while (frame := await self._line.hear())["op"] != "close":
            client_id = str(frame.get("client_id"))
            if frame["op"] == "ack":
                self.acks[client_id] = frame["seq"]
            elif frame["op"] == "busy":
                self.busy += 1
                self._again.append(client_id)
            elif frame["op"] == "refused":
                self.refused[frame["problem"]["code"]] += 1

    async def all_stored(self, scene: Scene) -> None:
        """Send again until all are acknowledged; then the table holds each once, in order."""
        try:
            async with asyncio.timeout(_STORED_WITHIN_S):
                while len(self.acks) < len(self.letters) and not self._hearing.done():
                    self._again, again = [], self._again
                    await self._send(again)
                    await asyncio.sleep(_AGAIN_S)
        except TimeoutError:
            pass
        finally:
            self._hearing.cancel()
            self._line.close()
        scene.must(
            len(self.acks) == len(self.letters),
            f"of {len(self.letters)} poured letters {len(self.acks)} were acknowledged;"
            f" refused: {dict(self.refused)}",
        )
        rows = (await scene.stage.read_back([scene.villain]))[scene.villain.consultation]
        stored = {row.client_id: row.seq for row in rows}
        scene.must([r.seq for r in rows] == list(range(1, len(rows) + 1)), "poured: a gap")
        scene.must(len(stored) == len(rows), "poured: a letter is stored twice")
        wrong = [c for c, seq in self.acks.items() if stored.get(c) != seq]
        scene.must(not wrong, f"poured: {len(wrong)} acknowledged letters are not there")
