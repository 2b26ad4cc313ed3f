"""Running the sites: who works where, at which devices, with which instruments."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from xinglin.care.sites import queries, services
from xinglin.care.sites.api.schemas import CountyOut, InstrumentOut, TextOut
from xinglin.care.sites.queries.administration import SiteLine, SitePage
from xinglin.care.sites.types import SiteCard, SiteForm
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel import clock
from xinglin.kernel.errors import FieldError, Invalid
from xinglin.kernel.text import Text
from xinglin.kernel.wire import In, Out

router = Router()
MANAGE, READ = "sites.manage", "sites.read_board"
Time = Annotated[str, Field(max_length=5)]
Day = Annotated[str, Field(max_length=3)]
Spans = Annotated[list[tuple[Time, Time]], Field(max_length=4)]


class SiteHeadOut(Out):
    """`hours`: `mon` to `sun` -> spans; one that ends at or before its beginning goes over midnight.

    `county`: that of `division`; null where it is not known.
    """

    id: UUID
    code: str
    name: TextOut
    kind: str
    address: TextOut
    telephone: str
    division: str
    county: CountyOut | None
    longitude: float | None
    latitude: float | None
    terminals: int
    hours: dict[str, list[tuple[str, str]]]
    closed_at: datetime | None


class SiteLineOut(SiteHeadOut):
    devices: int
    staff: int
    doctors: int


class SiteListOut(Out):
    items: list[SiteLineOut]


class DeviceOut(Out):
    id: UUID
    label: str
    enrolled_at: datetime
    heard_at: datetime | None
    revoked_at: datetime | None


class StaffOut(Out):
    """`pin_set`: has a number with which a screen is taken back."""

    user_id: UUID
    name: str
    pin_set: bool


class LinkedDoctorOut(Out):
    practitioner_id: UUID
    name: TextOut
    title: TextOut


class SiteOut(SiteHeadOut):
    devices: list[DeviceOut]
    staff: list[StaffOut]
    doctors: list[LinkedDoctorOut]
    instruments: list[InstrumentOut]
    gateway_since: datetime | None


class WordsIn(In):
    zh: Annotated[str, Field(max_length=240)]
    en: Annotated[str, Field(max_length=300)]


class SiteNameIn(In):
    zh: Annotated[str, Field(min_length=1, max_length=120)]
    en: Annotated[str, Field(min_length=1, max_length=160)]


class SiteIn(In):
    """As `SiteOut` has it; an address is told in both languages or in none."""

    code: Annotated[str, Field(max_length=32)]
    name: SiteNameIn
    kind: Annotated[str, Field(max_length=16)]
    address: WordsIn | None = None
    telephone: Annotated[str, Field(max_length=40)] = ""
    division: Annotated[str, Field(max_length=6)] = ""
    longitude: float | None = None
    latitude: float | None = None
    terminals: int = 1
    hours: Annotated[dict[Day, Spans], Field(max_length=7)]
    closed: bool = False


class InstrumentIn(In):
    kind: Annotated[str, Field(max_length=24)]
    model: Annotated[str, Field(max_length=120)]


class EnrolmentOut(Out):
    """Told this once: good for one browser, for an hour."""

    code: str
    expires_at: datetime


class GatewayTokenOut(Out):
    """Told this once."""

    token: str


@router.get("/sites", response=SiteListOut, operation_id="list_sites")
@requires(READ)
def list_sites(request: HttpRequest) -> dict[str, Any]:
    """Every site of the own house, by its code; closed ones too."""
    return {"items": [_line(each) for each in queries.site_lines(viewer_of(request))]}


@router.post("/sites", response={201: SiteOut}, operation_id="found_site")
@requires(MANAGE)
def found_site(request: HttpRequest, form: SiteIn) -> Status[dict[str, Any]]:
    viewer = viewer_of(request)
    house = queries.house_of(viewer)
    card = services.found_site(viewer, _read(form), institution_id=house, at=clock.now())
    return Status(201, _page(viewer, card.id))


@router.get("/sites/{site_id}", response=SiteOut, operation_id="read_site")
@requires(READ)
def read_site(request: HttpRequest, site_id: UUID) -> dict[str, Any]:
    return _page(viewer_of(request), site_id)


@router.put("/sites/{site_id}", response=SiteOut, operation_id="change_site")
@requires(MANAGE)
def change_site(request: HttpRequest, site_id: UUID, form: SiteIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    services.change_site(viewer, site_id, _read(form), at=clock.now())
    return _page(viewer, site_id)


@router.post(
    "/sites/{site_id}/enrolments",
    response={201: EnrolmentOut},
    operation_id="make_enrolment",
    summary="A code by which an assistant makes one browser a device of the site",
)
@requires(MANAGE)
def make_enrolment(request: HttpRequest, site_id: UUID) -> Status[dict[str, Any]]:
    code, expires_at = services.make_enrolment(viewer_of(request), site_id, at=clock.now())
    return Status(201, {"code": code, "expires_at": expires_at})


@router.delete(
    "/sites/{site_id}/devices/{device_id}",
    response={204: None},
    operation_id="revoke_device",
    summary="Stolen, sold or broken: the device opens nothing any more",
)
@requires(MANAGE)
def revoke_device(request: HttpRequest, site_id: UUID, device_id: UUID) -> Status[None]:
    services.revoke_device(viewer_of(request), site_id, device_id, at=clock.now())
    return Status(204, None)


@router.put("/sites/{site_id}/staff/{user_id}", response=SiteOut, operation_id="add_site_staff")
@requires(MANAGE)
def add_site_staff(request: HttpRequest, site_id: UUID, user_id: UUID) -> dict[str, Any]:
    viewer = viewer_of(request)
    services.add_staff(viewer, site_id, user_id, at=clock.now())
    return _page(viewer, site_id)


@router.delete(
    "/sites/{site_id}/staff/{user_id}", response=SiteOut, operation_id="remove_site_staff"
)
@requires(MANAGE)
def remove_site_staff(request: HttpRequest, site_id: UUID, user_id: UUID) -> dict[str, Any]:
    viewer = viewer_of(request)
    services.remove_staff(viewer, site_id, user_id, at=clock.now())
    return _page(viewer, site_id)


@router.put(
    "/sites/{site_id}/doctors/{practitioner_id}", response=SiteOut, operation_id="link_doctor"
)
@requires(MANAGE)
def link_doctor(request: HttpRequest, site_id: UUID, practitioner_id: UUID) -> dict[str, Any]:
    viewer = viewer_of(request)
    services.link_doctor(viewer, site_id, practitioner_id, at=clock.now())
    return _page(viewer, site_id)


@router.delete(
    "/sites/{site_id}/doctors/{practitioner_id}", response=SiteOut, operation_id="unlink_doctor"
)
@requires(MANAGE)
def unlink_doctor(request: HttpRequest, site_id: UUID, practitioner_id: UUID) -> dict[str, Any]:
    viewer = viewer_of(request)
    services.unlink_doctor(viewer, site_id, practitioner_id, at=clock.now())
    return _page(viewer, site_id)


@router.put(
    "/sites/{site_id}/instruments/{serial}", response=SiteOut, operation_id="note_instrument"
)
@requires(MANAGE)
def note_instrument(
    request: HttpRequest, site_id: UUID, serial: str, form: InstrumentIn
) -> dict[str, Any]:
    viewer, at = viewer_of(request), clock.now()
    model = form.model.strip()
    services.note_instrument(viewer, site_id, serial, kind=form.kind, model=model, at=at)
    return _page(viewer, site_id)


@router.delete(
    "/sites/{site_id}/instruments/{serial}", response=SiteOut, operation_id="remove_instrument"
)
@requires(MANAGE)
def remove_instrument(request: HttpRequest, site_id: UUID, serial: str) -> dict[str, Any]:
    viewer = viewer_of(request)
    services.remove_instrument(viewer, site_id, serial, at=clock.now())
    return _page(viewer, site_id)


@router.post(
    "/sites/{site_id}/gateway-token",
    response={201: GatewayTokenOut},
    operation_id="make_gateway_token",
    summary="A new token for the gateway of the site's instruments; the former one opens no more",
)
@requires(MANAGE)
def make_gateway_token(request: HttpRequest, site_id: UUID) -> Status[dict[str, str]]:
    token = services.make_gateway_token(viewer_of(request), site_id, at=clock.now())
    return Status(201, {"token": token})


def _read(form: SiteIn) -> SiteForm:
    return SiteForm(
        code=form.code.strip(),
        name=_words("name", form.name.zh, form.name.en),
        kind=form.kind,
        address=_address(form.address),
        telephone=form.telephone.strip(),
        division=form.division.strip(),
        longitude=form.longitude,
        latitude=form.latitude,
        terminals=form.terminals,
        hours={day: [list(span) for span in spans] for day, spans in form.hours.items()},
        is_closed=form.closed,
    )


def _address(said: WordsIn | None) -> Text | None:
    if said is None or not (said.zh.strip() or said.en.strip()):
        return None
    return _words("address", said.zh, said.en)


def _words(field: str, zh: str, en: str) -> Text:
    if not zh.strip() or not en.strip():
        raise Invalid(FieldError(field, _BOTH))
    return Text(zh.strip(), en.strip())


def _head(card: SiteCard) -> dict[str, Any]:
    names = SiteHeadOut.model_fields.keys() - {"county"}
    told = {name: getattr(card, name) for name in names}
    return told | {"county": queries.county(card.division)}


def _line(line: SiteLine) -> dict[str, Any]:
    counts = {"devices": line.devices, "staff": line.staff, "doctors": line.doctors}
    return _head(line.card) | counts


def _page(viewer: Viewer, site_id: UUID) -> dict[str, Any]:
    page: SitePage = queries.site_page(viewer, site_id)
    return _head(page.card) | {
        "devices": page.devices,
        "staff": page.staff,
        "doctors": [
            {"practitioner_id": card.id, "name": card.name, "title": card.title}
            for card in page.doctors
        ],
        "instruments": page.instruments,
        "gateway_since": page.gateway_since,
    }


_BOTH = Text("请填写中文和英文。", "Please fill in both languages.")
