import pytest

from xinglin.care.prescribing.tests import rx
from xinglin.care.prescribing.tests.rx import Chain


@pytest.fixture(autouse=True)
def _cheap_passwords(settings):
    """Nobody signs in by password here; the real hasher costs half a second for each account."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def chain(db) -> Chain:
    return rx.chain()
