"""Patients who have come to a site and hold its screen, and what was measured there."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from xinglin.care.people.queries import patient_of
from xinglin.care.people.tests.factories import as_viewer
from xinglin.care.people.types import PatientCard
from xinglin.care.sites.measures import MEASURES
from xinglin.care.sites.models import Reading, Site, SiteDoctor, WalkIn
from xinglin.care.sites.tests import factories as sites
from xinglin.care.sites.types import WalkInCard
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel import clock, ids


def came(**form: Any) -> tuple[Viewer, PatientCard, WalkInCard]:
    """To a site of its own: who holds the screen, for whom, and in which walk-in."""
    return came_to(sites.counter(), **form)


def came_to(at: sites.Counter, **form: Any) -> tuple[Viewer, PatientCard, WalkInCard]:
    walk = sites.walk_in(at, **form)
    viewer = bound(as_viewer(walk.holder_id), walk)
    return viewer, patient_of(viewer, walk.patient_id), walk


def bound(holder: Viewer, walk: WalkInCard) -> Viewer:
    return replace(holder, bound_to=walk.id, station=walk.device_id)


def row_of(walk: WalkInCard) -> WalkIn:
    """As it stands now."""
    return WalkIn.objects.get(pk=walk.id)


def link(site: Site, practitioner_id: UUID) -> SiteDoctor:
    return SiteDoctor.objects.create(
        site=site, practitioner_id=practitioner_id, added_by=ids.new(), added_at=clock.now()
    )


def reading(walk: WalkInCard, kind: str, **values: float) -> Reading:
    unit = MEASURES[kind].unit
    return Reading.objects.create(
        id=ids.new(),
        walk_in_id=walk.id,
        kind=kind,
        values=values,
        unit=unit,
        told_values=values,
        told_unit=unit,
        instrument_serial="BP-17",
        instrument_model="HEM-7136",
        by="hand",
        taken_by=walk.assistant_id,
        measured_at=clock.now(),
        kept_at=clock.now(),
    )
