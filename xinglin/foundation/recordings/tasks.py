"""The worker's loops of recordings."""

from xinglin.foundation.recordings.services import check_due, drop_due, make_due

__all__ = ["check_due", "drop_due", "make_due"]
