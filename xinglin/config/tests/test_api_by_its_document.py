"""Every operation is called with what its own description allows, and answers as described."""

from contextlib import contextmanager

import pytest
import schemathesis
from django.contrib.auth import get_user_model
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from xinglin.care.people.services import found_institution
from xinglin.edge.api import limits
from xinglin.foundation.accounts.services import create_patient_account, create_staff
from xinglin.host.founding import load_shipped
from xinglin.kernel.text import Text

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
ROLES = ["stranger", "patient", "doctor", "administrator"]


def cookies_of(role) -> dict[str, str]:
    client = Client()
    if role != "stranger":
        user_id = create_patient_account(phone="13800138001")
        if role != "patient":
            user_id = create_staff(
                username=role, password="long-and-unusual-7", display_name=role, roles=[role]
            )
        user = get_user_model().objects.get(pk=user_id)
        client.force_login(user, backend="xinglin.foundation.accounts.sign_in.backend.Backend")
        session = client.session
        session["account_authentication_methods"] = [{"method": "mfa", "at": 0}]
        session["account_authentication_methods_user"] = str(user_id)
        session.save()
    client.get("/api/v1/session")
    return {name: morsel.value for name, morsel in client.cookies.items()}


@pytest.fixture
def server(db, settings):
    """The program as a server calls it, in the transaction of the test."""
    settings.ADDRESS_REQUESTS_PER_MINUTE = settings.PERSON_REQUESTS_PER_MINUTE = 1_000_000
    limits._persons.cache_clear()
    load_shipped()
    found_institution(code="main", name=Text("杏林医院", "Xinglin Hospital"))
    yield get_wsgi_application()
    limits._persons.cache_clear()


@contextmanager
def connection_kept():
    """A server closes its connection after each request; here it is the test's."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def failures_of(operation, cookies) -> str:
    """What is wrong with the answers of one operation; nothing, for most."""

    @given(case=operation.as_strategy())
    @examples(
        max_examples=8,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def called(case) -> None:
        headers = {"X-CSRFToken": cookies["csrf"]}
        case.call_and_validate(cookies=cookies, headers=headers, checks=CHECKS)

    try:
        called()
    except (FailureGroup, Exception) as error:  # noqa: BLE001  # whatever it is, the others are called too
        return f"{operation.label}: {error}"
    return ""


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_every_operation_answers_as_it_is_described(server, role):
    cookies = cookies_of(role)
    with connection_kept():
        schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", server)
        found = [failures_of(each.ok(), cookies) for each in schema.get_all_operations()]
    assert len(found) > 40
    assert not any(found), "\n\n".join(filter(None, found))
