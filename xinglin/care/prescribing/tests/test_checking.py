"""What the catalogue and the patient say, as the safety check reads it."""

import pytest

from xinglin.care.prescribing import rules
from xinglin.care.prescribing.safety import shipped
from xinglin.care.prescribing.safety.dosing import is_unit
from xinglin.care.prescribing.safety.spelling import folded


@pytest.mark.parametrize("code", rules.ROUTES)
def test_every_route_of_the_catalogue_is_one_that_the_check_knows(code):
    facts = shipped()
    assert folded(code) in facts.routes
    assert folded(rules.ROUTES[code].zh) in facts.routes


@pytest.mark.parametrize("code", rules.UNITS)
def test_every_unit_of_the_catalogue_is_one_that_the_check_knows(code):
    assert is_unit(code)
