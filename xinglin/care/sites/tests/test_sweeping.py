"""By the clock: who asked for nobody has left, and what nobody needs goes."""

from datetime import timedelta

import pytest

from xinglin.care.people.tests.factories import hospital
from xinglin.care.sites import queries, services, tasks
from xinglin.care.sites.gateway import Observation
from xinglin.care.sites.models import Observed, PinTry, ScreenPass, WalkInStep
from xinglin.care.sites.tests.factories import PIN, counter, cuff, pressure, walk_in
from xinglin.foundation.accounts.types import SYSTEM_ID, Viewer
from xinglin.kernel import clock, ids
from xinglin.policy.rules import day_begins, local_date

MIDNIGHT = day_begins(local_date(clock.now()) + timedelta(days=1))


@pytest.fixture
def here(db):
    hospital()
    return counter()


def tidy(at) -> int:
    with clock.frozen(at):
        return tasks.tidy()


def test_who_asked_for_nobody_has_left_when_the_day_is_over(here):
    early, late = MIDNIGHT - timedelta(hours=6), MIDNIGHT - timedelta(minutes=10)
    with clock.frozen(early):
        forgotten, waits = walk_in(here), walk_in(here)
        services.note_asked(waits.id, ids.new(), at=early)
    with clock.frozen(late):
        just_came = walk_in(here)
    assert tidy(late) == 0
    assert tidy(MIDNIGHT) == 1
    states = [queries.walk_in(each.id).state for each in (forgotten, waits, just_came)]
    assert states == ["left", "asked", "registered"]
    assert queries.walk_in(forgotten.id).ending == "not_asked"
    step = WalkInStep.objects.get(walk_in_id=forgotten.id, step="lapse")
    assert (step.by, step.at) == (SYSTEM_ID, MIDNIGHT)
    assert tidy(MIDNIGHT + timedelta(hours=3)) == 1


def test_what_was_sent_a_week_ago_and_tries_on_old_passes_go(here):
    serial, at = cuff(here), clock.now()
    token = services.make_gateway_token(Viewer.system("tests"), here.site.pk, at=at)
    sent = Observation(identifier="a|1", told=pressure(at=at, instrument_serial=serial))
    services.observe(token, sent, at=at)
    services.set_pin(here.assistant, PIN, at=at)
    given, _ = services.hand_over(here.assistant, walk_in(here).id, at=at)
    PinTry.objects.create(pass_id=given.id, tries=1)
    tries = PinTry.objects.filter(pass_id=given.id)  # Others stay of other tests.
    tidy(at + timedelta(hours=1))
    assert (Observed.objects.count(), tries.count()) == (1, 1)
    tidy(at + timedelta(days=8))
    assert (Observed.objects.count(), tries.count()) == (0, 0)
    assert ScreenPass.objects.count() == 1
