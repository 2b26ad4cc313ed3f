"""Forgetting what every leader has taken up."""

import time
from collections import deque

from xinglin.care.dispatch.queries.changes import moment
from xinglin.foundation.database import services as database

KEPT_S = 30.0
"""A leader who has not looked for so long reads everything anew."""
_FORGET = """
    delete from dispatch_change where xid < pg_snapshot_xmax(%(then)s::text::pg_snapshot)
        and pg_visible_in_snapshot(xid, %(then)s::text::pg_snapshot)
"""


class Forgetting:
    """What had been committed at a moment that is long enough ago, by the clock of this process."""

    def __init__(self, kept_s: float = KEPT_S) -> None:
        self._kept_s = kept_s
        self._moments: deque[tuple[float, str]] = deque()

    def forget(self, now_s: float) -> int:
        """How many rows went."""
        self._moments.append((now_s, moment()))
        then = None
        while self._moments and self._moments[0][0] <= now_s - self._kept_s:
            _, then = self._moments.popleft()
        return 0 if then is None else database.change(_FORGET, {"then": then})


_forgetting = Forgetting()


def forget_changes() -> int:
    """For the worker. Nothing is left to do at once."""
    _forgetting.forget(time.monotonic())
    return 0
