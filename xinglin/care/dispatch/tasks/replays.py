"""The worker's part: days that somebody wants to see under another policy."""

from xinglin.care.dispatch.services import make_next_replay


def make_replays() -> int:
    """One at a time; how many were made."""
    return int(make_next_replay())
