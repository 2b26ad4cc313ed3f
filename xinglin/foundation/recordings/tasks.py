"""The worker's loops of recordings."""

from xinglin.foundation.recordings.services import check_next, drop_due, make_due

__all__ = ["check_next", "drop_due", "make_due"]
