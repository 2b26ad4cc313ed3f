import json

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from xinglin.edge.api import limits
from xinglin.foundation.accounts.services import create_patient_account, create_staff


@pytest.fixture(autouse=True)
def _test_door(settings):
    """The buckets keep the limits they were made with: none is left to the tests that follow."""
    settings.ROOT_URLCONF = "xinglin.edge.api.tests.urls"
    made = (limits._persons, limits._recorders)
    for buckets in made:
        buckets.cache_clear()
    yield
    for buckets in made:
        buckets.cache_clear()


def client_of(user_id, *, second_factor=False, **options) -> Client:
    """A browser that is signed in as this account."""
    client = Client(**options)
    user = get_user_model().objects.get(pk=user_id)
    client.force_login(user, backend="xinglin.foundation.accounts.sign_in.backend.Backend")
    if second_factor:
        session = client.session
        session["account_authentication_methods"] = [{"method": "mfa", "at": 0}]
        session["account_authentication_methods_user"] = str(user_id)
        session.save()
    return client


@pytest.fixture
def patient(db) -> Client:
    return client_of(create_patient_account(phone="13800138001"))


@pytest.fixture
def staff(db):
    """`staff("operator")`: a browser of somebody with that role."""

    def made(role, **options) -> Client:
        user_id = create_staff(
            username=role, password="long-and-unusual-7", display_name=role, roles=[role]
        )
        return client_of(user_id, **options)

    return made


@pytest.fixture
def post():
    def sent(client, path, body, **headers):
        return client.post(
            f"/api/t/{path}",
            json.dumps(body),
            content_type="application/json",
            headers={k.replace("_", "-"): v for k, v in headers.items()},
        )

    return sent
