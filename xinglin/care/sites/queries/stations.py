"""What an assistant's page asks before anything else."""

from datetime import datetime
from uuid import UUID

from xinglin.care.people.queries import institution
from xinglin.care.sites.hours import WEEK, open_since
from xinglin.care.sites.models import SiteStaff
from xinglin.care.sites.types import SiteCard
from xinglin.policy.places import layers
from xinglin.policy.rules import local_date


def open_hours(site: SiteCard, at: datetime) -> tuple[bool, list[list[str]]]:
    """Whether it is open now, and the spans that begin today."""
    place = institution(site.institution_id).place
    day = local_date(at, place)
    is_open = open_since(site.hours, at, layers(place)[-1].zone) is not None
    return is_open, [list(span) for span in site.hours.get(WEEK[day.weekday()], [])]


def pin_is_set(user_id: UUID) -> bool:
    rows = SiteStaff.objects.filter(user_id=user_id, removed_at__isnull=True)
    return rows.exclude(pin="").exists()
