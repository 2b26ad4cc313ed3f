"""Somebody is asked at a site: what was measured there, and what the site hears of it."""

from collections.abc import Mapping
from datetime import datetime

from xinglin.care.sites import queries as sites
from xinglin.care.sites import services as site_services
from xinglin.care.sites.types import WalkInCard
from xinglin.care.triage.models import Intake


def measured_at(walk_in: WalkInCard | None) -> Mapping[str, float]:
    """The newest value of each measure that still holds, by the names of `rules.vitals`."""
    return sites.measured(walk_in.id) if walk_in else {}


def note_at_site(walk_in: WalkInCard | None, row: Intake, at: datetime) -> None:
    """How it came out; of somebody who waits for the doctor already the site knows enough."""
    if walk_in is not None and walk_in.state == "registered":
        site_services.note_intake(walk_in.id, row.pk, outcome=row.outcome, at=at)
