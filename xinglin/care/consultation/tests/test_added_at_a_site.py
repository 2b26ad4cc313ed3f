"""What an assistant adds during a visit reaches both sides, and is weighed."""

from uuid import UUID

import pytest

from xinglin.care.consultation import queries, reactions, services
from xinglin.care.consultation.messages import queries as messages
from xinglin.care.consultation.queries.record_paper import record_on_paper
from xinglin.care.consultation.tests import factories as make
from xinglin.care.consultation.tests.at_site import (
    at_counter,
    helper_of,
    last_event,
    told,
    waiting,
    wish,
)
from xinglin.care.consultation.tests.factories import Cast, Person
from xinglin.care.sites import services as site_services
from xinglin.care.sites.tests import factories as sites
from xinglin.care.sites.types import WalkInCard
from xinglin.care.triage.tests.counter import reading, row_of
from xinglin.foundation.media.models import File
from xinglin.foundation.outbox.models import OutboxEvent
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import Conflict


@pytest.fixture
def here(cast: Cast) -> tuple[Person, WalkInCard, UUID]:
    return waiting()


def test_both_sides_read_what_is_measured_during_the_visit_once(cast, here):
    person, walk, visit = here
    make.accept(visit, cast.doctor)
    made = measured(walk, spo2=97)
    for _ in range(2):
        services.tell_reading(made.id, walk.id, UUID(made.payload["reading_id"]), at=clock.now())
    assert make.cards(visit).count("site_reading") == 1
    assert "97 %" in messages.last_card(visit, "site_reading")["text"]["en"]
    kind, to = make.events(visit)[-1]
    assert (kind, to) == ("MeasuredAtSite", {f"user:{person.id}", f"user:{cast.doctor.id}"})
    site_services.withdraw_reading(
        helper_of(walk), walk.id, UUID(made.payload["reading_id"]), at=clock.now()
    )
    hear()
    assert "taken a measurement back" in messages.last_card(visit, "site_reading")["text"]["en"]
    assert "site_graver" not in make.cards(visit)


def test_a_graver_value_makes_the_visit_urgent_and_an_emergency_alarms_once(cast, here):
    _, walk, visit = here
    was = make.row(visit).urgency
    for value in (84, 83):
        measured(walk, spo2=value)
        hear()
    assert make.row(visit).urgency == 1 < was
    assert make.cards(visit).count("site_graver") == 1
    card = messages.last_card(visit, "site_graver")
    assert card["level"] == "emergency"
    assert "120" in card["text"]["zh"]
    assert row_of(walk).alarmed_at is not None
    assert row_of(walk).state == "asked", "the visit goes on: a doctor shall look"


def test_what_was_measured_just_before_the_visit_is_weighed_when_it_begins(cast):
    person, walk = at_counter()
    intake = told(person, walk)
    reading(walk, "spo2", value=84)
    visit = services.open_consultation(
        person.viewer, intake_id=intake, department=make.department(), at=clock.now()
    )
    assert "site_graver" in make.cards(visit)


def test_pictures_of_the_assistant_reach_the_conversation(cast, here):
    _, walk, visit = here
    helper = Person(helper_of(walk))
    picture = make.picture(helper)
    File.objects.filter(pk=picture).update(claimed_at=None)
    site_services.set_pictures(helper.viewer, walk.id, [picture], at=clock.now())
    event = last_event("PicturesAdded")
    for _ in range(2):
        reactions.add_pictures(event.id, event.payload, clock.now())
    assert messages.pictures(visit) == {picture: True}
    assert File.objects.get(pk=picture).claimed_at is not None
    assert make.cards(visit).count("site_pictures") == 1
    with pytest.raises(Conflict) as gone:
        site_services.set_pictures(helper.viewer, walk.id, [], at=clock.now())
    assert gone.value.code == "pictures_told"


def test_between_interview_and_visit_nothing_is_added_that_the_doctor_would_not_see(cast):
    person, walk = at_counter()
    told(person, walk)
    helper = Person(helper_of(walk))
    picture = make.picture(helper)
    for act in (
        lambda: site_services.set_pictures(helper.viewer, walk.id, [picture], at=clock.now()),
        lambda: site_services.change_complaint(helper.viewer, walk.id, "胸痛", at=clock.now()),
        lambda: site_services.tell_complaint(person.viewer, "胸痛"),
    ):
        with pytest.raises(Conflict) as begun:
            act()
        assert begun.value.code == "interview_begun"


def test_papers_are_ready_when_the_record_is_signed(cast, here):
    _, walk, visit = here
    make.accept(visit, cast.doctor)
    assert row_of(walk).signed_at is None
    make.sign(visit, cast.doctor)
    assert row_of(walk).signed_at is not None


def test_the_record_says_who_registered_and_measured_and_what_was_wished(cast, here):
    person, _, visit = here
    wish(person, stays=False)
    make.accept(visit, cast.doctor)
    make.sign(visit, cast.doctor)
    letter, _ = record_on_paper(visit, "en")
    lines = dict(line for section in letter.sections for line in section.lines)
    assert "Registered by" in lines
    assert "leave" in lines["Assistant in the room"]
    assert f"taken by {lines['Registered by']}" in lines["Blood pressure"]


def test_the_assistant_reads_the_last_page_of_the_words(cast, here):
    person, walk, visit = here
    wish(person, chat_shared=True)
    for _ in range(3):
        make.messages.post(visit, person.id, "picture", {"picture_id": str(make.picture(person))})
    for n in range(3):
        make.say(visit, person, words=f"第{n}句")
    found = queries.messages_at_site(helper_of(walk), walk.id, since=0, limit=2)["messages"]
    assert [each.body["text"] for each in found] == ["第1句", "第2句"]


def measured(walk: WalkInCard, **values: float) -> OutboxEvent:
    """As the assistant puts it down, however unlikely."""
    ((kind, value),) = values.items()
    site_services.take_reading(
        helper_of(walk),
        walk.id,
        ids.new(),
        sites.Told(kind=kind, values={"value": value}, unit="%", measured_at=clock.now()),
        confirmed=True,
        at=clock.now(),
    )
    return last_event("ReadingTaken")


def hear() -> None:
    event = last_event("ReadingTaken")
    reactions.tell_reading(event.id, event.payload, clock.now())
