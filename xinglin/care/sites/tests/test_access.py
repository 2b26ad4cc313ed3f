"""Who touches a walk-in: an assistant of its site, at a device of that site, on its day; nobody else."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from xinglin.care.sites import queries, services
from xinglin.care.sites.gateway import Observation
from xinglin.care.sites.models import Observed, Reading, Site
from xinglin.care.sites.tests.factories import (
    PIN,
    assistant,
    counter,
    cuff,
    device,
    form,
    pressure,
    walk_in,
)
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import Conflict, NotFound
from xinglin.policy.rules import day_begins, local_date

pytestmark = pytest.mark.usefixtures("house")


@pytest.fixture
def card(here):
    """Somebody was measured, and another measurement waits."""
    services.set_pin(here.assistant, PIN, at=clock.now())
    card, token = walk_in(here), gateway_token(here)
    services.take_reading(here.assistant, card.id, ids.new(), pressure(), at=clock.now())
    sent = Observation(identifier="a|1", told=pressure(instrument_serial="BP-1"))
    services.observe(token, sent, at=clock.now())
    return card


def gateway_token(at) -> str:
    cuff(at)
    return services.make_gateway_token(Viewer.system("tests"), at.site.pk, at=clock.now())


def measured_of(walk_in_id: UUID) -> UUID:
    return Reading.objects.get(walk_in_id=walk_in_id).pk


def sent_to_the_site_of(walk_in_id: UUID) -> UUID:
    return Observed.objects.get(site_id=queries.walk_in(walk_in_id).site_id).pk


ACTS = {
    "list": lambda v, w, at: queries.today(v, at=at),
    "read": lambda v, w, at: services.open_walk_in(v, w, at=at),
    "own": lambda v, w, at: queries.own_walk_in(v, w, at=at),
    "register": lambda v, w, at: services.register(v, ids.new(), form(), at=at),
    "complaint": lambda v, w, at: services.change_complaint(v, w, "头痛", at=at),
    "pictures": lambda v, w, at: services.set_pictures(v, w, [], at=at),
    "reading": lambda v, w, at: services.take_reading(v, w, ids.new(), pressure(at=at), at=at),
    "withdraw": lambda v, w, at: services.withdraw_reading(v, w, measured_of(w), at=at),
    "take": lambda v, w, at: services.take_observed(v, w, sent_to_the_site_of(w), at=at),
    "hand over": lambda v, w, at: services.hand_over(v, w, at=at),
    "leave": lambda v, w, at: services.leave(v, w, reason="left", at=at),
    "inbox": lambda v, w, at: queries.observed(v, since=at),
    "look up": lambda v, w, at: services.look_up(v, form().person, at=at),
}
# Acts that name no walk-in are for whoever stands at a site, whichever day it is.
OF_A_WALK_IN = sorted(set(ACTS) - {"list", "register", "inbox", "look up"})


def strangers(here) -> dict[str, Viewer]:
    there = counter()
    stolen, _ = device(here.site)
    stolen.revoked_at = clock.now()
    stolen.save()
    left = assistant(here.site, here.device)
    services.remove_staff(Viewer.system("tests"), here.site.pk, left.user_id, at=clock.now())
    return {
        "no device": replace(here.assistant, station=None),
        "a device that was never enrolled": replace(here.assistant, station=ids.new()),
        "a revoked device": replace(here.assistant, station=stolen.pk),
        "the device of another site": replace(here.assistant, station=there.device.pk),
        "another site's staff at this device": replace(there.assistant, station=here.device.pk),
        "who works here no more": left,
        "a patient who holds the screen": replace(here.assistant, bound_to=ids.new()),
    }


@pytest.mark.parametrize("act", ACTS)
def test_all_of_it_is_there_for_the_assistant(act, here, card):
    ACTS[act](here.assistant, card.id, clock.now())


@pytest.mark.parametrize("act", ACTS)
def test_nothing_is_there_for_strangers(act, here, card):
    for viewer in strangers(here).values():
        with pytest.raises(NotFound):
            ACTS[act](viewer, card.id, clock.now())


@pytest.mark.parametrize("act", OF_A_WALK_IN)
def test_what_is_of_another_site_is_not_there(act, card):
    there = counter()
    with pytest.raises(NotFound):
        ACTS[act](there.assistant, card.id, clock.now())


@pytest.mark.parametrize("act", OF_A_WALK_IN)
def test_yesterdays_is_not_there(act, here, card):
    with pytest.raises(NotFound):
        ACTS[act](here.assistant, card.id, clock.now() + timedelta(days=1))


def at_five_to_twelve() -> datetime:
    """Before midnight of the house."""
    tomorrow = local_date(clock.now()) + timedelta(days=1)
    return day_begins(tomorrow) - timedelta(minutes=5)


def test_who_is_there_at_midnight_is_there_after_it(here):
    late = at_five_to_twelve()
    with clock.frozen(late):
        card, gone = walk_in(here), walk_in(here)
        services.leave(here.assistant, gone.id, reason="left", at=late)
    for hours, listed in ((1, {card.id, gone.id}), (4, {card.id}), (25, set())):
        at = late + timedelta(hours=hours)
        assert {each.id for each in queries.today(here.assistant, at=at)[0]} == listed
        for identifier in (card.id, gone.id):
            if identifier in listed:
                assert queries.own_walk_in(here.assistant, identifier, at=at)
            else:
                with pytest.raises(NotFound):
                    queries.own_walk_in(here.assistant, identifier, at=at)


def test_who_waits_since_yesterday_is_not_registered_once_more(here):
    late = at_five_to_twelve()
    again = form()
    with clock.frozen(late):
        services.register(here.assistant, ids.new(), again, at=late)
        with pytest.raises(Conflict) as caught:
            services.register(here.assistant, ids.new(), again, at=late + timedelta(hours=1))
    assert caught.value.code == "already_here"


def test_an_answer_lost_at_midnight_is_given_after_it(here):
    late, wanted, told = at_five_to_twelve(), form(), pressure(at=at_five_to_twelve())
    identifier, reading = ids.new(), ids.new()
    with clock.frozen(late):
        card = services.register(here.assistant, identifier, wanted, at=late)
        kept = services.take_reading(here.assistant, identifier, reading, told, at=late)
        services.leave(here.assistant, identifier, reason="left", at=late)
    later = late + timedelta(days=1)
    again = services.register(here.assistant, identifier, wanted, at=later)
    assert (again.id, again.number) == (card.id, card.number)
    assert services.take_reading(here.assistant, identifier, reading, told, at=later) == kept
    colleague = assistant(here.site, here.device)
    for viewer, form_, told_ in (
        (colleague, wanted, told),
        (counter().assistant, wanted, told),
        (here.assistant, form(), pressure(at=later)),
    ):
        with pytest.raises(NotFound):
            services.register(viewer, identifier, form_, at=later)
        with pytest.raises(NotFound):
            services.take_reading(viewer, identifier, ids.new(), told_, at=later)


def test_tomorrow_the_list_begins_anew(here, card):
    today, queue = queries.today(here.assistant, at=clock.now())
    assert ([each.id for each in today], queue["terminals"]) == ([card.id], 1)
    tomorrow, _ = queries.today(here.assistant, at=clock.now() + timedelta(days=1))
    assert tomorrow == []


def test_a_colleague_of_the_same_site_sees_it_at_another_device_of_the_site(here, card):
    other, _ = device(here.site)
    colleague = assistant(here.site, other)
    assert queries.own_walk_in(colleague, card.id).id == card.id


def test_a_closed_site_opens_nothing(here, card):
    Site.objects.filter(pk=here.site.pk).update(closed_at=clock.now())
    with pytest.raises(NotFound):
        queries.own_walk_in(here.assistant, card.id)
    assert queries.station_of(here.cookie) is None
    assert queries.device_state(here.cookie) == "revoked"


def test_a_browser_is_known_by_its_cookie_alone(here):
    station = queries.station_of(here.cookie)
    assert (station.device_id, station.site_id) == (here.device.pk, here.site.pk)
    assert queries.station_of(here.cookie + "x") is None
    assert queries.device_state("") == queries.device_state("other") == "unknown"


def test_an_instrument_of_another_site_is_unknown_here(here, card):
    there = counter()
    serial = cuff(there, "BP-2")
    with pytest.raises(NotFound) as caught:
        services.take_reading(
            here.assistant,
            card.id,
            ids.new(),
            pressure(instrument_serial=serial),
            at=clock.now(),
        )
    assert caught.value.code == "instrument_unknown"
