import pytest

from xinglin.care.consultation.tests import factories
from xinglin.care.consultation.tests.factories import Cast


@pytest.fixture(autouse=True)
def _cheap_passwords(settings):
    """Nobody signs in by password here; the real hasher costs half a second for each account."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def cast(db) -> Cast:
    return factories.cast()
