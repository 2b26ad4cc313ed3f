"""Leaky buckets in memory: a limit per person, device or address, held by each process for itself.

Several processes together allow as many times more; what must hold across processes (codes by SMS,
visits open at once) is counted in the database by the module that owns it.
"""

import time
from collections.abc import Hashable

from xinglin.kernel.errors import TooMany

MAX_KEYS = 50_000


class Buckets:
    """`burst` acts at once, `per_second` in the long run, for each key."""

    def __init__(self, burst: float, per_second: float) -> None:
        self._burst = burst
        self._per_second = per_second
        self._levels: dict[Hashable, tuple[float, float]] = {}

    def spend(self, key: Hashable, at: float | None = None) -> None:
        """`at` in seconds of a monotonic clock. Raises TooMany, which says when to come again."""
        at = time.monotonic() if at is None else at
        level, since = self._levels.get(key, (self._burst, at))
        level = min(self._burst, level + (at - since) * self._per_second)
        if level < 1:
            raise TooMany(retry_after_s=max(1, round((1 - level) / self._per_second)))
        self._levels[key] = (level - 1, at)
        if len(self._levels) > MAX_KEYS:
            self._forget_full(at)

    def _forget_full(self, at: float) -> None:
        """A bucket that has filled up again needs no memory."""
        full_after = self._burst / self._per_second
        self._levels = {k: v for k, v in self._levels.items() if at - v[1] < full_after}
