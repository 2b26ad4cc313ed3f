import pytest

from xinglin.care.people.tests.factories import hospital
from xinglin.care.sites.tests import factories


@pytest.fixture
def house(db):
    return hospital()


@pytest.fixture
def here(house):
    return factories.counter()
