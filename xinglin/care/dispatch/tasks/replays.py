"""The worker's part: days that somebody wants to see under another policy."""

from threading import Event

from xinglin.care.dispatch.services import make_next_replay


def make_replays(stop: Event | None = None) -> int:
    """One at a time; how many were made. Its child process ends as soon as `stop` is set."""
    return int(make_next_replay(stop=stop))
