"""Every kind of stranger tries every object of others by every operation: it is not there.

Whoever lacks the permission hears the same of an object that exists and of one that does not, and
after each try the database is as it was.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client

from xinglin.care.consultation.tests import factories
from xinglin.care.consultation.tests.factories import RECORD, REFERRAL, Cast
from xinglin.care.dispatch import services as dispatch
from xinglin.care.dispatch.engine import Engine
from xinglin.care.dispatch.models import Offer
from xinglin.care.dispatch.services import lease
from xinglin.care.dispatch.tasks.dispatcher import turn
from xinglin.care.people import queries as people
from xinglin.care.people.models import Practitioner
from xinglin.care.people.tests.factories import staff_viewer
from xinglin.care.triage.tests.factories import ANSWERS, answered, opened
from xinglin.config.api import api
from xinglin.edge.api import limits
from xinglin.foundation.accounts.services import SIGNED_IN
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.live.services import touch_presence
from xinglin.foundation.media.models import Picture
from xinglin.kernel import clock, ids

STRANGERS = ("nobody", "other patient", "other doctor", "operator", "administrator", "auditor")
# Objects that everybody who is signed in may read, with the reason.
FOR_EVERYBODY = {"read_practitioner": "a doctor's card is shown to whoever looks for a doctor"}
# A body that is right in itself, so that nothing but the stranger is wrong with the request.
BODIES: dict[str, dict[str, Any]] = {
    "answer_intake": {"answers": ANSWERS | {"pregnancy": "no"}},
    "choose": {"choice": "cancel"},
    "close": {},
    "stop": REFERRAL,
    "hand_over": {"reason": "not_my_field"},
    "rate": {"score": 1, "tags": [], "comment": ""},
    "save_record": {"fields": RECORD, "revision": 0},
    "sign_record": {"revision": 0},
    "amend_record": {"fields": RECORD, "reason": "typing error"},
    "accept_offer": {},
    "refuse_offer": {"reason": "busy"},
}
# Operations that take an object of somebody in the body: where, and the rest of the body.
IN_THE_BODY: dict[str, tuple[str, dict[str, Any]]] = {
    "open_intake": ("patient_id", {"complaint": "咳嗽三天", "picture_ids": []}),
    "open_consultation": ("intake_id", {"department": "general_practice"}),
}
# Parameters of paths that name no object of anybody.
NO_OBJECTS = {"kind"}
_PARAMETER = re.compile(r"\{(?:\w+:)?(\w+)\}")
# What a mere request may write: who is signed in, and how often somebody asked.
PASSING = {"django_session", "edge_api_cache", "people_attempt"}


@dataclass(frozen=True)
class House:
    """`objects`: name of a parameter -> what belongs to the patient or the doctor of the cast."""

    cast: Cast
    objects: dict[str, list[UUID]]
    strangers: dict[str, Viewer | None]


@pytest.fixture(autouse=True)
def _nobody_asks_too_often(settings):
    """A fast machine tries more in a minute than one person may."""
    settings.ADDRESS_REQUESTS_PER_MINUTE = settings.PERSON_REQUESTS_PER_MINUTE = 1_000_000
    limits._persons.cache_clear()
    yield
    limits._persons.cache_clear()


@pytest.fixture
def house(db) -> House:
    cast = factories.cast()
    patient, doctor = cast.patient, cast.doctor
    picture = Picture.objects.create(
        owner_id=patient.id, width=1, height=1, bytes=1, sha256=b"", uploaded_at=clock.now()
    ).pk
    ended = factories.ended(patient, doctor)
    active = factories.active(patient, doctor, where=1, picture_ids=[str(picture)])
    waiting = factories.visit(patient)
    told = people.patient_card(patient.patient_id)
    open_intake, ready_intake = (opened(patient.viewer, told) for _ in range(2))
    answered(patient.viewer, ready_intake, pregnancy="no")
    offer = _offered(doctor, waiting)
    return House(
        cast=cast,
        objects={
            "consultation_id": [ended, active, waiting],
            "intake_id": [open_intake, ready_intake],
            "offer_id": [offer],
            "patient_id": [patient.patient_id],
            "picture_id": [picture],
            "practitioner_id": [doctor.card.id],
        },
        strangers={
            "nobody": None,
            "other patient": cast.other_patient.viewer,
            "other doctor": cast.other_doctor.viewer,
            "operator": cast.operator.viewer,
            "administrator": staff_viewer("administrator"),
            "auditor": staff_viewer("auditor"),
        },
    )


def _offered(doctor, visit_id: UUID) -> UUID:
    """The doctor is on duty, and is asked for the visit."""
    now = clock.now()
    Practitioner.objects.filter(pk=doctor.card.id).update(identity_checked_at=now)
    touch_presence([doctor.id], now)
    dispatch.start_duty(doctor.viewer, capacity=3, at=now)
    turn(Engine(), lease.acquire("strangers"))
    return Offer.objects.get(consultation_id=visit_id, practitioner_id=doctor.card.id).pk


def browser(viewer: Viewer | None) -> Client:
    client = Client()
    if viewer is not None:
        user = get_user_model().objects.get(pk=viewer.user_id)
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        session = client.session
        session["account_authentication_methods"] = [{"method": "mfa", "at": 0}]
        session["account_authentication_methods_user"] = str(viewer.user_id)
        session.save()
    return client


@dataclass(frozen=True)
class Try:
    """One request for something that belongs to somebody else. `values`: parameter -> object."""

    name: str
    method: str
    path: str
    permission: str
    values: dict[str, UUID]
    body: dict[str, Any]

    def by(self, client: Client, values: dict[str, UUID]) -> tuple[int, str]:
        """Status and code of the answer."""
        body = dict(self.body)
        if self.name in IN_THE_BODY:
            body[IN_THE_BODY[self.name][0]] = str(next(iter(values.values())))
        path = _PARAMETER.sub(lambda found: str(values[found[1]]), self.path)
        answer = client.generic(
            self.method, f"/api/v1{path}", json.dumps(body), content_type="application/json"
        )
        has_json = answer["Content-Type"].startswith("application/") if answer.content else False
        return answer.status_code, json.loads(answer.content).get("code", "") if has_json else ""


def tries(objects: dict[str, list[UUID]]) -> Iterator[Try]:
    for router in api._get_bound_routers():
        for path, view in router.path_operations.items():
            for operation in view.operations:
                name = operation.view_func.__name__
                for values in _values(name, path, objects):
                    yield Try(
                        name=name,
                        method=operation.methods[0],
                        path=path,
                        permission=operation.view_func.xinglin_permission,
                        values=values,
                        body=IN_THE_BODY[name][1] if name in IN_THE_BODY else BODIES.get(name, {}),
                    )


def _values(name: str, path: str, objects: dict[str, list[UUID]]) -> list[dict[str, UUID]]:
    """All that can be tried; nothing where no object is named."""
    names = [n for n in _PARAMETER.findall(path) if n not in NO_OBJECTS]
    if name in IN_THE_BODY:
        names = [IN_THE_BODY[name][0]]
    if not names or name in FOR_EVERYBODY:
        return []
    return [dict(zip(names, each, strict=True)) for each in product(*(objects[n] for n in names))]


def expected(viewer: Viewer | None, permission: str) -> int:
    if viewer is None:
        return 401
    return 404 if permission == SIGNED_IN or viewer.can(permission) else 403


def contents() -> dict[str, str]:
    """Table -> a digest of its rows, but for what every request may write."""
    with connection.cursor() as cursor:
        cursor.execute("select tablename from pg_tables where schemaname = 'public' order by 1")
        tables = [name for (name,) in cursor.fetchall() if name not in PASSING]
        digest = "select '{0}', md5(string_agg(t::text, ';' order by t::text)) from \"{0}\" t"
        cursor.execute(" union all ".join(digest.format(name) for name in tables))
        return dict(cursor.fetchall())


@pytest.mark.parametrize("kind", STRANGERS)
def test_what_belongs_to_others_is_not_there_for(kind, house):
    viewer = house.strangers[kind]
    client = browser(viewer)
    before = contents()
    for attempt in tries(house.objects):
        status, code = attempt.by(client, attempt.values)
        assert status == expected(viewer, attempt.permission), (attempt, code)
        made_up = {name: ids.new() for name in attempt.values}
        assert attempt.by(client, made_up) == (status, code), attempt
        assert contents() == before, attempt


def test_ones_own_visit_does_not_open_somebody_elses_picture(house):
    other = house.cast.other_patient
    own = factories.visit(other)
    client = browser(other.viewer)
    (picture,) = house.objects["picture_id"]
    assert client.get(f"/api/v1/consultations/{own}").status_code == 200
    assert client.get(f"/api/v1/consultations/{own}/pictures/{picture}").status_code == 404


def test_those_concerned_do_find_what_the_strangers_did_not(house):
    """Without this, a door that is shut to everybody would pass."""
    clients = [browser(house.cast.patient.viewer), browser(house.cast.doctor.viewer)]
    reads = [attempt for attempt in tries(house.objects) if attempt.method == "GET"]
    found = {
        attempt.name
        for attempt in reads
        for client in clients
        if attempt.by(client, attempt.values)[0] in {200, 302}
    }
    assert found == {attempt.name for attempt in reads}


def test_the_doctor_who_was_asked_may_answer(house):
    (offer,) = house.objects["offer_id"]
    client = browser(house.cast.doctor.viewer)
    answer = client.post(f"/api/v1/offers/{offer}/accept", "{}", "application/json")
    assert answer.status_code == 200


def test_nothing_that_takes_an_object_is_left_out(house):
    """A new operation is tried by itself; one with a body must say which body is right."""
    tried = {attempt.name for attempt in tries(house.objects)}
    schema = api.get_openapi_schema()
    with_body = {
        operation["operationId"]
        for path in schema["paths"].values()
        for operation in path.values()
        if "requestBody" in operation
        and any(p["in"] == "path" for p in operation.get("parameters", []))
    }
    names = {op.operation_id: op.view_func.__name__ for op in api.operations()}
    assert {names.get(o, o) for o in with_body} <= set(BODIES) | NO_OBJECTS
    assert set(BODIES) | set(IN_THE_BODY) <= tried
