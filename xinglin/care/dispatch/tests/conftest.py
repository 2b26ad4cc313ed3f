import pytest

from xinglin.care.dispatch.tests.cast import House


@pytest.fixture
def house(db) -> House:
    return House()
