"""Memory that processes hold for themselves, for before and after.

Shared buffers and files are left out: they grow by use and are given back by the kernel.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

# Python and PostgreSQL do not give back every page: that much is no leak.
SLACK_SHARE = 0.10
SLACK_MB = 8.0
# Over a whole run: what a process that has just been started has not yet needed comes on top.
SPAN_SLACK_MB = 16.0
_LOOK_S = 0.25
_STILL_MB = 0.5


def anon_mb(leaders: Mapping[str, int]) -> dict[str, float]:
    """Of each leader and all below it, in proportion where pages are shared after a fork."""
    below = _children()
    taken = set(leaders.values())
    return {name: sum(map(_anon_mb, _tree(pid, below, taken))) for name, pid in leaders.items()}


def is_back(
    before: Mapping[str, float], after: Mapping[str, float], slack_mb: float = SLACK_MB
) -> bool:
    """Of the live process, and of all together."""
    pairs = [(before["live"], after.get("live", 0.0)), (sum(before.values()), sum(after.values()))]
    return all(new <= old * (1 + SLACK_SHARE) + slack_mb for old, new in pairs)


@dataclass(frozen=True)
class Span:
    """MB by process, when the hospital was opened and after all that was done to it."""

    start: Mapping[str, float]
    end: Mapping[str, float]

    @property
    def holds(self) -> bool:
        """Many small remains, each within the slack of its fault, would be seen here."""
        return is_back(self.start, self.end, SPAN_SLACK_MB)

    @property
    def words(self) -> str:
        each = ", ".join(
            f"{n} {mb:.0f} -> {self.end.get(n, 0):.0f}" for n, mb in self.start.items()
        )
        verdict = "holds" if self.holds else "BROKEN"
        return f"memory over the whole run (MB): {each}: {verdict}"

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "holds": self.holds}


async def spanned(
    leaders: Callable[[], Mapping[str, int]], start: Mapping[str, float], within_s: float
) -> Span:
    """To its end: nobody is starting any more, and the memory is back or the patience is over."""
    await at_rest(leaders, set(start))
    return Span(start, await settled(leaders, start, within_s, SPAN_SLACK_MB))


async def at_rest(
    leaders: Callable[[], Mapping[str, int]], everybody: set[str], within_s: float = 15.0
) -> dict[str, float]:
    """The memory once everybody is there and none is still starting."""
    until = time.monotonic() + within_s
    last = anon_mb(leaders())
    while time.monotonic() < until:
        await asyncio.sleep(_LOOK_S)
        found = anon_mb(leaders())
        still = all(abs(mb - last.get(name, 0.0)) < _STILL_MB for name, mb in found.items())
        if found.keys() >= everybody and still:
            return found
        last = found
    return last


async def settled(
    leaders: Callable[[], Mapping[str, int]],
    before: Mapping[str, float],
    within_s: float,
    slack_mb: float = SLACK_MB,
) -> dict[str, float]:
    """The memory once it is back to where it was, or at the end of the patience."""
    until = time.monotonic() + within_s
    while True:
        found = anon_mb(leaders())
        whole = found.keys() >= before.keys()
        if (whole and is_back(before, found, slack_mb)) or time.monotonic() > until:
            return found
        await asyncio.sleep(_LOOK_S)


def _children() -> dict[int, list[int]]:
    below: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        below.setdefault(int(fields[1]), []).append(int(entry.name))
    return below


def _tree(leader: int, below: Mapping[int, list[int]], taken: set[int]) -> set[int]:
    """A leader that is itself below another counts only for itself."""
    todo, tree = [leader], set()
    while todo:
        pid = todo.pop()
        tree.add(pid)
        todo += [child for child in below.get(pid, []) if child not in taken]
    return tree


def _anon_mb(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss_Anon:")) / 1024
