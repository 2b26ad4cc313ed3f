"""The people of an account, consent, departments, doctors' cards."""

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
from xinglin.care.people.types import ConsentStatus, PatientCard, ProxyStatus
from xinglin.foundation.accounts.services import public, requires, signed_in, viewer_of
from xinglin.foundation.audit.services import record, record_each
from xinglin.kernel import clock
from xinglin.kernel.identity import normalised
from xinglin.kernel.text import Text
from xinglin.kernel.wire import In

router = Router()


class ProxyOut(Schema):
    """`state`: none, waiting, given, refused, withdrawn or expired."""

    state: str
    phone_masked: str
    asked_at: datetime | None
    expires_at: datetime | None
    since: datetime | None


class PatientOut(Schema):
    """`needs_consent`: the account asks for this adult only with their own word, `proxy`.

    `guardian`: the name of a minor's.
    """

    id: UUID
    name: str
    sex: str
    birth_date: date
    age_text: Text
    relation: str
    id_number_masked: str
    is_minor: bool
    synthetic: bool
    needs_consent: bool
    proxy: ProxyOut
    guardian: str | None


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


class PatientIn(In):
    """Lengths beyond sense are cut off here; what is right is decided, and told, by the service."""

    name: Annotated[str, Field(max_length=200)]
    id_type: Annotated[str, Field(max_length=8)] = "01"
    id_number: Annotated[str, Field(max_length=64)]
    relation: Annotated[str, Field(max_length=16)]
    sensitive_data_consent: bool = False
    is_guardian: bool = False


class ConsentIn(In):
    kind: Annotated[str, Field(max_length=32)]
    version: Annotated[str, Field(max_length=32)]


class DepartmentOut(Schema):
    slug: str
    name: Text
    aliases: list[str]


class DepartmentsOut(Schema):
    items: list[DepartmentOut]


class CodeIn(In):
    code: Annotated[str, Field(max_length=16)]


class PasskeyIn(In):
    """`credential`: as the browser's `PublicKeyCredential.toJSON()` has it."""

    credential: dict[str, Any]


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


def patient_json(
    card: PatientCard, id_number: str, *, proxy: ProxyStatus, guardian: str | None
) -> dict[str, Any]:
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
        "needs_consent": queries.needs_consent(card),
        "proxy": proxy,
        "guardian": guardian if card.is_minor else None,
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
    record_each(
        viewer,
        "people.read_patient",
        {card.id: card.id for card, _ in own},
        thing="patient",
        purpose="own",
    )
    text = queries.required_text()
    proxies = queries.proxy_statuses(
        viewer.user_id, [c.id for c, _ in own if queries.needs_consent(c)], clock.now()
    )
    guardian = next((card.name for card, _ in own if card.relation == "self"), None)
    return {
        "patients": [
            patient_json(
                card,
                number,
                proxy=proxies.get(card.id, ProxyStatus(state="none")),
                guardian=guardian,
            )
            for card, number in own
        ],
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
    viewer = viewer_of(request)
    card = services.register_patient(
        viewer,
        name=form.name,
        id_type=form.id_type,
        id_number=form.id_number,
        relation=form.relation,
        sensitive_data_consent=form.sensitive_data_consent,
        is_guardian=form.is_guardian,
        at=clock.now(),
    )
    return patient_json(
        card,
        normalised(form.id_number),
        proxy=ProxyStatus(state="none"),
        guardian=queries.guardian_name(card.id) if card.is_minor else None,
    )


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


@router.post(
    "/duty/identity-check/passkey",
    response=IdentityCheckOut,
    operation_id="check_identity_by_passkey",
    summary="The same, by a passkey that answers what /_allauth/.../auth/webauthn/reauthenticate asked",
)
@requires("people.check_own_identity")
def check_identity_by_passkey(request: HttpRequest, form: PasskeyIn) -> services.IdentityCheck:
    return services.check_identity_by_passkey(viewer_of(request), form.credential, clock.now())


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
