"""People over HTTP."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from xinglin.care.people import queries, services
from xinglin.care.people.queries.access import AccessLine
from xinglin.care.people.queries.consent import status_under
from xinglin.care.people.rules import masked
from xinglin.care.people.types import ConsentStatus, PatientCard
from xinglin.foundation.accounts.services import public, requires, signed_in, viewer_of
from xinglin.foundation.audit.services import record
from xinglin.kernel import clock
from xinglin.kernel.identity import normalised
from xinglin.kernel.text import Text

router = Router(tags=["people"])


class PatientOut(Schema):
    id: UUID
    name: str
    sex: str
    birth_date: date
    age_text: Text
    relation: str
    id_number_masked: str
    is_minor: bool
    synthetic: bool


class ConsentOut(Schema):
    kind: str
    required_version: str
    given_version: str | None
    withdrawn: bool


class ConsentTextOut(ConsentOut):
    min_seconds: int
    text: Text


class MeOut(Schema):
    patients: list[PatientOut]
    consent: ConsentTextOut


class PatientIn(Schema):
    """Lengths beyond sense are cut off here; what is right is decided, and told, by the service."""

    name: Annotated[str, Field(max_length=200)]
    id_type: Annotated[str, Field(max_length=8)] = "01"
    id_number: Annotated[str, Field(max_length=64)]
    relation: Annotated[str, Field(max_length=16)]
    sensitive_data_consent: bool = False


class ConsentIn(Schema):
    kind: Annotated[str, Field(max_length=32)]
    version: Annotated[str, Field(max_length=32)]


class DepartmentOut(Schema):
    slug: str
    name: Text
    aliases: list[str]


class DepartmentsOut(Schema):
    items: list[DepartmentOut]


class CodeIn(Schema):
    code: Annotated[str, Field(max_length=16)]


class IdentityCheckOut(Schema):
    checked_at: datetime
    valid_until: datetime


class PractitionerOut(Schema):
    id: UUID
    name: Text
    title: Text
    title_code: str
    hospital: Text
    good_at: Text | None
    departments: list[str]
    full_time: bool
    synthetic: bool


class ReaderOut(Schema):
    name: Text
    role: Text
    hospital: Text | None


class ActionOut(Schema):
    code: str
    zh: str
    en: str


class AccessOut(Schema):
    at: datetime
    who: ReaderOut
    own: bool
    action: ActionOut
    purpose: Text
    thing: str


class AccessLogOut(Schema):
    items: list[AccessOut]
    next: UUID | None


def _patient(card: PatientCard, id_number: str) -> dict[str, Any]:
    return {
        "id": card.id,
        "name": card.name,
        "sex": card.sex,
        "birth_date": card.birth_date,
        "age_text": card.age_text,
        "relation": card.relation,
        "id_number_masked": masked(id_number),
        "is_minor": card.is_minor,
        "synthetic": card.synthetic,
    }


def _consent(kind: str, status: ConsentStatus) -> dict[str, Any]:
    return {
        "kind": kind,
        "required_version": status.required_version,
        "given_version": status.given_version,
        "withdrawn": status.withdrawn,
    }


@router.get(
    "/people/me",
    response=MeOut,
    operation_id="read_my_people",
    summary="The people of this account, and where consent stands",
)
@requires("people.read_own_patients")
def read_my_people(request: HttpRequest) -> dict[str, Any]:
    viewer = viewer_of(request)
    own = queries.own_patients(viewer)
    for card, _ in own:
        record(
            viewer,
            "people.read_patient",
            subject=card.id,
            thing="patient",
            thing_id=card.id,
            purpose="own",
        )
    text = queries.required_text()
    return {
        "patients": [_patient(card, number) for card, number in own],
        "consent": _consent(text.kind, status_under(text, viewer.user_id))
        | {"min_seconds": text.min_seconds, "text": Text(text.text_zh, text.text_en)},
    }


@router.post(
    "/patients",
    response={201: PatientOut},
    operation_id="register_patient",
    summary="Register a person under their true name",
)
@requires("people.register_patient")
def register_patient(request: HttpRequest, form: PatientIn) -> dict[str, Any]:
    card = services.register_patient(
        viewer_of(request),
        name=form.name,
        id_type=form.id_type,
        id_number=form.id_number,
        relation=form.relation,
        sensitive_data_consent=form.sensitive_data_consent,
        at=clock.now(),
    )
    return _patient(card, normalised(form.id_number))


@router.get(
    "/patients/{patient_id}/access-log",
    response=AccessLogOut,
    operation_id="read_access_log",
    summary="Who read my record",
)
@requires("audit.read_own_access")
def read_access_log(
    request: HttpRequest,
    patient_id: UUID,
    before: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> dict[str, Any]:
    viewer = viewer_of(request)
    lines = queries.access_log(viewer, patient_id, limit=limit, before=before)
    record(
        viewer,
        "people.read_access_log",
        subject=patient_id,
        thing="access_log",
        thing_id=patient_id,
        purpose="own",
    )
    return {
        "items": [_access(line) for line in lines],
        "next": lines[-1].id if len(lines) == limit else None,
    }


def _access(line: AccessLine) -> dict[str, Any]:
    return {
        "at": line.at,
        "who": line.who,
        "own": line.own,
        "action": {"code": line.code, "zh": line.action.zh, "en": line.action.en},
        "purpose": line.purpose,
        "thing": line.thing,
    }


@router.post(
    "/consents",
    response={201: ConsentOut},
    operation_id="give_consent",
    summary="Agree to the version in force",
)
@requires("people.give_consent")
def give_consent(request: HttpRequest, form: ConsentIn) -> dict[str, Any]:
    status = services.give_consent(
        viewer_of(request), kind=form.kind, version=form.version, at=clock.now()
    )
    return _consent(form.kind, status)


@router.post(
    "/consents/{kind}/withdraw",
    response=ConsentOut,
    operation_id="withdraw_consent",
    summary="Withdraw consent: no new visit from now on",
)
@requires("people.withdraw_consent")
def withdraw_consent(request: HttpRequest, kind: str) -> dict[str, Any]:
    return _consent(kind, services.withdraw_consent(viewer_of(request), kind=kind, at=clock.now()))


@router.get(
    "/departments",
    response=DepartmentsOut,
    operation_id="list_departments",
    summary="The departments that are open online",
)
@public
def list_departments(request: HttpRequest) -> dict[str, Any]:
    del request
    return {
        "items": [
            {"slug": d.slug, "name": d.name, "aliases": list(d.aliases)}
            for d in queries.departments()
        ]
    }


@router.post(
    "/duty/identity-check",
    response=IdentityCheckOut,
    operation_id="check_identity",
    summary="Prove in person to be this doctor, before seeing patients",
)
@requires("people.check_own_identity")
def check_identity(request: HttpRequest, form: CodeIn) -> services.IdentityCheck:
    return services.check_identity(viewer_of(request), form.code, clock.now())


@router.get(
    "/practitioners/{practitioner_id}",
    response=PractitionerOut,
    operation_id="read_practitioner",
    summary="A doctor's card",
)
@signed_in
def read_practitioner(request: HttpRequest, practitioner_id: UUID) -> object:
    del request
    return queries.practitioner(practitioner_id)
