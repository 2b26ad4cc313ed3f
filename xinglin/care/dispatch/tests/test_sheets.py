"""Doctors who came by a spreadsheet can be found, as those employed one by one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xinglin.care.dispatch import reactions
from xinglin.care.dispatch.models import Profile
from xinglin.care.people.tests.factories import doctor, hospital
from xinglin.kernel import clock, ids

pytestmark = pytest.mark.django_db


def told(cards) -> dict[str, list[str]]:
    return {"practitioner_ids": [str(card.id) for card in cards]}


def test_all_of_them_are_taken_up_in_two_statements_and_twice_is_once():
    hospital()
    cards = [doctor()[1] for _ in range(4)]
    with CaptureQueriesContext(
        connection,
    ) as asked:
        reactions.take_up_doctors(ids.new(), told(cards), clock.now())
    assert len(asked) == 2
    reactions.take_up_doctors(ids.new(), told(cards), clock.now())
    profiles = Profile.objects.all()
    assert {p.practitioner_id for p in profiles} == {card.id for card in cards}
    assert all(p.is_stale for p in profiles)


def test_those_who_changed_are_counted_again_and_nobody_else():
    hospital()
    cards = [doctor()[1] for _ in range(3)]
    reactions.take_up_doctors(ids.new(), told(cards), clock.now())
    Profile.objects.update(is_stale=False)
    reactions.count_all_again(ids.new(), told(cards[:2]), clock.now())
    assert {p.practitioner_id for p in Profile.objects.filter(is_stale=True)} == {
        card.id for card in cards[:2]
    }
