"""A house with somebody's objects of every kind, for every test here that asks for it."""

import pytest

from xinglin.config.tests.houses import House, furnished
from xinglin.edge.api import limits


@pytest.fixture
def house(db) -> House:
    return furnished()


@pytest.fixture(autouse=True)
def _nobody_asks_too_often(settings):
    """A fast machine tries more in a minute than one person may."""
    settings.ADDRESS_REQUESTS_PER_MINUTE = settings.PERSON_REQUESTS_PER_MINUTE = 1_000_000
    settings.RECORDER_REQUESTS_PER_MINUTE = 1_000_000
    limits._persons.cache_clear()
    yield
    limits._persons.cache_clear()
