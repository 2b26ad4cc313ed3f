"""A whole visit over the line: cards of its steps, who is let in, and what is written down of it."""

import asyncio

import pytest

from xinglin.care.consultation import services
from xinglin.care.consultation.tests import factories
from xinglin.edge.live.tests.cast import aside, house_open, signed_in, tab
from xinglin.foundation.outbox.services import relay_pending
from xinglin.kernel import clock

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_patient_reads_the_card_of_each_step_as_it_is_taken():
    people = factories.cast()
    visit = factories.visit(people.patient)
    him = signed_in(people.patient.id)

    async def story():
        async with house_open(), tab(him) as phone:
            await phone.say("join", consultation=visit, since=0)
            await aside(factories.accept, visit, people.doctor)
            await aside(relay_pending)
            heard = []
            while "accepted" not in heard:
                frame = await phone.hear_op("message")
                heard.append(frame["message"]["body"].get("card"))
            return heard

    assert asyncio.run(story()) == [None, "intake", "accepted"]


def test_a_doctor_who_reads_a_thread_is_written_down_once_and_the_patient_is_not():
    people = factories.cast()
    visit = factories.active(people.patient, people.doctor)
    him, her = signed_in(people.patient.id), signed_in(people.doctor.id)

    async def story():
        async with house_open(), tab(him) as phone, tab(her) as desk:
            for each in (phone, desk, desk):
                await each.say("join", consultation=visit, since=0)
                await each.hear_op("joined")
                await each.all_so_far()

    before = factories.audited(visit)
    asyncio.run(story())
    assert factories.audited(visit)[len(before) :] == [
        ("consultation.read_messages", people.doctor.id)
    ]


def test_a_stranger_who_asks_for_a_thread_leaves_no_line_of_reading():
    people = factories.cast()
    visit = factories.active(people.patient, people.doctor)
    stranger = signed_in(people.other_doctor.id)

    async def story():
        async with house_open(), tab(stranger) as desk:
            await desk.say("join", consultation=visit, since=0)
            await desk.hear_op("refused")

    before = factories.audited(visit)
    asyncio.run(story())
    assert factories.audited(visit) == before


def test_a_visit_that_is_handed_over_leaves_its_former_doctor_outside():
    people = factories.cast()
    visit = factories.active(people.patient, people.doctor)
    him, her = signed_in(people.patient.id), signed_in(people.doctor.id)

    def hand_over() -> None:
        services.hand_over(visit, reason="line_dead", at=clock.now(), who="clock")
        relay_pending()

    async def story():
        async with house_open() as house, tab(him) as phone, tab(her) as desk:
            for each in (phone, desk):
                await each.say("join", consultation=visit, since=0)
                await each.hear_op("joined")
                await each.hear_messages(until=3)
                await each.say("feed", since=None)
                await each.all_so_far()
            await aside(hand_over)
            while (await desk.hear_op("event"))["kind"] != "ConsultationReturned":
                pass
            while (await phone.hear_op("message"))["message"]["body"].get("card") != "returned":
                pass
            await phone.send(visit, "还有人吗")
            await phone.hear_op("ack")
            heard = await desk.all_so_far()
            return house.hub.rooms_of(her.id), [f for f in heard if f["op"] == "message"]

    rooms, heard = asyncio.run(story())
    assert rooms == set()
    assert [m["message"]["body"].get("card") for m in heard] == [None, "intake", "accepted"]
