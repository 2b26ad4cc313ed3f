import pytest
from django.core.cache import cache

from xinglin.foundation.passkeys.tests.member import Member


@pytest.fixture(autouse=True)
def _cheap(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


@pytest.fixture
def doctor():
    return Member().sign_in()
