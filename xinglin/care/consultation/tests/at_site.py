"""A visit that is asked for at the counter of a site, by the fewest words."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from xinglin.care.consultation import services
from xinglin.care.consultation.tests import factories as make
from xinglin.care.consultation.tests.factories import Person
from xinglin.care.people.tests import factories as people
from xinglin.care.sites import services as site_services
from xinglin.care.sites.types import WalkInCard
from xinglin.care.triage.tests.counter import came, reading
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.outbox.models import OutboxEvent
from xinglin.kernel import clock


def told(person: Person, walk: WalkInCard) -> UUID:
    """The intake of the walk-in, answered on its screen."""
    intake = make.intake(person)
    site_services.note_intake(walk.id, intake, outcome="ready", at=clock.now())
    return intake


def ask(person: Person, walk: WalkInCard, **wishes: Any) -> UUID:
    return services.open_consultation(
        person.viewer,
        intake_id=told(person, walk),
        department=make.department(),
        at=clock.now(),
        **wishes,
    )


def at_counter(**form: Any) -> tuple[Person, WalkInCard]:
    viewer, patient, walk = came(**form)
    return Person(viewer, patient_id=patient.id), walk


def waiting() -> tuple[Person, WalkInCard, UUID]:
    """Who holds the screen, the walk-in, and the visit that waits."""
    person, walk = at_counter()
    reading(walk, "blood_pressure", systolic=152, diastolic=94)
    return person, walk, ask(person, walk, channel="video")


def helper_of(walk: WalkInCard) -> Viewer:
    """Who registered it, before the device of the site."""
    return replace(people.as_viewer(walk.assistant_id), station=walk.device_id)


def last_event(kind: str) -> OutboxEvent:
    found = OutboxEvent.objects.filter(kind=kind).order_by("-seq").first()
    assert found is not None
    return found


def wish(person: Person, **wishes: bool) -> OutboxEvent:
    site_services.note_wishes(person.viewer, at=clock.now(), **wishes)
    return last_event("WalkInWishesChanged")
