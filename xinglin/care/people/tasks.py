"""The worker's part: copies of people's own data, licences that end, drafts left behind."""

from xinglin.care.people.services.exporting import drop_expired, make_next_export
from xinglin.care.people.services.licences import lapse_applications, warn_of_ends
from xinglin.care.people.services.sheets import take_up_next
from xinglin.kernel import clock


def make_exports() -> int:
    """One at a time; how many were made."""
    return int(make_next_export())


def drop_exports() -> int:
    return drop_expired()


def tend_credentials() -> int:
    at = clock.now()
    return warn_of_ends(at) + lapse_applications(at)


def take_up_sheets() -> int:
    """One at a time; how many were looked at or applied."""
    return int(take_up_next())
