"""Duty, offers and queue over HTTP."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from pydantic import Field, WithJsonSchema

from xinglin.care.consultation.queries import wishes
from xinglin.care.dispatch import queries, services
from xinglin.care.dispatch.types import DutyCard, Place
from xinglin.care.dispatch.windows import Window
from xinglin.foundation.accounts.services import requires, signed_in, viewer_of
from xinglin.kernel import clock
from xinglin.kernel.text import Text
from xinglin.kernel.wire import In, Out

router = Router()


class DepartmentRef(Out):
    slug: str
    name: Text


class WindowOut(Out):
    day: int
    start: str
    end: str


class WindowIn(In):
    """`day`: Monday is 0. `start`, `end`: "HH:MM" of the hospital's clock."""

    day: int
    start: Annotated[str, Field(max_length=5)]
    end: Annotated[str, Field(max_length=5)]


class WindowsIn(In):
    """What is right is decided, and told, by the service; lengths beyond sense are cut off here."""

    windows: Annotated[list[WindowIn], Field(max_length=200)]


class DutyOut(Out):
    on_since: datetime | None
    capacity: int
    reserved: int
    away_until: datetime | None
    off_reason: Text | None
    usual_capacity: int
    most: int
    named_a_day: int
    most_named_a_day: int
    named_today: int
    back_at: datetime | None
    paused_at: datetime | None
    missed: int
    slowed: int
    slowed_text: Text | None
    full_time: bool
    windows: list[WindowOut]
    ends_at: datetime | None


class NamedIn(In):
    """`named_a_day`: how many patients may ask by name in a day. `back_at`: when on duty next."""

    named_a_day: int
    back_at: datetime | None = None


class StartIn(In):
    """`capacity`: visits at once; None: what is usual. The service says what is out of range.

    `institution_id`: where, of those at which the doctor is registered or filed; None: the own.
    """

    capacity: int | None = None
    institution_id: UUID | None = None


class LanguageOut(Out):
    code: str
    name: Text


class SpokenOut(LanguageOut):
    """`doctors`: who speak it, are on duty and have a line."""

    doctors: int


class SomePatientOut(Out):
    sex: str
    age_text: Text


Wish = Annotated[str, WithJsonSchema({"type": "string", "enum": list(wishes())})]


class OfferOut(Out):
    """`complaint`: the first words of it. `site`: where the patient sits."""

    id: UUID
    consultation_id: UUID
    department: DepartmentRef
    patient: SomePatientOut
    complaint: str
    urgency: int
    waited_s: int
    expires_at: datetime
    returned: int
    why: Text
    language: LanguageOut | None
    channel: Wish
    site: Text | None


class OffersOut(Out):
    items: list[OfferOut]
    next: UUID | None = None


class AcceptedOut(Out):
    consultation_id: UUID


class RefusalIn(In):
    """Lengths beyond sense are cut off here; what is right is decided, and told, by the service."""

    reason: Annotated[str, Field(max_length=32)]
    note: Annotated[str, Field(max_length=2000)] = ""


class DoneOut(Out):
    pass


class WaitingOut(Out):
    consultation_id: UUID
    department: DepartmentRef
    complaint: str
    urgency: int
    waited_s: int
    returned: int
    left_message: bool
    language: LanguageOut | None
    channel: Wish
    site: Text | None


class QueueOut(Out):
    items: list[WaitingOut]
    next: UUID | None = None


class PlaceOut(Out):
    state: str
    place: int | None
    ahead: int | None
    doctors_on_duty: int
    estimate_s: int | None
    low_s: int | None
    high_s: int | None
    text: Text
    why: Text | None


class DepartmentOnDutyOut(Out):
    """`languages`: that a patient may ask for now, without the one of the house."""

    slug: str
    name: Text
    doctors_on_duty: int
    waiting: int
    languages: list[SpokenOut]


class DepartmentsOnDutyOut(Out):
    items: list[DepartmentOnDutyOut]
    next: str | None = None


@router.get("/duty", response=DutyOut, operation_id="read_duty", summary="My duty")
@requires("dispatch.be_on_duty")
def read_duty(request: HttpRequest) -> DutyCard:
    return queries.duty(viewer_of(request), clock.now())


@router.post(
    "/duty/start",
    response=DutyOut,
    operation_id="start_duty",
    summary="Go on duty, or change how many visits at once",
)
@requires("dispatch.be_on_duty")
def start_duty(request: HttpRequest, form: StartIn) -> DutyCard:
    at = clock.now()
    services.start_duty(
        viewer_of(request), capacity=form.capacity, institution_id=form.institution_id, at=at
    )
    return queries.duty(viewer_of(request), at)


