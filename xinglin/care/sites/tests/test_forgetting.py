"""What an account takes along: all of it in a copy, and what led to no visit is forgotten."""

import json

import pytest
from django.db import ProgrammingError, transaction

from xinglin.care.sites import queries, reactions, services
from xinglin.care.sites.models import Reading, WalkIn
from xinglin.care.sites.queries.exports import export_part
from xinglin.care.sites.tests.factories import counter, pressure, walk_in
from xinglin.kernel import clock, ids

pytestmark = pytest.mark.usefixtures("house")


def measured(here):
    card, at = walk_in(here), clock.now()
    services.take_reading(here.assistant, card.id, ids.new(), pressure(), at=at)
    return card


def forget(holder_id) -> None:
    reactions.forget(ids.new(), {"user_id": str(holder_id)}, clock.now())


def test_a_copy_holds_every_walk_in_with_what_was_measured():
    card = measured(counter())
    part = export_part(card.holder_id)
    (told,) = json.loads(json.dumps(part.data, default=str))
    assert (part.name, told["complaint"], told["number"]) == ("walk_ins", "咳嗽三天", 1)
    assert told["readings"][0]["values"] == {"systolic": 128, "diastolic": 82}
    assert export_part(ids.new()).data == []


def test_what_led_to_no_visit_is_forgotten_with_the_account():
    here = counter()
    card, other = measured(here), measured(here)
    for _ in range(2):
        forget(card.holder_id)
    row = WalkIn.objects.get(pk=card.id)
    assert (row.complaint, row.number, queries.readings(card.id)) == ("", 1, [])
    assert WalkIn.objects.get(pk=other.id).complaint == "咳嗽三天"
    assert len(queries.readings(other.id)) == 1


def test_what_a_visit_stands_on_is_kept():
    card = measured(counter())
    services.note_asked(card.id, ids.new(), at=clock.now())
    forget(card.holder_id)
    assert WalkIn.objects.get(pk=card.id).complaint == "咳嗽三天"
    assert len(queries.readings(card.id)) == 1
    with pytest.raises(ProgrammingError), transaction.atomic():
        Reading.objects.filter(walk_in_id=card.id).delete()
