"""Calls for tests: a visit whose sides talk, as the services let them."""

from datetime import datetime, timedelta
from uuid import UUID

from xinglin.care.consultation import queries, services, tasks
from xinglin.care.consultation.models import Call
from xinglin.care.consultation.tests import factories as make
from xinglin.care.consultation.tests.factories import Person
from xinglin.care.people import queries as people_queries
from xinglin.care.people.tests import factories as people
from xinglin.foundation.calls.models import Span
from xinglin.kernel import clock, ids
from xinglin.policy import rules as law

VERSION = "call-2026-11-30"


def ringing(by: Person, visit: UUID, channel: str = "video") -> UUID:
    return services.ring(by.viewer, visit, channel=channel, at=make.now())


def talking(
    patient: Person, doctor: Person, *, channel: str = "video", at: datetime | None = None
) -> tuple[UUID, UUID]:
    """A visit and its open call, which the patient has begun."""
    at = at or make.now()
    visit = make.active(patient, doctor)
    call = services.ring(patient.viewer, visit, channel=channel, at=at)
    services.answer_call(doctor.viewer, call, at=at)
    return visit, call


def connected(call: UUID, minutes: float) -> None:
    """The line was up for so long."""
    until = make.now()
    Span.objects.create(room_id=call, began_at=until - timedelta(minutes=minutes), ended_at=until)


def sit(person: Person, call: UUID) -> UUID:
    seat = ids.new()
    services.take_seat(person.viewer, call, seat_id=seat, at=make.now())
    return seat


def agree(patient: Person, call: UUID, kind: str = "recording", *, answer: bool = True) -> None:
    services.consent_to_keeping(
        patient.viewer, call, kind=kind, answer=answer, version=VERSION, at=make.now()
    )


def record(doctor: Person, call: UUID, *, on: bool = True) -> None:
    services.set_recording(doctor.viewer, call, on=on, at=make.now())


def invite(doctor: Person, call: UUID, colleague: Person) -> None:
    assert colleague.card
    services.invite_specialist(
        doctor.viewer, call, practitioner_id=colleague.card.id, at=make.now()
    )


def officer() -> Person:
    """Of quality control in the house of the cast."""
    house = people_queries.default_institution()
    return Person(people.staff_viewer("quality", institution_id=house.id))


def row(call: UUID) -> Call:
    return Call.objects.get(pk=call)


def seen(person: Person, call: UUID) -> dict:
    return queries.call(person.viewer, call)


def sweep_after(seconds: float) -> int:
    with clock.later(timedelta(seconds=seconds)):
        return tasks.sweep_calls()


def with_knob(monkeypatch, name: str, value: object) -> None:
    """As if policy said so here."""
    asked = law.knob
    monkeypatch.setattr(law, "knob", lambda n, **where: value if n == name else asked(n, **where))
