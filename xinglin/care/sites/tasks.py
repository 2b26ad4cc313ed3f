"""What the worker does for sites by the clock."""

from xinglin.care.sites.services import hearing
from xinglin.kernel import clock


def watch() -> int:
    """Who has fallen silent; nothing is left to do at once."""
    hearing.note_silences(at=clock.now())
    return 0


def forget_spans() -> int:
    return hearing.forget_spans(at=clock.now())
