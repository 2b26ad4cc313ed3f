"""One fault from its beginning to its verdict."""

import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, field
from typing import Any

from bench.faults import ledger, memory
from bench.faults.cast import Pair
from bench.faults.ledger import Finding
from bench.faults.stage import Stage
from bench.faults.talk import Crowd
from bench.measures import percentile

_STEADY_WITHIN_S = 30.0
_RECOVERED_WITHIN_S = 90.0
_HEARD_WITHIN_S = 60.0
_MEMORY_WITHIN_S = 20.0
_PACE_S = 0.3


@dataclass
class Scene:
    """What a fault acts on; `villain` is a pair that does not talk with the others.

    It adds to `broken` what must not be, to `notes` what it saw.
    """

    stage: Stage
    crowd: Crowd
    villain: Pair
    short: bool
    broken: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def must(self, holds: bool, words: str) -> None:  # noqa: FBT001  # reads as a sentence
        if not holds:
            self.broken.append(words)


@dataclass(frozen=True)
class Fault:
    """`act` hurts, and answers the moment from which the recovery counts."""

    name: str
    words: str
    act: Callable[[Scene], Awaitable[float]]
    needs_volume: bool = False
    two_houses: bool = False
    false_clock: bool = False


@dataclass
class Outcome:
    """A row of the table; memory in MB, of the live process and of all together."""

    name: str
    words: str
    conversations: int = 0
    finding: Finding = field(default_factory=Finding)
    recovery_s: float | None = None
    p99_ms: float = 0.0
    live_mb: tuple[float, float] = (0.0, 0.0)
    all_mb: tuple[float, float] = (0.0, 0.0)
    lines: int = 0
    took_s: float = 0.0
    broken: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    skipped: str = ""

    @property
    def verdict(self) -> str:
        if self.skipped:
            return "skipped"
        return "holds" if self.finding.holds and not self.broken else "BROKEN"

    def as_json(self) -> dict[str, Any]:
        found = asdict(self)
        return {**found.pop("finding"), **found, "verdict": self.verdict}


async def play(fault: Fault, stage: Stage, seated: list[Pair], *, short: bool) -> Outcome:
    """The last pair talks only when the fault makes it."""
    *pairs, villain = seated
    outcome = Outcome(fault.name, fault.words, conversations=len(pairs))
    if fault.needs_volume and stage.volume is None:
        outcome.skipped = stage.no_volume
        return outcome
    before = await memory.at_rest(stage.leaders, stage.everybody)
    began = time.monotonic()
    async with AsyncExitStack() as stack:
        elsewhere = (
            await stack.enter_async_context(stage.another_live()) if fault.two_houses else None
        )
        crowd = Crowd(pairs, stage.door, _PACE_S, elsewhere)
        scene = Scene(stage, crowd, villain, short, outcome.broken, outcome.notes)
        await _act(fault, scene, outcome)
    after = await memory.settled(stage.leaders, before, _MEMORY_WITHIN_S)
    outcome.took_s = time.monotonic() - began
    outcome.live_mb = before["live"], after.get("live", 0.0)
    outcome.all_mb = sum(before.values()), sum(after.values())
    if not memory.is_back(before, after):
        grown = {n: f"{before.get(n, 0):.0f} -> {mb:.0f}" for n, mb in after.items()}
        outcome.broken.append(f"memory is not back: {grown}")
    return outcome


async def _act(fault: Fault, scene: Scene, outcome: Outcome) -> None:
    crowd = scene.crowd
    began = time.monotonic()
    try:
        async with crowd:
            await crowd.all_answered(began, _STEADY_WITHIN_S)
            hurt_at = time.monotonic()
            free_at = await fault.act(scene)
            answered = await crowd.all_answered(free_at, _RECOVERED_WITHIN_S)
            outcome.recovery_s = answered - free_at
            await crowd.fall_silent(_HEARD_WITHIN_S)
        outcome.p99_ms = 1000 * percentile(crowd.waited_s(hurt_at, answered), 99)
    except TimeoutError:
        outcome.broken.append(f"not everybody was answered in time: {_left(crowd)}")
    outcome.lines = sum(talker.lines for talker in crowd.talkers)
    stored = await scene.stage.read_back(crowd.pairs)
    outcome.finding = ledger.compare(crowd.accounts, stored)
    for code in sorted({code for account in crowd.accounts for code in account.refused}):
        outcome.broken.append(f"refused: {code}")


def _left(crowd: Crowd) -> str:
    silent = [t for t in crowd.talkers if not t.at_rest or not t.account.acks]
    return f"{len(silent)} of {len(crowd.talkers)} with something unanswered"
