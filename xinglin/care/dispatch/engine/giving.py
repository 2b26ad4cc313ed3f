"""Queueing, giving and what follows from either: filling a doctor, settling a pool, draining, holds."""

from collections.abc import Iterable
from heapq import heapify, heappop, heappush

from xinglin.care.dispatch.engine.books import (
    GONE,
    HELD,
    OFFERED,
    OPEN,
    WAITING,
    Desk,
    Entry,
    Pool,
    Queue,
)
from xinglin.care.dispatch.engine.choosing import Alternatives
from xinglin.care.dispatch.engine.decisions import Close, Offer, Overflow
from xinglin.care.dispatch.engine.keeping import Keeping
from xinglin.care.dispatch.engine.shapes import NEVER_AGAIN, Facts, How
from xinglin.care.dispatch.engine.state import GATE, OVERLOAD, RELEASE, WIDEN
from xinglin.kernel.text import Text

_NEW_SHARE = 0.02
_SHORTEST_S = 1.0  # one that ended as it began would make every other end at once
_NOBODY = Text(
    "现在没有医生可以接这次问诊，已为您如实结束。",
    "Nobody on duty may take this visit, so it is closed at once.",
)
_FULL = Text(
    "现在排队的人太多，无法再接受新的问诊。", "Too many wait just now; no more can be taken in."
)

# What is to be settled: its turn and a running number, itself and, when it stands for one, its class.
Turned = tuple[float, int, float, int, int, Entry, Queue | None]


