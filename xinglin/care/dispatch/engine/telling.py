"""Place and expected wait."""

from bisect import bisect_left
from functools import partial

from xinglin.care.dispatch.engine.accuracy import Kind
from xinglin.care.dispatch.engine.books import HELD, OVER, WAITING, Entry, Item, Pool, Queue
from xinglin.care.dispatch.engine.choosing import Turn
from xinglin.care.dispatch.engine.decisions import Estimate
from xinglin.care.dispatch.engine.giving import Giving

_TOP_GRADE = 3
_TRUST_S = 60.0
_FEW, _ONE_IN = 32, 16
_FEW_SEATS = 64
_SLOWEST_SHARE = 0.2
_DEPTHS = (1, 3, 8, 20)
_OVERTAKES = 0.5  # a more urgent one that has just come is not before those who waited long


class Telling(Giving):
    def promise(self, entry: Entry) -> None:
        """What one who has just begun to wait is told is kept, to be held against what comes.

        Of many who wait only a part is asked about: it costs more than a decision.
        """
        if entry.state in {WAITING, HELD} and (self.waiting <= _FEW or entry.number % _ONE_IN == 0):
            told = self.tell(entry)
            entry.told_s = told.wait_s
            entry.told_at = self._now
            entry.told_as = _kind_of(entry, told.place - 1)

    def tell(self, entry: Entry) -> Estimate:
        ahead = self.ahead_of(entry)
        return Estimate(
            place=ahead + 1, wait_s=self._wait_s(entry, ahead), doctors=sum(entry.pool.present)
        )

    def ahead_of(self, entry: Entry) -> int:
        """How many of its pool have a higher turn now; each class is in the order of turns already."""
        pool = entry.pool
        own = entry.queue or pool.queue_like(entry)
        turn = self.turn(entry, own)
        return sum(
            bisect_left(q.items, turn, lo=q.start, key=partial(self._item_turn, q)) - q.start
            for q in pool.queues.values()
        )

    def _item_turn(self, queue: Queue, item: Item) -> Turn:
        return self.turn(item[2], queue)

    def _wait_s(self, entry: Entry, ahead: int) -> float | None:
        """What the queue's pace says, put right by how such words came true lately."""
        guess = self._guess_s(entry, ahead)
        return None if guess is None else guess * self.candour.factor(_kind_of(entry, ahead))

    def _guess_s(self, entry: Entry, ahead: int) -> float | None:
        """The places ahead by the pace of the queue; no later than the next gate lets it go."""
        pool = entry.pool
        pool.pace.pass_time(self._now, waits=pool.waiting > 0)
        opens = self._opens_s(entry)
        rate = self._rate(pool, entry.request.urgency)
        wait = None if rate is None else (ahead + 1) / rate
        if opens is not None:
            wait = opens if wait is None else min(opens, wait)
        if entry.state != HELD:
            return wait
        held = max(0.0, entry.until - self._now)
        return held if opens is not None or wait is None else held + wait

    def _rate(self, pool: Pool, urgency: int) -> float | None:
        """Requests a second that this one's turn comes nearer by; None: nobody knows."""
        pace = pool.pace
        mean_s = self.durations.get(pool.channel)
        guess = self._ending(pool) / mean_s if mean_s else 0.0
        if not guess:
            if pace.busy < _TRUST_S or not pace.taken:
                return None
            guess = pace.taken / pace.busy
        served = (pace.taken + guess * _TRUST_S) / (pace.busy + _TRUST_S)
        overtaken = _OVERTAKES * sum(pace.overtakes[1:urgency]) / (pace.busy + _TRUST_S)
        return max(served - overtaken, served * _SLOWEST_SHARE)

    def _ending(self, pool: Pool) -> float:
        """Visits of which one that ends makes room here; of many doctors only those of the pool."""
        if len(pool.seats) > _FEW_SEATS:
            return pool.open
        visits = sum(desk.visits for desk in pool.seats if desk.present)
        return visits * (pool.waiting + 1) / (self.waiting + 1)

    def _opens_s(self, entry: Entry) -> float | None:
        """Until a grade may be asked of which somebody is free now; None: of none."""
        pool, request = entry.pool, entry.request
        need = request.need if pool.named is None else 1
        gates = self.gates_of(entry)[need][request.urgency]
        for grade in range(need, _TOP_GRADE + 1):
            for heap in pool.heaps[grade * 2 : grade * 2 + 2]:
                top = self.top(heap)
                if top is not None and top[0] < OVER:
                    return max(0.0, entry.arrived + gates[grade] - self._now)
        return None


def _kind_of(entry: Entry, ahead: int) -> Kind:
    depth = sum(ahead >= few for few in _DEPTHS)
    return (entry.request.channel, entry.request.urgency, entry.state == HELD, depth)
