"""CPU and memory of a hospital's processes from /proc, and percentiles."""

import math
import os
import resource
from collections.abc import Mapping, Sequence
from pathlib import Path

_TICK_S = 1 / os.sysconf("SC_CLK_TCK")


def cpu_s(leaders: Mapping[str, int]) -> dict[str, float]:
    """Seconds of CPU used so far by each leader and all below it, those that have ended included."""
    return {
        name: sum(_ticks(pid) for pid in tree) * _TICK_S for name, tree in _trees(leaders).items()
    }


def own_cpu_s() -> float:
    """Of this process: what the load itself costs on the same cores."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def pss_mb(leaders: Mapping[str, int]) -> dict[str, float]:
    """Memory of each leader and all below it; shared pages count in proportion."""
    return {
        name: sum(_pss_kb(pid) for pid in tree) / 1024 for name, tree in _trees(leaders).items()
    }


def percentile(values: Sequence[float], percent: float) -> float:
    """Nearest rank; 0 of nothing."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[max(0, math.ceil(percent / 100 * len(ordered)) - 1)]


def _trees(leaders: Mapping[str, int]) -> dict[str, set[int]]:
    """A leader that is itself below another counts only once, for itself."""
    below: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        fields = _stat(int(entry.name))
        if fields:
            below.setdefault(int(fields[1]), []).append(int(entry.name))
    trees: dict[str, set[int]] = {}
    for name, leader in leaders.items():
        others = set(leaders.values()) - {leader}
        todo, tree = [leader], set()
        while todo:
            pid = todo.pop()
            tree.add(pid)
            todo += [child for child in below.get(pid, []) if child not in others]
        trees[name] = tree
    return trees


def _stat(pid: int) -> list[str]:
    """The fields after the command's name."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _ticks(pid: int) -> int:
    """utime, stime, and those of children that were waited for."""
    fields = _stat(pid)
    return sum(int(field) for field in fields[11:15]) if fields else 0


def _pss_kb(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
