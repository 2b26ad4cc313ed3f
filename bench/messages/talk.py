"""Pairs of a patient and a doctor, each with a socket of its own, talking as fast as asked.

The load generator shares the machine with what it measures, so it is cheap rather than pretty:
frames are built from byte templates and read by `find`, and what was heard is kept as numbers.
"""

import asyncio
import json
from array import array
from collections.abc import Callable
from time import perf_counter

from bench.messages.line import Line

ALTERNATING, ONE_SIDED, QUIET = "alternating", "one-sided", "quiet"
TEXT = "这两天还有点咳嗽，没有发烧。"  # 14 characters, the mean of bench/data
_SEQ, _CLIENT_ID = b'"seq":', b'"client_id":"'
_NTH = len(_CLIENT_ID) + 24  # where the last twelve digits of the id begin
_BACK_S = 0.05
_STIR = 2654435761  # ids that are not in order, as those of browsers


class Broken(Exception):
    """The house closed a line, or said what no pair can go on with."""


class Side:
    """One socket. `heard[k]` is the pair's own number of the message that has `seq` k + 1."""

    def __init__(self, pair: "Pair | None" = None, place: int = 0) -> None:
        self.pair, self.place = pair, place
        self.line = Line(self.take, self._on_end)
        self.heard = array("i")
        self.out_of_order = 0
        self.marks = 0
        self.marked = 0
        self.ready: asyncio.Future[None] | None = None
        self.leaving = False
        self.cut = False

    def take(self, raw: bytes) -> None:
        kind = raw[7:10]
        if kind == b"mes":
            self._hear(raw)
        elif kind == b"ack":
            self._take_ack(raw)
        elif kind == b"mar":
            self.marks += 1
        else:
            self._other(raw)

    def _hear(self, raw: bytes) -> None:
        at = raw.find(_SEQ) + 6
        seq = int(raw[at : raw.find(b",", at)])
        if seq != len(self.heard) + 1:
            self.out_of_order += 1
        at = raw.find(_CLIENT_ID) + _NTH
        nth = int(raw[at : at + 12], 16)
        pair = self.pair
        self.heard.append(nth)
        if pair.said_by[nth] != self.place:
            pair.crowd.delivered.append(perf_counter() - pair.sent_at[nth])
            if pair.going == ALTERNATING:
                pair.say(self.place)

    def _take_ack(self, raw: bytes) -> None:
        at = raw.find(_CLIENT_ID) + _NTH
        nth = int(raw[at : at + 12], 16)
        at = raw.find(_SEQ) + 6
        pair = self.pair
        pair.take_ack(nth, int(raw[at : raw.find(b",", at)]))
        if pair.going == ONE_SIDED:
            pair.say(self.place)

    def _other(self, raw: bytes) -> None:
        """Seldom: the greeting, and what goes wrong."""
        frame = json.loads(raw)
        if frame["op"] == "hello":
            self.line.send(b'{"op":"feed","since":null}')
            if self.pair is None:
                self._be_ready()
            else:
                self.line.send(self.pair.join)
        elif frame["op"] == "joined":
            self._be_ready()
        elif frame["op"] == "busy":
            asyncio.get_running_loop().call_later(_BACK_S, self._again, frame["client_id"])
        elif frame["op"] == "refused":
            self._fail(f"refused: {raw.decode()}")

    def _be_ready(self) -> None:
        if self.ready is not None and not self.ready.done():
            self.ready.set_result(None)

    def _again(self, client_id: str) -> None:
        if self.pair is not None:
            self.pair.crowd.busy += 1
            self.pair.repeat(self.place, client_id.encode())

    def _on_end(self, why: str) -> None:
        if not self.leaving:
            self.cut = True
            self._fail(why)

    def _fail(self, why: str) -> None:
        if self.ready is not None and not self.ready.done():
            self.ready.set_exception(Broken(why))
        if self.pair is not None:
            self.pair.crowd.failures.append(why)

    def leave(self) -> None:
        self.leaving = True
        self.line.close()


