"""The books of the engine: requests, doctors' desks, the queues they meet in."""

from bisect import bisect_left, insort
from heapq import heapify, heappush
from math import exp, inf

from xinglin.care.dispatch.engine.accuracy import Kind
from xinglin.care.dispatch.engine.order import band_of
from xinglin.care.dispatch.engine.shapes import Doctor, Id, Request

WAITING, HELD, OFFERED, OPEN, GONE = range(5)
"""Where a request is: in a queue, with a former doctor's name, asked for, with a doctor, forgotten."""

# What a doctor costs who has no usual room: beyond every real cost, in this order.
OVER = 1_000.0  # one more than the units, for urgency 1 alone; takes no new text while it drains
FAR = 2_000.0  # must end something first; may begin to drain
OVER_DRAINING = 3_000.0  # one more than the units, and drains already
_SLACK, _SMALL = 4, 64

# Load, last asked, number of the desk, number of the seat, the seat: smaller is asked sooner.
Free = tuple[float, float, int, int, "Seat"]
Item = tuple[float, int, "Entry"]
QueueKey = tuple[int, int, int, bool]


class Entry:
    """A request in the books.

    `arrived`: its turn counts from here; `number`: among equals. `given_at`: infinite when nobody knows.
    """

    __slots__ = (
        "arrived",
        "barred",
        "cost",
        "desk",
        "given_at",
        "number",
        "pool",
        "queue",
        "request",
        "state",
        "told_as",
        "told_at",
        "told_s",
        "until",
    )

    def __init__(self, request: Request, pool: "Pool", arrived: float, number: int) -> None:
        self.request = request
        self.pool = pool
        self.arrived = arrived
        self.number = number
        self.state = WAITING
        self.cost = 0
        self.given_at = 0.0
        self.queue: Queue | None = None
        self.desk: Desk | None = None  # who was asked, has it, or is waited for
        self.barred: dict[Id, float] | None = None
        self.until = inf  # of the hold
        self.told_at = inf
        self.told_as: Kind | None = None
        self.told_s: float | None = None


class Queue:
    """One class of a pool: same need, urgency and band, by arrival; the oldest is the head.

    Within a class the order of arrival is that of priority at every moment, so nothing is sorted
    again. `marked`: of those whom some doctor declined; each of them is looked at by itself.
    """

    __slots__ = ("band", "items", "key", "marked", "need", "pool", "start", "timer_at", "urgency")

    def __init__(self, pool: "Pool", key: QueueKey) -> None:
        self.pool = pool
        self.key = key
        self.need, self.urgency, self.band, self.marked = key
        self.items: list[Item] = []
        self.start = 0
        self.timer_at = inf

    def __len__(self) -> int:
        return len(self.items) - self.start

    def head(self) -> Entry:
        return self.items[self.start][2]

    def push(self, entry: Entry) -> None:
        insort(self.items, (entry.arrived, entry.number, entry), lo=self.start)
        entry.queue = self

    def remove(self, entry: Entry) -> None:
        items, start = self.items, self.start
        entry.queue = None
        if items[start][2] is entry:
            start += 1
            if start > _SMALL and start * 2 > len(items):
                del items[:start]
                start = 0
            self.start = start
        else:
            place = bisect_left(items, (entry.arrived, entry.number), lo=start)
            del items[place]

    def entries(self) -> list[Entry]:
        return [item[2] for item in self.items[self.start :]]


class Seat:
    """A doctor's place in a pool. `entry`: the one that counts in the heap; others are stale."""

    __slots__ = ("desk", "entry", "heap", "number", "own", "pool", "version")

    def __init__(self, desk: "Desk", pool: "Pool", number: int, *, own: bool) -> None:
        self.desk = desk
        self.pool = pool
        self.number = number
        self.own = own
        self.heap = pool.heaps[desk.grade * 2 + (0 if own else 1)]
        self.entry: Free | None = None
        self.version = -1


