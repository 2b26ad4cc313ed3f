"""Who may touch a walk-in: the assistant of its site, at a device of that site, on its day.

Who is still there at midnight stays; what ended just before it is there a little longer, for its papers.
"""

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q

from xinglin.care.sites.models import SiteStaff, WalkIn
from xinglin.care.sites.types import OPEN
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel.errors import NotFound
from xinglin.policy.rules import local_date

STAYS: Final = timedelta(hours=24)
AFTER: Final = timedelta(hours=3)


def site_at(viewer: Viewer) -> UUID:
    """Where the assistant stands: staff of the site that the device belongs to.

    Raises:
        NotFound: no enrolled device, a revoked one, or one of another site; or no site's staff.
    """
    found = (
        SiteStaff.objects.filter(
            user_id=viewer.user_id,
            removed_at__isnull=True,
            site__closed_at__isnull=True,
            site__devices=viewer.station,
            site__devices__revoked_at__isnull=True,
        )
        .values_list("site_id", flat=True)
        .first()
        if viewer.station and viewer.bound_to is None
        else None
    )
    if found is None:
        raise NotFound
    return found


def check_own(viewer: Viewer, row: WalkIn, *, place: str, at: datetime) -> None:
    """Raises NotFound: another site's, another day's, or not at the site."""
    if row.site_id != site_at(viewer) or not _is_of_now(row, local_date(at, place), at):
        raise NotFound


def _is_of_now(row: WalkIn, today: date, at: datetime) -> bool:
    """As `of_now`."""
    if row.ended_at is None:
        return row.day == today or row.registered_at > at - STAYS
    return row.day == today or row.ended_at > at - AFTER


def of_now(today: date, at: datetime) -> Q:
    """Today's, who is at the site still, and what has just ended."""
    return Q(day=today) | still_here(at) | Q(ended_at__gt=at - AFTER)


def still_here(at: datetime) -> Q:
    """Whichever day it was when they came; nobody stays for longer than a day."""
    return Q(state__in=OPEN, registered_at__gt=at - STAYS)


def check_holds(viewer: Viewer, row: WalkIn) -> None:
    """The patient who holds the screen for this walk-in. Raises NotFound."""
    if viewer.bound_to != row.pk or viewer.user_id != row.holder_id:
        raise NotFound
