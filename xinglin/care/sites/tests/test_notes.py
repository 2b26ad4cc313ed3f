"""What the modules above tell of a walk-in: each step from the right state, and twice is once."""

import pytest
from django.db import ProgrammingError, transaction

from xinglin.care.sites import queries, services
from xinglin.care.sites.lifecycle import WALK_IN
from xinglin.care.sites.models import WalkInStep
from xinglin.care.sites.tests.factories import walk_in
from xinglin.care.sites.types import OPEN, STATES
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import Conflict, IllegalStep

pytestmark = pytest.mark.usefixtures("house")


@pytest.fixture
def card(here):
    return walk_in(here)


def state(card) -> str:
    return queries.walk_in(card.id).state


def test_a_whole_visit_is_told_step_by_step(card):
    at, visit, intake = clock.now(), ids.new(), ids.new()
    for _ in range(2):
        services.note_intake(card.id, intake, outcome="ready", at=at)
    for _ in range(2):
        services.note_asked(card.id, visit, at=at)
    for _ in range(2):
        services.note_seen(card.id, at=at)
    services.note_returned(card.id, at=at)
    services.note_seen(card.id, at=at)
    for _ in range(2):
        services.note_ended(card.id, ending="treated", at=at)
    told = queries.walk_in(card.id)
    assert (told.state, told.ending) == ("ended", "treated")
    assert (told.intake_id, told.consultation_id) == (intake, visit)
    steps = WalkInStep.objects.filter(walk_in_id=card.id).order_by("pk")
    names = [step.step for step in steps]
    assert names == ["register", "ask", "see", "give_back", "see", "end"]


def test_danger_signs_send_the_patient_away(card):
    intake, at = ids.new(), clock.now()
    for _ in range(2):
        services.note_intake(card.id, intake, outcome="emergency", at=at)
    assert state(card) == "emergency"
    with pytest.raises(IllegalStep):
        services.note_asked(card.id, ids.new(), at=at)


def test_a_walk_in_asks_for_one_visit(card):
    services.note_asked(card.id, ids.new(), at=clock.now())
    with pytest.raises(Conflict) as caught:
        services.note_asked(card.id, ids.new(), at=clock.now())
    assert caught.value.code == "walk_in_asked"


def test_who_leaves_while_waiting_has_left_whatever_becomes_of_the_visit(here, card):
    at = clock.now()
    services.note_asked(card.id, ids.new(), at=at)
    for _ in range(2):
        services.leave(here.assistant, card.id, reason="no_time", at=at)
    services.note_ended(card.id, ending="cancelled", at=at)
    assert (state(card), queries.walk_in(card.id).ending) == ("left", "no_time")


def test_nobody_leaves_while_the_doctor_is_there(here, card):
    services.note_asked(card.id, ids.new(), at=clock.now())
    services.note_seen(card.id, at=clock.now())
    with pytest.raises(IllegalStep):
        services.leave(here.assistant, card.id, reason="left", at=clock.now())


def test_the_place_at_the_site_counts_those_who_asked_before(here):
    first, second = walk_in(here), walk_in(here)
    assert queries.ahead(first) is None
    services.note_asked(first.id, ids.new(), at=clock.now())
    services.note_asked(second.id, ids.new(), at=clock.now())
    assert queries.ahead(queries.walk_in(second.id)) == 1
    _, queue = queries.today(here.assistant, at=clock.now())
    assert queue["waiting"] == 2


def test_the_database_refuses_to_change_a_step(card):
    with pytest.raises(ProgrammingError), transaction.atomic():
        WalkInStep.objects.filter(walk_in_id=card.id).update(state="ended")


def test_the_states_have_words_and_the_open_ones_are_not_final():
    assert set(STATES) == WALK_IN.states
    assert WALK_IN.states - WALK_IN.finals == OPEN
