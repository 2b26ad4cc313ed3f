"""The worker's part: dispute packages."""

from xinglin.care.quality.services import drop_expired, make_next_package


def make_packages() -> int:
    """One at a time; how many were made."""
    return int(make_next_package())


def drop_packages() -> int:
    return drop_expired()
