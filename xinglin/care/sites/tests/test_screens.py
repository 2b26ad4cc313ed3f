"""The screen in the patient's hands: handed over, held for one walk-in, and taken back with a number."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password

from xinglin.care.sites import queries, services
from xinglin.care.sites.models import Site, SiteStaff
from xinglin.care.sites.tests.factories import PIN, counter, device, walk_in
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import Conflict, IllegalStep, Invalid, NotFound

pytestmark = pytest.mark.usefixtures("house")


@pytest.fixture
def here():
    made = counter()
    set_pin(made)
    return made


@pytest.fixture
def card(here):
    return walk_in(here)


def set_pin(at, pin: str = PIN) -> None:
    SiteStaff.objects.filter(user_id=at.assistant.user_id).update(pin=make_password(pin))


def hand_over(here, card, *, at=None):
    return services.hand_over(here.assistant, card.id, at=at or clock.now())


def patient(here, card) -> Viewer:
    """As the door makes one of a live pass."""
    return Viewer(
        user_id=card.holder_id,
        roles=frozenset({"site_patient"}),
        permissions=frozenset(),
        bound_to=card.id,
        station=here.device.pk,
    )


def back(here, viewer, pin: str) -> None:
    services.take_back(viewer, pin, staff_id=here.assistant.user_id, at=clock.now())


def test_a_screen_does_not_outlive_its_site_nor_for_long_who_has_left(here, card):
    _, secret = hand_over(here, card)
    assert queries.screen_of(secret, here.cookie)
    Site.objects.filter(pk=here.site.pk).update(closed_at=clock.now())
    assert queries.screen_of(secret, here.cookie) is None
    Site.objects.filter(pk=here.site.pk).update(closed_at=None)
    services.leave(here.assistant, card.id, reason="left", at=clock.now())
    soon, later = (clock.now() + timedelta(minutes=n) for n in (4, 6))
    assert queries.screen_of(secret, here.cookie, at=soon)
    assert queries.screen_of(secret, here.cookie, at=later) is None


def test_the_patient_holds_the_screen_of_this_device_for_this_walk_in(here, card):
    given, secret = hand_over(here, card)
    held = queries.screen_of(secret, here.cookie)
    assert held == given
    assert (held.walk_in_id, held.holder_id) == (card.id, card.holder_id)
    assert queries.bound_walk_in(patient(here, card)) == card
    _, other_cookie = device(here.site)
    assert queries.screen_of(secret, other_cookie) is None
    assert queries.screen_of("x", here.cookie) is None


def test_without_a_number_of_its_own_no_screen_is_handed_over(card, here):
    set_pin(here, "")
    SiteStaff.objects.filter(user_id=here.assistant.user_id).update(pin="")
    with pytest.raises(Conflict) as caught:
        hand_over(here, card)
    assert caught.value.code == "pin_needed"


def test_the_right_number_takes_it_back(here, card):
    _, secret = hand_over(here, card)
    back(here, patient(here, card), PIN)
    assert queries.screen_of(secret, here.cookie) is None
    with pytest.raises(NotFound):
        back(here, patient(here, card), PIN)


def test_five_wrong_numbers_end_the_pass(here, card):
    _, secret = hand_over(here, card)
    viewer = patient(here, card)
    for left in (4, 3, 2, 1):
        with pytest.raises(Invalid) as caught:
            back(here, viewer, "000000")
        assert (caught.value.code, str(left) in caught.value.text.zh) == ("wrong_pin", True)
    assert queries.screen_of(secret, here.cookie) is not None
    with pytest.raises(Conflict) as over:
        back(here, viewer, "000000")
    assert over.value.code == "screen_over"
    assert queries.screen_of(secret, here.cookie) is None


def test_the_number_of_another_assistant_does_not_take_it_back(here, card):
    there = counter()
    set_pin(there, "246810")
    hand_over(here, card)
    with pytest.raises(Invalid):
        back(here, patient(here, card), "246810")


@pytest.mark.parametrize(
    "end",
    ["three hours", "half an hour after the end", "revoked", "no more staff", "no more account"],
)
def test_a_pass_ends_by_itself(end, here, card):
    _, secret = hand_over(here, card)
    at, system = clock.now(), Viewer.system("tests")
    if end == "three hours":
        at += timedelta(hours=3)
    elif end == "half an hour after the end":
        services.note_asked(card.id, ids.new(), at=at)
        services.note_ended(card.id, ending="treated", at=at)
        assert queries.screen_of(secret, here.cookie, at=at + timedelta(minutes=29))
        at += timedelta(minutes=30)
    elif end == "revoked":
        services.revoke_device(system, here.site.pk, here.device.pk, at=at)
    elif end == "no more staff":
        services.remove_staff(system, here.site.pk, here.assistant.user_id, at=at)
    else:
        get_user_model().objects.filter(pk=here.assistant.user_id).update(roles=[])
    assert queries.screen_of(secret, here.cookie, at=at) is None


def test_the_next_patient_ends_the_pass_of_the_one_before(here, card):
    given, secret = hand_over(here, card)
    other = walk_in(here)
    second, _ = hand_over(here, other)
    assert queries.screen_of(secret, here.cookie) is None
    assert queries.passes_gone([given.id, second.id]) == {given.id}
    with pytest.raises(NotFound):
        queries.screen(patient(here, card))


def test_who_holds_a_screen_sees_no_other_walk_in(here, card):
    hand_over(here, card)
    other = walk_in(here)
    for wrong in (
        replace(patient(here, card), bound_to=other.id),
        replace(patient(here, card), bound_to=None),
        replace(patient(here, card), user_id=other.holder_id),
    ):
        with pytest.raises(NotFound):
            queries.bound_walk_in(wrong)


def test_the_patient_says_whether_the_assistant_stays_and_reads_and_changes_it(here, card):
    hand_over(here, card)
    viewer, at = patient(here, card), clock.now()
    assert (card.stays, card.chat_shared) == (None, False)
    told = services.note_wishes(viewer, stays=False, at=at)
    assert (told.stays, told.chat_shared) == (False, False)
    told = services.note_wishes(viewer, chat_shared=True, at=at)
    assert (told.stays, told.chat_shared) == (False, True)
    assert not services.note_wishes(viewer, chat_shared=False, at=at).chat_shared
    with pytest.raises(NotFound):
        services.note_wishes(here.assistant, chat_shared=True, at=at)


def test_the_patient_mends_the_complaint_until_the_doctor_is_asked(here, card):
    hand_over(here, card)
    viewer = patient(here, card)
    assert services.tell_complaint(viewer, "咳嗽五天").complaint == "咳嗽五天"
    services.note_asked(card.id, ids.new(), at=clock.now())
    with pytest.raises(Conflict) as caught:
        services.tell_complaint(viewer, "头痛")
    assert caught.value.code == "asked_already"


def test_who_has_left_is_handed_nothing(here, card):
    services.leave(here.assistant, card.id, reason="left", at=clock.now())
    with pytest.raises(IllegalStep):
        hand_over(here, card)


def test_done_is_told_once_and_the_pass_lives_on(here, card):
    _, secret = hand_over(here, card)
    for _ in range(2):
        services.note_done(patient(here, card), at=clock.now())
    assert queries.screen_of(secret, here.cookie) is not None
