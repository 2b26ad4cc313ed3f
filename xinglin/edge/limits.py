"""Leaky buckets in memory: a limit per person, device or address, held by each process for itself.

Several processes together allow as many times more; what must hold across processes (codes by SMS,
visits open at once) is counted in the database by the module that owns it. Time is monotonic: a
clock that is set back neither opens nor shuts anything.
"""

import time
from collections.abc import Hashable

from xinglin.kernel.errors import TooMany

MAX_KEYS = 50_000
_monotonic = time.monotonic


class Bucket:
    """One key's share: `burst` acts at once, `per_second` in the long run."""

    __slots__ = ("_burst", "_level", "_per_second", "_since")

    def __init__(self, burst: float, per_second: float, at: float | None = None) -> None:
        self._burst = burst
        self._per_second = per_second
        self._level = burst
        self._since = _monotonic() if at is None else at

    def spend(self, at: float | None = None) -> None:
        """`at` in seconds of a monotonic clock. Raises TooMany, which says when to come again."""
        if at is None:
            at = _monotonic()
        level = self._level + (at - self._since) * self._per_second
        level = min(level, self._burst)
        self._since = at
        if level < 1:
            self._level = level
            raise TooMany(retry_after_s=max(1, round((1 - level) / self._per_second)))
        self._level = level - 1

    def is_full(self, at: float) -> bool:
        return self._level + (at - self._since) * self._per_second >= self._burst


class Buckets:
    """A bucket for each key."""

    def __init__(self, burst: float, per_second: float) -> None:
        self._burst = burst
        self._per_second = per_second
        self._buckets: dict[Hashable, Bucket] = {}
        self._most = MAX_KEYS

    def of(self, key: Hashable, at: float | None = None) -> Bucket:
        """For who spends often: look it up once, as long as there is something to spend for."""
        found = self._buckets.get(key)
        if found is None:
            found = self._buckets[key] = Bucket(self._burst, self._per_second, at)
            if len(self._buckets) > self._most:
                self._forget_full(_monotonic() if at is None else at)
        return found

    def spend(self, key: Hashable, at: float | None = None) -> None:
        """`at` in seconds of a monotonic clock. Raises TooMany, which says when to come again."""
        self.of(key, at).spend(at)

    def _forget_full(self, at: float) -> None:
        """A bucket that has filled up again needs no memory; not looked for anew at each key."""
        self._buckets = {k: b for k, b in self._buckets.items() if not b.is_full(at)}
        self._most = max(MAX_KEYS, 2 * len(self._buckets))
