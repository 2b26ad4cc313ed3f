"""What is measured: put down once, never changed, taken back in words; and what instruments send."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction

from xinglin.care.sites import queries, services
from xinglin.care.sites.gateway import Observation
from xinglin.care.sites.models import Reading
from xinglin.care.sites.tests.factories import counter, cuff, form, pressure, walk_in
from xinglin.care.sites.types import Told
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import Conflict, Invalid, NotFound, Unauthenticated

pytestmark = pytest.mark.usefixtures("house")


@pytest.fixture
def card(here):
    return walk_in(here)


def take(here, card, told, *, identifier=None, confirmed=False):
    return services.take_reading(
        here.assistant,
        card.id,
        identifier or ids.new(),
        told,
        confirmed=confirmed,
        at=clock.now(),
    )


def code_of(kind, act, *args, **named) -> str:
    with pytest.raises(kind) as caught:
        act(*args, **named)
    return caught.value.code


def hot(value: float, **changes) -> Told:
    return pressure(kind="temperature", values={"value": value}, unit="Cel", **changes)


def test_a_reading_keeps_what_was_told_and_by_which_instrument(here, card):
    told = pressure(
        values={"systolic": 16.0, "diastolic": 10.7}, unit="kPa", instrument_serial=cuff(here)
    )
    kept = take(here, card, told)
    assert (kept.values, kept.unit) == ({"systolic": 120, "diastolic": 80}, "mm[Hg]")
    assert (kept.told_values, kept.told_unit) == (told.values, "kPa")
    assert (kept.instrument_serial, kept.instrument_model) == ("BP-1", "欧姆龙 U30")
    assert (kept.by, kept.taken_by) == ("hand", here.assistant.user_id)
    assert queries.readings(card.id) == [kept]
    assert queries.measured(card.id) == {"systolic": 120, "diastolic": 80}


def test_the_last_kept_of_each_measure_counts_whatever_the_clock_of_the_device_says(here, card):
    wrong = clock.now() - timedelta(minutes=4)
    take(here, card, hot(38.6))
    take(here, card, hot(37.1, measured_at=wrong))
    assert queries.measured(card.id) == {"temperature": 37.1}
    assert [each.values["value"] for each in queries.readings(card.id)] == [38.6, 37.1]


def test_the_same_twice_is_one_and_another_under_its_id_is_refused(here, card):
    told, identifier = pressure(), ids.new()
    first = take(here, card, told, identifier=identifier)
    assert take(here, card, told, identifier=identifier) == first
    other = hot(37.0)
    assert code_of(Conflict, take, here, card, other, identifier=identifier) == "reading_differs"
    elsewhere = walk_in(here)
    assert (
        code_of(Conflict, take, here, elsewhere, told, identifier=identifier) == "reading_differs"
    )


def test_what_is_rare_is_kept_when_it_was_measured_again(here, card):
    assert code_of(Conflict, take, here, card, hot(42.5)) == "unlikely_value"
    kept = take(here, card, hot(42.5), confirmed=True)
    assert Reading.objects.get(pk=kept.id).confirmed
    assert code_of(Invalid, take, here, card, hot(98.6), confirmed=True) == "impossible_value"


def test_a_clock_that_is_wrong_is_told(here, card):
    for off in (timedelta(days=-4), timedelta(hours=1)):
        told = hot(37, measured_at=clock.now() + off)
        assert code_of(Invalid, take, here, card, told) == "wrong_time"


def test_an_instrument_that_is_not_registered_is_told(here, card):
    told = pressure(instrument_serial="BP-9")
    assert code_of(NotFound, take, here, card, told) == "instrument_unknown"
    thermometer = hot(37, instrument_serial=cuff(here))
    assert code_of(NotFound, take, here, card, thermometer) == "instrument_unknown"


def test_what_was_wrong_is_taken_back_and_stays_in_the_house(here, card):
    kept = take(here, card, hot(38.6))
    for _ in range(2):
        services.withdraw_reading(here.assistant, card.id, kept.id, at=clock.now())
    assert (queries.readings(card.id), queries.measured(card.id)) == ([], {})
    assert Reading.objects.get(pk=kept.id).withdrawn_by == here.assistant.user_id


@pytest.mark.parametrize("change", [{"values": {"value": 36.6}}, {"withdrawn_at": None}])
def test_the_database_refuses_to_change_what_was_measured(here, card, change):
    kept = take(here, card, hot(38.6))
    services.withdraw_reading(here.assistant, card.id, kept.id, at=clock.now())
    with pytest.raises(ProgrammingError), transaction.atomic():
        Reading.objects.filter(pk=kept.id).update(**change)


def test_nothing_is_measured_in_a_walk_in_that_is_over(here, card):
    kept = take(here, card, hot(38.6))
    services.leave(here.assistant, card.id, reason="left", at=clock.now())
    assert code_of(Conflict, take, here, card, hot(37)) == "walk_in_over"
    with pytest.raises(Conflict):
        services.withdraw_reading(here.assistant, card.id, kept.id, at=clock.now())


def test_what_was_measured_before_the_patient_came_is_taken_when_confirmed(here, card, token):
    earlier = clock.now() - timedelta(minutes=6)
    told = pressure(at=earlier)
    assert code_of(Conflict, take, here, card, told) == "measured_before"
    assert take(here, card, told, confirmed=True).measured_at == earlier
    identifier, _ = services.observe(token, sent(measured_at=earlier), at=clock.now())
    acts = (services.take_observed, here.assistant, card.id, identifier)
    assert code_of(Conflict, *acts, at=clock.now()) == "measured_before"
    assert services.take_observed(
        here.assistant, card.id, identifier, confirmed=True, at=clock.now()
    )


def test_what_was_captured_is_measured_after_its_own_time(here):
    captured = clock.now() - timedelta(hours=2)
    card = services.register(here.assistant, ids.new(), form(captured_at=captured), at=clock.now())
    assert take(here, card, pressure(at=captured))
    before = pressure(at=captured - timedelta(hours=1))
    assert code_of(Conflict, take, here, card, before) == "measured_before"


@pytest.fixture
def token(here):
    cuff(here)
    return services.make_gateway_token(Viewer.system("tests"), here.site.pk, at=clock.now())


def sent(identifier: str = "a|1", **changes) -> Observation:
    told = pressure(**({"instrument_serial": "BP-1"} | changes))
    return Observation(identifier=identifier, told=told)


def test_what_an_instrument_sends_waits_for_its_patient(here, card, token):
    identifier, is_new = services.observe(token, sent(), at=clock.now())
    (waiting,) = queries.observed(here.assistant, since=clock.now() - timedelta(hours=1))
    assert (is_new, waiting.id) == (True, identifier)
    kept = services.take_observed(here.assistant, card.id, identifier, at=clock.now())
    assert (kept.by, kept.instrument_serial) == ("gateway", "BP-1")
    assert services.take_observed(here.assistant, card.id, identifier, at=clock.now()) == kept
    assert queries.observed(here.assistant, since=clock.now() - timedelta(hours=1)) == []
    other = walk_in(here)
    taken = code_of(
        Conflict, services.take_observed, here.assistant, other.id, identifier, at=clock.now()
    )
    assert taken == "observation_taken"


def test_another_sites_assistant_does_not_find_it(here, token):
    identifier, _ = services.observe(token, sent(), at=clock.now())
    there = counter()
    theirs = walk_in(there)
    assert queries.observed(there.assistant, since=clock.now() - timedelta(hours=1)) == []
    with pytest.raises(NotFound):
        services.take_observed(there.assistant, theirs.id, identifier, at=clock.now())


def test_sent_twice_it_is_received_once(here, token):
    message, at = sent(), clock.now()
    first, _ = services.observe(token, message, at=at)
    assert services.observe(token, message, at=at) == (first, False)
    other = sent(values={"systolic": 140, "diastolic": 90})
    assert code_of(Conflict, services.observe, token, other, at=at) == "observation_differs"


def test_a_gateway_is_known_by_its_newest_token(here, token):
    at = clock.now()
    newer = services.make_gateway_token(Viewer.system("tests"), here.site.pk, at=at)
    for wrong in ("", "x", token):
        assert code_of(Unauthenticated, services.observe, wrong, sent(), at=at) == (
            "gateway_unknown"
        )
    assert services.observe(newer, sent(), at=at)[1]


def test_a_gateway_hears_what_is_wrong_with_what_it_sends(here, token):
    at = clock.now()
    unknown = sent(instrument_serial="BP-9")
    assert code_of(NotFound, services.observe, token, unknown, at=at) == "instrument_unknown"
    wrong = sent(values={"systolic": 900, "diastolic": 90})
    assert code_of(Invalid, services.observe, token, wrong, at=at) == "impossible_value"


def test_a_rare_value_of_an_instrument_is_asked_about_when_it_is_taken(here, card, token):
    high = sent(values={"systolic": 250, "diastolic": 120})
    identifier, _ = services.observe(token, high, at=clock.now())
    acts = (services.take_observed, here.assistant, card.id, identifier)
    assert code_of(Conflict, *acts, at=clock.now()) == "unlikely_value"
    kept = services.take_observed(
        here.assistant, card.id, identifier, confirmed=True, at=clock.now()
    )
    assert Reading.objects.get(pk=kept.id).confirmed


def test_when_a_glucose_of_an_instrument_was_measured_the_assistant_says(here, card, token):
    services.note_instrument(
        Viewer.system("tests"), here.site.pk, "GL-1", kind="glucose", model="GA-3", at=clock.now()
    )
    told = Told(
        kind="glucose",
        values={"value": 7.2},
        unit="mmol/L",
        instrument_serial="GL-1",
        measured_at=clock.now(),
    )
    told = Observation(identifier="g|1", told=told)
    identifier, _ = services.observe(token, told, at=clock.now())
    acts = (services.take_observed, here.assistant, card.id, identifier)
    assert code_of(Invalid, *acts, at=clock.now()) == "context_needed"
    assert code_of(Invalid, *acts, context="later", at=clock.now()) == "wrong_context"
    kept = services.take_observed(*acts[1:], context="after_meal", at=clock.now())
    assert kept.context == "after_meal"
