"""The trials, each a window of time in which everything is counted."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench import measures
from bench.measures import percentile
from bench.messages import baseline, door
from bench.messages.baseline import Reached
from bench.messages.stage import Stage
from bench.messages.talk import ALTERNATING, Crowd

_WARM_UP_S = 1.0
_SETTLE_S = 3.0
_FIRST_SOCKETS = 50
_COUNTED_AFTER_S = 1.2  # a back end tells its statistics at most once a second
_COMMITS = "select xact_commit from pg_stat_database where datname = current_database()"


@dataclass(frozen=True)
class Window:
    """Latencies in ms from the send; CPU in seconds by process, the generator's own apart."""

    seconds: float
    acked_ms: list[float]
    delivered_ms: list[float]
    cpu_s: dict[str, float]
    generator_s: float
    commits: int = 0

    def without(self, idle_cores: Mapping[str, float]) -> "Window":
        """Less what the processes use in the same time when nobody says anything."""
        left = {n: s - self.seconds * idle_cores.get(n, 0.0) for n, s in self.cpu_s.items()}
        return replace(self, cpu_s=left)

    @property
    def batch(self) -> float:
        """Messages in one commit, about: PostgreSQL counts each second."""
        return len(self.acked_ms) / max(1, self.commits)

    @property
    def per_second(self) -> float:
        return len(self.acked_ms) / self.seconds

    @property
    def delivered_per_second(self) -> float:
        return len(self.delivered_ms) / self.seconds

    @property
    def cost_us(self) -> float:
        """CPU of all processes of the house for each acknowledged message."""
        return 1e6 * sum(self.cpu_s.values()) / max(1, len(self.acked_ms))

    @property
    def cost_us_delivered(self) -> float:
        return 1e6 * sum(self.cpu_s.values()) / max(1, len(self.delivered_ms))

    @property
    def cost_us_by_process(self) -> dict[str, float]:
        messages = max(1, len(self.acked_ms))
        return {name: round(1e6 * s / messages, 1) for name, s in self.cpu_s.items()}

    @property
    def generator_us(self) -> float:
        return 1e6 * self.generator_s / max(1, len(self.acked_ms))

    @property
    def cores_busy(self) -> float:
        return (sum(self.cpu_s.values()) + self.generator_s) / self.seconds


class _Watch:
    """Begins to count when it is made."""

    def __init__(self, leaders: dict[str, int], crowd: Crowd) -> None:
        self._leaders, self._crowd = leaders, crowd
        self._from = len(crowd.acked), len(crowd.delivered)
        self._cpu, self._generator = measures.cpu_s(leaders), time.process_time()
        self._began = time.perf_counter()

    def window(self) -> Window:
        took = time.perf_counter() - self._began
        generator, cpu = time.process_time(), measures.cpu_s(self._leaders)
        acked, delivered = self._from
        return Window(
            seconds=took,
            acked_ms=[1000 * s for s in self._crowd.acked[acked:]],
            delivered_ms=[1000 * s for s in self._crowd.delivered[delivered:]],
            cpu_s={name: cpu[name] - self._cpu[name] for name in cpu},
            generator_s=generator - self._generator,
        )


async def closed(
    stage: Stage,
    crowd: Crowd,
    seconds: float,
    *,
    how: str = ALTERNATING,
    pairs: int,
    at_once: int = 1,
) -> Window:
    """Everybody goes on as soon as the last message has come; each pair `at_once` in flight."""
    crowd.begin(how, pairs, at_once)
    await asyncio.sleep(_WARM_UP_S)
    watch = _Watch(stage.leaders, crowd)
    await asyncio.sleep(seconds)
    window = watch.window()
    await crowd.end()
    return window


async def quiet(stage: Stage, seconds: float) -> dict[str, float]:
    """Cores that each process uses while all sockets are open and nobody says anything."""
    await asyncio.sleep(_WARM_UP_S)
    before, began = measures.cpu_s(stage.leaders), time.perf_counter()
    await asyncio.sleep(seconds)
    after, took = measures.cpu_s(stage.leaders), time.perf_counter() - began
    return {name: (after[name] - before[name]) / took for name in after}