class Giving(Keeping):
    def place(self, entry: Entry, *, may_hold: bool) -> None:
        """Ask somebody, or let it wait; it is in no queue yet."""
        if may_hold and self.hold(entry):
            return
        chosen = self.choose(entry)
        if chosen is not None:
            self.give(entry, chosen.desk, chosen.how, chosen.others, ())
        elif self.close and self._is_hopeless(entry):
            self.shut(entry, "nobody")
        else:
            self.enqueue(entry)
            if entry.pool.channel != "text":
                self.drain_for(entry)

    def give(
        self, entry: Entry, desk: Desk, how: How, others: Alternatives, heads: Alternatives
    ) -> None:
        request, now = entry.request, self._now
        cost = desk.doctor.costs[request.channel]
        facts = Facts(
            request,
            desk.doctor,
            now,
            how,
            desk.used,
            desk.fair,
            entry.pool.seats[desk].own,
            desk.idle_since,
            0 if entry.barred is None else len(entry.barred),
            self.weights.version,
            self.strict,
            others,
            heads,
        )
        desk.pass_time(now)
        made = Overflow if desk.used + cost > desk.units else Offer
        desk.used += cost
        entry.cost = cost
        entry.given_at = now
        if request.channel != "text":
            desk.realtime += 1
            self.stop_draining(desk)
        desk.idle_since = now
        desk.version += 1
        desk.visits += 1
        entry.state = OFFERED
        entry.desk = desk
        entry.pool.open += 1
        self._out.append(made(request.id, desk.id, now, now + self.weights.offer_s, facts))

    def free(self, entry: Entry) -> Desk | None:
        """The slot of a request that was given; its doctor, if still on duty."""
        desk = entry.desk
        assert desk is not None
        desk.pass_time(self._now)
        desk.used -= entry.cost
        if entry.request.channel != "text":
            desk.realtime -= 1
        desk.visits -= 1
        desk.version += 1
        if entry.state == OPEN and entry.given_at <= self._now:
            self._learn(entry.request.channel, self._now - entry.given_at)
        busy_of = max(self._now - desk.since, self.weights.fair_after_s)
        desk.fair = self.weights.cost_fair * desk.busy / busy_of
        entry.desk = None
        entry.pool.open -= 1
        if desk.on:
            return desk
        if desk.visits == 0:
            self._desks.pop(desk.id, None)
        return None

    def _learn(self, channel: str, lasted_s: float) -> None:
        lasted_s = max(lasted_s, _SHORTEST_S)
        usual = self.durations.get(channel, lasted_s)
        self.durations[channel] = usual + _NEW_SHARE * (lasted_s - usual)

    def fill(self, desk: Desk) -> None:
        """Whatever waits and fits, the highest turn first; then stand in the heaps again."""
        if desk.present:
            while (self.waiting or desk.held) and (found := self.next_for(desk)) is not None:
                self._take_up(found.entry)
                self.give(found.entry, desk, found.how, (), found.heads)
            self.improve(desk)
            if desk.drains is None and self.waiting:
                self.drain_if_wanted(desk)

    def enqueue(self, entry: Entry) -> None:
        pool = entry.pool
        entry.state = WAITING
        queue = pool.queue_like(entry)
        if not queue:
            pool.queues[queue.key] = queue
        pool.pace.pass_time(self._now, waits=pool.waiting > 0)
        if pool.waiting:
            pool.pace.overtakes[queue.urgency] += 1
        queue.push(entry)
        self._want(entry)
        pool.waiting += 1
        self.waiting += 1
        if not self._watching:
            self._watching = True
            self.set_timer(self._now + self.weights.strict_check_s, OVERLOAD, None)
        self.arm(queue, entry)

    def take_out(self, entry: Entry) -> None:
        """Of its queue or of its hold."""
        if entry.state == HELD:
            self.held -= 1
            entry.pool.open -= 1
            assert entry.desk is not None
            entry.desk.held.remove(entry)
            entry.desk = None
            return
        pool, queue = entry.pool, entry.queue
        assert queue is not None
        pool.pace.pass_time(self._now, waits=True)
        queue.remove(entry)
        if not queue:
            del pool.queues[queue.key]
        self._want_no_more(entry)
        pool.waiting -= 1
        self.waiting -= 1
        if pool.drainers:
            self._loose[pool] = None

    def _want(self, entry: Entry) -> None:
        for known in (entry.request.former, entry.request.preferred):
            if known is not None:
                self._wanted.setdefault(known, {})[entry] = None

    def _want_no_more(self, entry: Entry) -> None:
        for known in (entry.request.former, entry.request.preferred):
            wanting = None if known is None else self._wanted.get(known)
            if wanting is not None:
                wanting.pop(entry, None)
                if not wanting:
                    del self._wanted[known]

    def _take_up(self, entry: Entry) -> None:
        """Out of its queue and to a doctor: what it was told at first shows how good we tell."""
        if entry.state == WAITING:
            entry.pool.pace.taken += 1
        self.take_out(entry)
        if entry.told_s is not None and entry.told_as is not None:
            waited = self._now - entry.told_at
            self.accuracy.note(entry.request.department, entry.told_s, waited)
            self.candour.note(entry.told_as, entry.told_s, waited)
            entry.told_s = None

    def forget(self, entry: Entry) -> None:
        entry.state = GONE
        self._entries.pop(entry.request.id, None)

    def shut(self, entry: Entry, reason: str) -> None:
        """It is in no queue any more."""
        self.forget(entry)
        request = entry.request
        if reason == "nobody":
            close = Close(request.id, request.department, "nobody", self._now, _NOBODY)
        else:
            close = Close(request.id, request.department, "full", self._now, _FULL)
        self._out.append(close)

    def arm(self, queue: Queue, entry: Entry) -> None:
        """See to it that the next gate of a class, or of a request by itself, is not missed."""
        gates = queue.pool.gates[queue.need][queue.urgency]
        if queue.marked:
            for grade in range(queue.need + 1, 4):
                if gates[grade] and entry.arrived + gates[grade] > self._now:
                    self.set_timer(entry.arrived + gates[grade], WIDEN, entry)
            return
        head = queue.head()
        for grade in range(queue.need + 1, 4):
            opens = head.arrived + gates[grade]
            if opens > self._now:
                if opens < queue.timer_at:
                    queue.timer_at = opens
                    self.set_timer(opens, GATE, queue)
                return

    def settle(self, queues: list[Queue], entries: list[Entry]) -> None:
        """Give what has become possible, the highest turn first."""
        todo = [self._turned(queue.head(), queue) for queue in queues if queue]
        todo += [
            self._turned(entry, None)
            for entry in entries
            if entry.state == WAITING and entry.queue is not None
        ]
        heapify(todo)
        while todo:
            *_, entry, queue = heappop(todo)
            if entry.state == WAITING and entry.queue is not None and not self._settled(entry):
                continue
            if queue:
                heappush(todo, self._turned(queue.head(), queue))
        for waiting in queues:
            if waiting:
                self.arm(waiting, waiting.head())

    def _settled(self, entry: Entry) -> bool:
        """Whether it was given to somebody."""
        chosen = self.choose(entry)
        if chosen is not None:
            self._take_up(entry)
            self.give(entry, chosen.desk, chosen.how, chosen.others, ())
        elif entry.pool.channel != "text":
            self.drain_for(entry)
        return chosen is not None

    def _turned(self, entry: Entry, queue: Queue | None) -> Turned:
        own = queue or entry.queue
        assert own is not None
        return (*self.turn(entry, own), next(self._number), entry, queue)

    def settle_pools(self, pools: Iterable[Pool], hopeful: Iterable[Entry]) -> None:
        """Others may take from them now than before, or nobody. `hopeful`: each looked at by itself."""
        queues = [queue for pool in pools for queue in pool.queues.values()]
        plain = [q for q in queues if not q.marked]
        marked = [e for q in queues if q.marked for e in q.entries()]
        if self.close:
            without = [q for q in plain if q.pool.fitting(q.need) == 0]
            for entry in [*marked, *(e for q in without for e in q.entries())]:
                if self._is_hopeless(entry):
                    self.take_out(entry)
                    self.shut(entry, "nobody")
        for entry in marked:
            if entry.queue is not None:
                self.arm(entry.queue, entry)
        self.settle(plain, [*marked, *hopeful])

    def _is_hopeless(self, entry: Entry) -> bool:
        """Nobody on duty may ever have it."""
        pool = entry.pool
        need = entry.request.need if pool.named is None else 1
        fitting = pool.fitting(need)
        if fitting == 0 or not entry.barred:
            return fitting == 0
        never = 0
        for doctor_id, until in entry.barred.items():
            desk = self._desks.get(doctor_id)
            if until == NEVER_AGAIN and desk is not None and desk in pool.seats:
                never += desk.grade >= need
        return never >= fitting

    def hold(self, entry: Entry) -> bool:
        """A return patient waits a short while for a former doctor who has no room just now."""
        request = entry.request
        if request.former is None and request.preferred is None:
            return False
        wait = self.weights.hold_s(request.urgency)
        until = entry.arrived + wait
        if wait == 0.0 or until <= self._now or entry.barred is not None:
            return False
        seat = self.known_seat(entry)
        if seat is None or not self.is_worth_a_wait(seat.desk, entry, until - self._now):
            return False
        desk = seat.desk
        entry.state = HELD
        entry.desk = desk
        entry.until = until
        desk.held.append(entry)
        entry.pool.open += 1
        self.held += 1
        self.set_timer(until, RELEASE, entry)
        return True

    def unhold(self, desk: Desk) -> None:
        """Whoever waits for this doctor waits for anybody from now on."""
        for entry in list(desk.held):
            self.take_out(entry)
            self.enqueue(entry)
            self._waked.append(entry)

    def follow_up(self) -> None:
        """What the event has brought about beside itself, until nothing more comes of it."""
        while self._loose or self._gained or self._unsettled or self._waked:
            if self._loose:
                self._let_go(next(iter(self._loose)))
            elif len(self._gained) == 1 and not (self._unsettled or self._waked):
                self.fill(self._gained.popitem()[0])
            else:
                self._follow_up_all()

    def _follow_up_all(self) -> None:
        """Several doctors or pools at once: the highest turn first, whosever it is."""
        gained, self._gained = self._gained, {}
        pools, self._unsettled = self._unsettled, {}
        waked, self._waked = self._waked, []
        hopeful, self._hopeful = self._hopeful, []
        for desk in gained:
            if desk.present:
                self.improve(desk)
                pools.update(dict.fromkeys(desk.seats))
        pools.update(dict.fromkeys(entry.pool for entry in waked))
        self.settle_pools(pools, hopeful)
        for desk in gained:
            self.fill(desk)

    def _let_go(self, pool: Pool) -> None:
        """Doctors whom no call needs any more, or none that they may have, take text again."""
        del self._loose[pool]
        while len(pool.drainers) > pool.waiting:
            self.stop_draining(next(reversed(pool.drainers)))
        if any(queue.marked for queue in pool.queues.values()):
            for desk in [d for d in pool.drainers if not self._first_in(pool, d)]:
                self.stop_draining(desk)
