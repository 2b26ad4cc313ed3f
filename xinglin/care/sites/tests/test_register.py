"""Registration at the counter: whom it takes, what it refuses, and that twice is once."""

import pytest

from xinglin.care.people.tests.factories import hospital
from xinglin.care.sites import queries, services
from xinglin.care.sites.tests.factories import counter, form, walk_in
from xinglin.kernel import clock, ids


@pytest.fixture(autouse=True)
def house(db):
    hospital()


def test_a_new_patient_walks_in_without_a_phone():
    here = counter()
    card = walk_in(here)
    assert (card.number, card.state) == (1, "registered")
    assert queries.own_walk_in(here.assistant, card.id) == card


def test_the_same_form_twice_is_one_walk_in():
    here, wanted, identifier = counter(), form(), ids.new()
    first = services.register(here.assistant, identifier, wanted, at=clock.now())
    assert services.register(here.assistant, identifier, wanted, at=clock.now()) == first
