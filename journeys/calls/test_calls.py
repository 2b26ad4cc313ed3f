"""A call as its people have it: who is seen, who is heard, who comes to it and who finds it again."""

import pytest

from journeys.calls import probes
from journeys.calls.faces import BLUE, RED
from journeys.calls.people import CallCast, Visit

pytestmark = pytest.mark.slow


def meet(visit: Visit) -> None:
    """By the patient's tap and the doctor's."""
    visit.patient.press("ring-video")
    visit.doctor.press("call-answer")
    for person in (visit.patient, visit.doctor):
        probes.sees(person.page, RED, BLUE)


def test_each_side_sees_the_right_person_and_hears(cast: CallCast) -> None:
    visit = cast.visit()
    meet(visit)
    for person in (visit.patient, visit.doctor):
        probes.hears(person.page)
    visit.patient.look("call-open")
