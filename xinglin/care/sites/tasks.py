"""What the worker does for sites by the clock."""

from datetime import datetime, timedelta
from typing import Final

from xinglin.care.sites.services import hearing, sweeping
from xinglin.foundation.outbox import queries as outbox_queries
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel import clock

_NAME: Final = "silent sites"
_AWAY: Final = timedelta(minutes=1)
# Every device that is well speaks within it.
_LISTENS_FIRST: Final = timedelta(minutes=2)


class Watch:
    """When the house itself was away nobody could be heard: it listens first, and alarms afterwards."""

    def __init__(self) -> None:
        self._from: datetime | None = None

    def look(self, at: datetime) -> int:
        """How many sites have fallen silent."""
        last = outbox_queries.heartbeats().get(_NAME)
        outbox.beat(_NAME)
        if last is not None and at - last > _AWAY:
            self._from = at + _LISTENS_FIRST
        if self._from is not None and at < self._from:
            return 0
        return hearing.note_silences(at=at)


_watch = Watch()


def watch() -> int:
    """Nothing is left to do at once."""
    _watch.look(clock.now())
    return 0


def forget_spans() -> int:
    return hearing.forget_spans(at=clock.now())


def tidy() -> int:
    """Who asked for nobody, and what is kept no longer."""
    at = clock.now()
    return sweeping.lapse_walk_ins(at=at) + sweeping.drop_old(at=at)
