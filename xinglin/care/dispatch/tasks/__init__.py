"""The dispatcher's loop, the sweeper of offers and duties, and the eye on records."""

from xinglin.care.dispatch.tasks.dispatcher import run
from xinglin.care.dispatch.tasks.overdue import find_overdue_records
from xinglin.care.dispatch.tasks.promises import settle_promises
from xinglin.care.dispatch.tasks.replays import make_replays
from xinglin.care.dispatch.tasks.sweeper import sweep

__all__ = ["find_overdue_records", "make_replays", "run", "settle_promises", "sweep"]
