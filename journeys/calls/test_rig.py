"""The rig proves itself: two empty pages see and hear each other. What a weak line does stands in test_weak_line."""

import pytest

from journeys.calls import bare, probes
from journeys.calls.browsers import Browsers
from journeys.calls.faces import BLUE, RED

pytestmark = pytest.mark.slow


def test_two_empty_pages_see_and_hear_each_other(browsers: Browsers) -> None:
    patient, doctor = bare.bare_page(browsers.of(RED)), bare.bare_page(browsers.of(BLUE))
    bare.call(doctor, patient)
    for page in (patient, doctor):
        probes.sees(page, RED, BLUE)
        probes.hears(page)
    print(probes.stats(doctor))
