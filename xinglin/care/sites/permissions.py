"""Who may touch a walk-in: the assistant of its site, at a device of that site, on its day."""

from datetime import datetime
from uuid import UUID

from xinglin.care.sites.models import SiteStaff, WalkIn
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel.errors import NotFound
from xinglin.policy.rules import local_date


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
    if row.site_id != site_at(viewer) or row.day != local_date(at, place):
        raise NotFound


def check_holds(viewer: Viewer, row: WalkIn) -> None:
    """The patient who holds the screen for this walk-in. Raises NotFound."""
    if viewer.bound_to != row.pk or viewer.user_id != row.holder_id:
        raise NotFound