class Desk:
    """A doctor with what is open. `fair`: share of busy time, as of the last freed slot."""

    __slots__ = (
        "away_until",
        "base",
        "busy",
        "declined",
        "doctor",
        "drains",
        "fair",
        "grade",
        "held",
        "id",
        "idle_since",
        "number",
        "on",
        "paused",
        "present",
        "realtime",
        "seats",
        "seen",
        "since",
        "units",
        "used",
        "version",
        "visits",
    )

    def __init__(self, doctor: Doctor, number: int, now: float) -> None:
        self.id = doctor.id
        self.doctor = doctor
        self.number = number
        self.grade = doctor.grade
        self.units = doctor.units
        self.used = doctor.used
        self.realtime = doctor.realtime
        self.idle_since = doctor.idle_since
        self.base = 0.0
        self.fair = self.busy = 0.0
        self.since = self.seen = now
        self.on = self.present = self.paused = False
        self.away_until = 0.0
        self.declined = self.visits = self.version = 0
        self.drains: Pool | None = None
        self.held: list[Entry] = []
        self.seats: dict[Pool, Seat] = {}

    def pass_time(self, now: float) -> None:
        self.busy += self.used / self.units * (now - self.seen)
        self.seen = now

    def load(self, channel: str, over: int) -> float | None:
        """What it costs to ask for one more; None: cannot be asked. `over`: units above the cap."""
        if not self.present or (self.realtime and channel != "text"):
            return None
        after = self.used + self.doctor.costs[channel]
        cost = self.used / self.units + self.fair + self.base
        if channel == "text":
            if after <= self.units:
                return cost if self.drains is None else cost + OVER
            return cost + OVER if after <= self.units + over else None
        if after <= self.units:
            return cost
        if after <= self.units + over:
            return cost + (OVER if self.drains is None else OVER_DRAINING)
        return cost + FAR if self.drains is None else None


class Pool:
    """Where the requests and doctors of one department, channel and wish meet.

    `heaps`: [grade * 2 + (0 own department, 1 secondary)]. `on`, `present`: doctors by grade, on duty
    and such as may be asked now or when they have room. `gates`: [need][urgency][grade] -> seconds.
    `spared`: the switch "spare" is on in the department.
    """

    __slots__ = (
        "channel",
        "department",
        "drainers",
        "gates",
        "heaps",
        "key",
        "made",
        "named",
        "on",
        "open",
        "pace",
        "present",
        "queues",
        "seats",
        "spared",
        "waiting",
    )

    def __init__(
        self, key: "PoolKey", gates: "Gates", pace: "Pace", *, spared: bool = False
    ) -> None:
        self.key = key
        self.department, self.channel, self.named = key[:3]
        self.heaps: list[list[Free]] = [[] for _ in range(8)]
        self.seats: dict[Desk, Seat] = {}
        self.on = [0, 0, 0, 0]
        self.present = [0, 0, 0, 0]
        self.gates = gates
        self.spared = spared
        self.made: dict[QueueKey, Queue] = {}
        self.queues: dict[QueueKey, Queue] = {}
        self.waiting = self.open = 0
        self.drainers: dict[Desk, None] = {}
        self.pace = pace

    def push(self, seat: Seat, entry: Free) -> None:
        heap = seat.heap
        seat.entry = entry
        seat.version = seat.desk.version
        heappush(heap, entry)
        if len(heap) > _SMALL + _SLACK * len(self.seats):
            heap[:] = [e for e in heap if e[4].entry is e]
            heapify(heap)

    def queue_like(self, entry: Entry) -> Queue:
        """The class of this request, whether it stands in it or not."""
        request = entry.request
        need = request.need if self.named is None else 1
        key = (need, request.urgency, band_of(request), entry.barred is not None)
        queue = self.made.get(key)
        if queue is None:
            queue = self.made[key] = Queue(self, key)
        return queue

    def fitting(self, need: int) -> int:
        """Doctors on duty who may have it at all."""
        return sum(self.on[need:])


class Pace:
    """How fast a pool's queue is served, over its last busy minutes: the time without one is no time.

    `overtakes`: arrivals by urgency while somebody waited.
    """

    __slots__ = ("at", "busy", "overtakes", "taken", "window")

    def __init__(self, window: float, now: float) -> None:
        self.window = window
        self.at = now
        self.busy = self.taken = 0.0
        self.overtakes = [0.0] * 5

    def pass_time(self, now: float, *, waits: bool) -> None:
        gone = now - self.at
        self.at = now
        if waits and gone > 0:
            left = exp(-gone / self.window)
            self.busy = self.busy * left + self.window * (1 - left)
            self.taken *= left
            self.overtakes = [n * left for n in self.overtakes]


PoolKey = tuple[str, str, Id | None, str | None, str | None, int | None]
Gates = list[list[list[float]]]