class Pair:
    """A thread and its two sides. Messages have a number of the pair's own, in order of sending."""

    def __init__(self, crowd: "Crowd", place: int, consultation: str) -> None:
        self.crowd = crowd
        self.consultation = consultation
        self.sides: list[Side] = []
        self.going = QUIET
        self.sent_at = array("d")
        self.said_by = bytearray()
        self.acked_as = array("i")  # 0: not yet
        self.acked = 0
        self.contradicted = 0
        named = consultation.encode()
        self.join = b'{"op":"join","consultation":"%b","since":0}' % named
        self._head = b'{"op":"send","consultation":"%b","client_id":"' % named
        self._tail = b'","kind":"text","body":{"text":"%b"}}' % TEXT.encode()
        self._id = b"%%08x-0000-4000-8%03x-%%012x" % place

    def say(self, place: int, due: float | None = None) -> None:
        """`due`: when it should have been said, for a load that does not wait for answers."""
        nth = len(self.sent_at)
        self.said_by.append(place)
        self.acked_as.append(0)
        self.sent_at.append(due or perf_counter())
        self.repeat(place, self.client_id(nth))

    def client_id(self, nth: int) -> bytes:
        return self._id % (nth * _STIR & 0xFFFFFFFF, nth)

    def take_ack(self, nth: int, seq: int) -> None:
        """A send that was repeated is acknowledged twice, by the same number."""
        if not self.acked_as[nth]:
            self.acked_as[nth] = seq
            self.acked += 1
            self.crowd.acked.append(perf_counter() - self.sent_at[nth])
        elif self.acked_as[nth] != seq:
            self.contradicted += 1

    def repeat(self, place: int, client_id: bytes) -> None:
        self.sides[place].line.send(self._head + client_id + self._tail)

    def mark(self, place: int) -> None:
        """As a browser with the thread on its screen does: everything heard is read."""
        side = self.sides[place]
        if len(side.heard) > side.marked:
            side.marked = top = len(side.heard)
            named = self.consultation.encode()
            side.line.send(
                b'{"op":"mark","consultation":"%b","got":%d,"read":%d}' % (named, top, top)
            )

    @property
    def settled(self) -> bool:
        """Everything said is acknowledged, and heard by both sides."""
        said = len(self.sent_at)
        return self.acked >= said and all(len(side.heard) >= said for side in self.sides)


class Crowd:
    """All pairs of one door. Latencies in seconds, in order of arrival."""

    def __init__(self) -> None:
        self.pairs: list[Pair] = []
        self.acked = array("d")
        self.delivered = array("d")
        self.busy = 0
        self.failures: list[str] = []

    def begin(self, how: str, pairs: int, in_flight: int = 1) -> None:
        """`how`: ALTERNATING answers what it hears; ONE_SIDED goes on when it is acknowledged."""
        for pair in self.pairs[:pairs]:
            pair.going = how
            for _ in range(in_flight):
                pair.say(0)

    async def end(self, within_s: float = 20.0) -> None:
        """Nobody says more; until everything said has come, or Broken."""
        for pair in self.pairs:
            pair.going = QUIET
        await self._until(lambda: all(pair.settled for pair in self.pairs), within_s)

    async def _until(self, holds: Callable[[], bool], within_s: float) -> None:
        end = perf_counter() + within_s
        while not holds():
            if perf_counter() > end:
                return  # what is missing is counted by the read-back
            await asyncio.sleep(0.02)

    async def pace(self, per_second: float, seconds: float, pairs: int) -> None:
        """An open loop: messages at even times, whatever the answers; sides take turns."""
        began = perf_counter()
        count, total = 0, int(per_second * seconds)
        while count < total:
            now = perf_counter()
            due = min(total, int((now - began) * per_second))
            while count < due:
                pair = self.pairs[count % pairs]
                pair.say(len(pair.sent_at) % 2, began + (count + 1) / per_second)
                count += 1
            await asyncio.sleep(0.001)

    @property
    def marks(self) -> int:
        """How often a side was told of a mark."""
        return sum(side.marks for pair in self.pairs for side in pair.sides)

    def leave(self) -> None:
        for pair in self.pairs:
            for side in pair.sides:
                side.leave()

    async def mark_like_browsers(self, pairs: int, every_s: float = 0.5) -> None:
        """Each side at most once in `every_s`, spread evenly. Until cancelled."""
        steps, nth = 25, 0
        while True:
            for pair in self.pairs[:pairs][nth % steps :: steps]:
                pair.mark(0)
                pair.mark(1)
            nth += 1
            await asyncio.sleep(every_s / steps)
