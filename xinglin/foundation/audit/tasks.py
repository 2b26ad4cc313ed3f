"""The worker's part: checks that somebody has asked for."""

from xinglin.foundation.audit.services import make_next_check


def make_checks() -> int:
    """One at a time; how many were made."""
    return int(make_next_check())
