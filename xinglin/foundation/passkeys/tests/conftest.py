import pytest
from django.core.cache import cache

from xinglin.foundation.passkeys.tests.member import Member


@pytest.fixture(autouse=True)
def _nothing_is_kept():
    cache.clear()


@pytest.fixture
def doctor():
    return Member().sign_in()
