"""A line as in a mountain village: late, lossy and narrow; and none at all for a while."""

import time

import pytest

from journeys.calls import probes
from journeys.calls.faces import RED
from journeys.calls.lines import Line
from journeys.calls.people import CallCast, Visit, meet
from journeys.hospital import eventually

pytestmark = pytest.mark.slow
_WEAK = {"delay_ms": 200, "loss": 5, "kbit": 200}
# The line is found out in the first; what is measured is what one lives with.
_SETTLE_MS, _LISTEN_MS = 8_000, 12_000
_OUTAGE_S, _BACK_WITHIN_S = 45.0, 15.0
# Until both sides' pages say so, and the house believes them no longer.
_NOTICED_WITHIN_S = 15.0


def test_on_a_weak_line_one_hears_and_after_an_outage_one_is_back(
    cast: CallCast, line: Line
) -> None:
    visit = cast.visit()
    meet(visit)
    line.set(**_WEAK)
    visit.patient.page.wait_for_timeout(_SETTLE_MS)
    before = [probes.stats(person.page) for person in (visit.patient, visit.doctor)]
    visit.patient.page.wait_for_timeout(_LISTEN_MS)
    after = [probes.stats(person.page) for person in (visit.patient, visit.doctor)]
    for old, new in zip(before, after, strict=True):
        assert probes.concealed_share(old, new) < 0.10
    the_line_is_gone(visit, line)
    returned = time.monotonic()
    line.set()
    for person in (visit.patient, visit.doctor):
        left = _BACK_WITHIN_S - (time.monotonic() - returned)
        probes.hears(person.page, seconds=max(left, 0))
    took = time.monotonic() - returned
    print(f"back {took:.1f} s after the line")
    # A line that was too weak for pictures is trusted with them after half a minute, or at a tap.
    if visit.patient.get("advice-video").count():
        visit.patient.press("advice-video")
    eventually(lambda: RED.colour in probes.colours(visit.doctor.page), "seeing the patient")
    assert visit.state() == "active"
    call = visit.call()["call"]
    eventually(lambda: visit.call()["call"]["down_since"] is None, "the line's being up again")
    assert call["state"] == "open"
    visit.doctor.say("still here")
    visit.patient.hears("still here")


def the_line_is_gone(visit: Visit, line: Line) -> None:
    """For all of the outage; the clock stands still from when it is noticed to the end of it."""
    gone = time.monotonic()
    line.set(down=True)
    call = eventually(
        lambda: found if (found := visit.call()["call"])["down_since"] else None,
        "noticing that the line is down",
        _NOTICED_WITHIN_S,
    )
    assert call["clock_running_since"] is None
    stood = call["clock_ms"]
    left = _OUTAGE_S - (time.monotonic() - gone)
    visit.doctor.page.wait_for_timeout(left * 1000)
    call = visit.call()["call"]
    assert (call["clock_ms"], call["clock_running_since"]) == (stood, None)