@router.post(
    "/duty/stop",
    response=DutyOut,
    operation_id="stop_duty",
    summary="Go off duty; open visits stay until they end",
)
@requires("dispatch.be_on_duty")
def stop_duty(request: HttpRequest) -> DutyCard:
    at = clock.now()
    services.stop_duty(viewer_of(request), at=at)
    return queries.duty(viewer_of(request), at)


@router.post(
    "/duty/here",
    response=DutyOut,
    operation_id="say_here",
    summary="I am here: the answer to the question after several offers in a row",
)
@requires("dispatch.be_on_duty")
def say_here(request: HttpRequest) -> DutyCard:
    viewer, at = viewer_of(request), clock.now()
    services.say_here(viewer, at=at)
    return queries.duty(viewer, at)


@router.put(
    "/duty/windows",
    response=DutyOut,
    operation_id="set_windows",
    summary="The hours of the week in which I work, of a part-time doctor",
)
@requires("dispatch.be_on_duty")
def set_windows(request: HttpRequest, form: WindowsIn) -> DutyCard:
    viewer, at = viewer_of(request), clock.now()
    wanted = [Window(day=w.day, start=w.start, end=w.end) for w in form.windows]
    services.set_windows(viewer, wanted, at=at)
    return queries.duty(viewer, at)


@router.put(
    "/duty/named",
    response=DutyOut,
    operation_id="set_named",
    summary="How many patients a day may ask for me by name, and when I am on duty next",
)
@requires("dispatch.be_on_duty")
def set_named(request: HttpRequest, form: NamedIn) -> DutyCard:
    viewer, at = viewer_of(request), clock.now()
    services.set_named(viewer, named_a_day=form.named_a_day, back_at=form.back_at, at=at)
    return queries.duty(viewer, at)


@router.get(
    "/offers",
    response=OffersOut,
    operation_id="list_offers",
    summary="Visits that I am asked to take, without names",
)
@requires("dispatch.answer_offer")
def list_offers(request: HttpRequest) -> dict[str, Any]:
    viewer, at = viewer_of(request), clock.now()
    shown = queries.offers(viewer, at)
    services.note_offers_seen(viewer, shown, at=at)
    return {"items": shown}


@router.post(
    "/offers/{offer_id}/accept",
    response=AcceptedOut,
    operation_id="accept_offer",
    summary="Take the visit",
)
@requires("dispatch.answer_offer")
def accept_offer(request: HttpRequest, offer_id: UUID) -> dict[str, UUID]:
    taken = services.accept_offer(viewer_of(request), offer_id, at=clock.now())
    return {"consultation_id": taken}


@router.post(
    "/offers/{offer_id}/refuse",
    response=DoneOut,
    operation_id="refuse_offer",
    summary="Decline; the next doctor is asked",
)
@requires("dispatch.answer_offer")
def refuse_offer(request: HttpRequest, offer_id: UUID, form: RefusalIn) -> dict[str, Any]:
    services.refuse_offer(
        viewer_of(request), offer_id, reason=form.reason, note=form.note.strip(), at=clock.now()
    )
    return {}


@router.get(
    "/dispatch/queue",
    response=QueueOut,
    operation_id="read_queue",
    summary="Who waits in my departments, without names",
)
@requires("dispatch.read_queue")
def read_queue(request: HttpRequest) -> dict[str, Any]:
    viewer = viewer_of(request)
    shown = queries.queue(viewer, clock.now())
    services.note_queue_seen(viewer, shown)
    return {"items": shown}


@router.get(
    "/consultations/{consultation_id}/place",
    response=PlaceOut,
    operation_id="read_place",
    summary="Where my visit stands in the queue",
)
@requires("dispatch.read_place")
def read_place(request: HttpRequest, consultation_id: UUID) -> Place:
    found = queries.place_now(viewer_of(request), consultation_id, clock.now())
    if found.telling is not None:
        services.note_told_wait(found.telling)
    return found


@router.get(
    "/dispatch/departments",
    response=DepartmentsOnDutyOut,
    operation_id="list_departments_on_duty",
    summary="Doctors on duty and patients waiting, by department",
)
@signed_in
def list_departments_on_duty(request: HttpRequest) -> dict[str, Any]:
    return {"items": queries.departments_on_duty(viewer_of(request), clock.now())}