async def cost(
    stage: Stage, crowd: Crowd, seconds: float, *, how: str, pairs: int, idle: Mapping[str, float]
) -> Window:
    """What a message costs when only so many pairs talk; the idle house's own use is taken off."""
    before = await _commits(stage)
    window = await closed(stage, crowd, seconds, how=how, pairs=pairs)
    await asyncio.sleep(_COUNTED_AFTER_S)
    share = window.seconds / (window.seconds + _WARM_UP_S)
    return replace(window.without(idle), commits=round(share * (await _commits(stage) - before)))


async def _commits(stage: Stage) -> int:
    return int((await asyncio.to_thread(stage.sql, _COMMITS))[0][0])


async def closed_with_marks(
    stage: Stage, crowd: Crowd, seconds: float, *, how: str, pairs: int
) -> tuple[Window, float]:
    """Every side marks what it has heard, as browsers do; also the marks told to sides a second."""
    heard = crowd.marks
    marking = asyncio.create_task(crowd.mark_like_browsers(pairs))
    try:
        window = await closed(stage, crowd, seconds, how=how, pairs=pairs)
    finally:
        marking.cancel()
    return window, (crowd.marks - heard) / (seconds + _WARM_UP_S)


async def paced(
    stage: Stage, crowd: Crowd, seconds: float, *, per_second: float, pairs: int
) -> Window:
    """Open loop: at even times, however long the answers take."""
    await crowd.pace(per_second, _WARM_UP_S, pairs)
    watch = _Watch(stage.leaders, crowd)
    await crowd.pace(per_second, seconds, pairs)
    await crowd.end()
    return watch.window()


async def single(stage: Stage, crowd: Crowd, times: int) -> Window:
    """One message at a time, and nothing else to do."""
    watch = _Watch(stage.leaders, crowd)
    for n in range(times):
        crowd.pairs[0].say(n % 2)
        await asyncio.sleep(0.025)
    await crowd.end()
    return watch.window()


async def pgbench(
    stage: Stage, scripts: dict[str, Path], seconds: float, clients: Mapping[str, Sequence[int]]
) -> dict[str, Reached]:
    """In a thread: sockets that are open go on answering pings."""
    return await asyncio.to_thread(baseline.sweep, stage, scripts, seconds, clients)


@dataclass(frozen=True)
class Idle:
    """`cpu_percent`: of one core, by process, over a time that holds a round of pings."""

    sockets: int
    per_second: float
    kb_each: dict[str, float]
    cpu_percent: dict[str, float]


async def idle(stage: Stage, entry: door.Door, sockets: int, seconds: float) -> Idle:
    """Of processes that have just been started: open tabs that only listen."""
    sessions = stage.cast.sessions
    first = await door.idlers(entry, sessions[:_FIRST_SOCKETS])
    await asyncio.sleep(_SETTLE_S)
    before, began = measures.pss_mb(stage.leaders), time.perf_counter()
    tabs = await door.idlers(entry, sessions[_FIRST_SOCKETS : _FIRST_SOCKETS + sockets])
    took = time.perf_counter() - began
    await asyncio.sleep(_SETTLE_S)
    after, cpu = measures.pss_mb(stage.leaders), measures.cpu_s(stage.leaders)
    await asyncio.sleep(seconds)
    used = {name: s - cpu[name] for name, s in measures.cpu_s(stage.leaders).items()}
    cut = sum(tab.cut for tab in first + tabs)
    for tab in first + tabs:
        tab.leave()
    if cut:
        raise SystemExit(f"bench: {cut} of {sockets} idle sockets were closed by the house")
    return Idle(
        sockets=len(tabs),
        per_second=len(tabs) / took,
        kb_each={name: 1024 * (after[name] - before[name]) / len(tabs) for name in after},
        cpu_percent={name: 100 * s / seconds for name, s in used.items()},
    )


def p(values: Sequence[float], percent: float) -> float:
    return round(percentile(values, percent), 2)
