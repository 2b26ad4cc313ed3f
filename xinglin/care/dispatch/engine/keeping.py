"""Room that is kept: doctors who drain for a call, and whether a former doctor is worth a wait."""

from heapq import heappop, heappush

from xinglin.care.dispatch.engine.books import OVER, Desk, Entry, Free, Pool
from xinglin.care.dispatch.engine.choosing import Choosing, Rank
from xinglin.care.dispatch.engine.shapes import Channel


class Keeping(Choosing):
    def drain_for(self, entry: Entry) -> None:
        """Let a doctor take no new text, so that a call that fits nobody fits soon.

        Not when somebody is free who is only spared a little longer.
        """
        pool, request = entry.pool, entry.request
        if len(pool.drainers) >= min(pool.waiting, self._most_drainers(pool)):
            return
        need = request.need if request.named is None else 1
        gates = self.gates_of(entry)[need][request.urgency]
        open_now = sum(entry.arrived + gates[grade] <= self._now for grade in range(need, 4))
        if any(self._has_free(pool, grade) for grade in range(need + open_now, 4)):
            return
        heaps = pool.heaps[need * 2 : (need + open_now) * 2]
        found = [one for heap in heaps if heap and (one := self._least_to_end(entry, heap))]
        if found:
            desk = min(found, key=_by_rank)[1]
            desk.drains = pool
            desk.version += 1
            pool.drainers[desk] = None

    def _least_to_end(self, entry: Entry, heap: list[Free]) -> tuple[Rank, Desk] | None:
        """The one nearest to room of a heap, past those who drain already or declined it."""
        aside = []
        found = None
        barred = entry.barred or {}
        while (top := self.top(heap)) is not None:
            desk = top[4].desk
            if top[0] >= OVER and desk.drains is None and desk.id not in barred:
                found = ((top[0], top[1], top[2]), desk)
                break
            aside.append(heappop(heap))
        for one in aside:
            heappush(heap, one)
        return found

    def _has_free(self, pool: Pool, grade: int) -> bool:
        heaps = pool.heaps[grade * 2 : grade * 2 + 2]
        return any((top := self.top(heap)) is not None and top[0] < OVER for heap in heaps)

    def _most_drainers(self, pool: Pool) -> int:
        share = self.weights.drain_share
        return max(1, int(share * sum(pool.present))) if share else 0

    def drain_if_wanted(self, desk: Desk) -> None:
        """A doctor who has just got or lost something may be the one whom a call can wait for."""
        for pool in desk.seats:
            if (
                pool.channel == "text"
                or not pool.waiting
                or len(pool.drainers) >= min(pool.waiting, self._most_drainers(pool))
            ):
                continue
            load = desk.load(pool.channel, self.over)
            if load is not None and load >= OVER and self._first_in(pool, desk):
                desk.drains = pool
                desk.version += 1
                pool.drainers[desk] = None
                return

    def _first_in(self, pool: Pool, desk: Desk) -> bool:
        return any(
            queue.need <= desk.grade and self._first_of(queue, desk, pool)
            for queue in pool.queues.values()
        )

    def is_worth_a_wait(self, desk: Desk, entry: Entry, wait: float) -> bool:
        """Has no room, but perhaps soon, and not too many wait for this doctor already."""
        channel = entry.request.channel
        load = desk.load(channel, self.over)
        return (
            desk.present
            and desk.drains is None
            and (load is None or load >= OVER)
            and len(desk.held) < self.weights.hold_most
            and self._chance(desk, channel, wait) >= self.weights.hold_chance
        )

    def _chance(self, desk: Desk, channel: Channel, wait: float) -> float:
        """That one visit ends within the wait and leaves room, about; 1 when nothing is known."""
        costs = desk.doctor.costs
        lacking = desk.used + costs[channel] - desk.units
        texts = desk.used - desk.realtime * costs.get("video", 0)
        rate = 0.0
        if texts and costs.get("text", 0) >= lacking and (channel == "text" or not desk.realtime):
            rate += texts / self.durations.get("text", 1.0)
        if desk.realtime and costs.get("video", 0) >= lacking:
            rate += 1 / self.durations.get("video", 1.0)
        return min(1.0, rate * wait)


def _by_rank(one: tuple[Rank, Desk]) -> Rank:
    return one[0]
