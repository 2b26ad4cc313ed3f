"""Records that nobody has signed in time."""

from datetime import datetime, timedelta

from xinglin.care.dispatch.services.abnormal import RECORD_WITHIN, note_overdue_records
from xinglin.kernel import clock

# Looked at once after a start; afterwards only what has become due since.
_BEHIND = timedelta(days=2)
_AGAIN = timedelta(minutes=1)


class Watch:
    """How far it has looked. What a look writes twice, the table keeps once."""

    def __init__(self) -> None:
        self._until: datetime | None = None

    def look(self, at: datetime) -> int:
        since = at - _BEHIND if self._until is None else min(self._until, at) - _AGAIN
        found = note_overdue_records(ended_after=since - RECORD_WITHIN, at=at)
        self._until = at
        return found


_watch = Watch()


def find_overdue_records() -> int:
    return _watch.look(clock.now())
