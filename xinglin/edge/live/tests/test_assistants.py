"""An assistant's line: in the doctor's open visits, under an own name, and at once no more when removed."""

import asyncio
from contextlib import suppress
from uuid import UUID, uuid4

import pytest
from websockets.exceptions import ConnectionClosed

from xinglin.care.consultation import queries
from xinglin.care.consultation import services as consultation
from xinglin.care.consultation.tests import factories
from xinglin.care.people import queries as people
from xinglin.care.people import services as staffing
from xinglin.edge.limits import Buckets
from xinglin.edge.live.connection import RESTART
from xinglin.edge.live.tests.cast import aside, house_open, post, signed_in, tab
from xinglin.foundation.accounts.models import User
from xinglin.foundation.audit.models import AuditLine
from xinglin.foundation.live.queries import present
from xinglin.foundation.outbox.services import relay
from xinglin.kernel import clock, ids

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db):
    return factories.cast()


@pytest.fixture
def visit(cast):
    return factories.active(cast.patient, cast.doctor)


@pytest.fixture
def helper(cast) -> UUID:
    """In the doctor's team, which is on."""
    user = User.objects.create(
        username=f"a{ids.new().hex}",
        display_name="周敏",
        roles=["assistant"],
        password="!",
        institution_id=cast.doctor.card.institution_id,
    )
    staffing.add_assistant(cast.doctor.viewer, user.pk, at=clock.now())
    staffing.switch_team(cast.doctor.viewer, is_on=True, at=clock.now())
    return user.pk


def remove(cast, helper: UUID) -> None:
    staffing.remove_assistant(cast.doctor.viewer, helper, at=clock.now())
    while relay():
        pass


def test_an_assistant_takes_no_part_in_the_doctors_calls(cast, visit, helper):
    async def story():
        async with house_open(), tab(await aside(signed_in, helper)) as at_helper:
            told = {"room": ids.new(), "seat": ids.new()}
            codes = []
            for op, more in (
                ("sit", {}),
                ("signal", {"to": ids.new(), "data": {}}),
                ("report", {"up": True}),
                ("unsit", {}),
            ):
                await at_helper.say(op, **told, **more)
                codes.append((await at_helper.hear_op("refused"))["problem"]["code"])
            return codes

    assert asyncio.run(story()) == ["forbidden"] * 4


def test_an_assistant_speaks_on_the_doctors_side_under_an_own_name(cast, visit, helper):
    async def story():
        async with (
            house_open(),
            tab(await aside(signed_in, cast.patient.id)) as at_patient,
            tab(await aside(signed_in, helper)) as at_helper,
        ):
            await at_patient.say("join", consultation=visit, since=0)
            await at_patient.hear_op("joined")
            await at_helper.say("join", consultation=visit, since=0)
            await at_helper.hear_op("joined")
            await at_helper.send(visit, "您好，请先测一次体温")
            ack = await at_helper.hear_op("ack")
            await at_patient.hear_messages(ack["seq"])
            await at_patient.send(visit, "37.8")
            await at_helper.hear_messages(ack["seq"] + 1)
            return ack, at_patient.seen

    ack, seen = asyncio.run(story())
    [told] = [
        f["message"] for f in seen if f["op"] == "message" and f["message"]["seq"] == ack["seq"]
    ]
    lead = people.practitioner(cast.doctor.card.id).name
    assert told["sender"] == "doctor"
    assert told["sender_id"] == str(cast.doctor.id)
    assert told["body"]["by"] == {
        "assistant": str(helper),
        "name": "周敏",
        "lead": {"zh": lead.zh, "en": lead.en},
    }
    lines = AuditLine.objects.filter(actor_id=helper, action="consultation.read_messages")
    assert [line.thing_id for line in lines] == [visit]


def test_nobody_says_who_speaks_but_the_house(cast, visit, helper):
    async def story():
        async with house_open(), tab(await aside(signed_in, helper)) as at_helper:
            for body in ({"text": "好", "by": {"name": "医生"}}, {"text": "好"}):
                await at_helper.say(
                    "send", consultation=visit, client_id=uuid4(), kind="text", body=body
                )
                await at_helper.hear_op("ack")

    asyncio.run(story())
    page = consultation_messages(cast, visit)
    names = {m.body["by"]["name"] for m in page if m.sender == "doctor"}
    assert names == {"周敏"}


def consultation_messages(cast, visit):
    return queries.messages_of(cast.doctor.viewer, visit, since=0, limit=200)["messages"]


def test_an_assistant_enters_no_other_room_and_sends_nothing_but_text(cast, visit, helper):
    foreign = factories.active(cast.other_patient, cast.other_doctor)

    async def story():
        codes = []
        async with house_open(), tab(await aside(signed_in, helper)) as at_helper:
            for room in (foreign, uuid4()):
                await at_helper.say("join", consultation=room, since=0)
                codes.append((await at_helper.hear_op("refused"))["problem"]["code"])
                await at_helper.send(room, "在吗")
                codes.append((await at_helper.hear_op("refused"))["problem"]["code"])
            for kind, body in (
                ("picture", {"picture_id": str(uuid4())}),
                ("edit", {"of": 1, "text": "改"}),
                ("withdrawal", {"of": 1}),
            ):
                await at_helper.say(
                    "send", consultation=visit, client_id=uuid4(), kind=kind, body=body
                )
                codes.append((await at_helper.hear_op("refused"))["problem"]["code"])
        return codes

    assert asyncio.run(story()) == ["not_found"] * 4 + ["only_text"] * 3


def test_an_assistant_who_sends_too_fast_is_told_to_send_again(cast, visit, helper):
    async def story():
        async with house_open() as house:
            house.sends = Buckets(burst=1, per_second=0.001)
            async with tab(await aside(signed_in, helper)) as at_helper:
                for words in ("一", "二"):
                    await at_helper.send(visit, words)
                return await at_helper.hear_op("busy")

    assert asyncio.run(story())["client_id"]


def test_an_assistant_moves_no_marks_and_nobodys_presence(cast, visit, helper):
    async def story():
        async with house_open(), tab(await aside(signed_in, helper)) as at_helper:
            await at_helper.say("join", consultation=visit, since=0)
            await at_helper.hear_op("joined")
            await at_helper.say("mark", consultation=visit, got=2, read=2)
            await at_helper.say("typing", consultation=visit)
            await at_helper.say("look", consultation=visit, on=True)
            await at_helper.all_so_far()
            there = await aside(present, [cast.doctor.id], clock.now())
            await at_helper.say("join", consultation=visit, since=0)
            again = await at_helper.hear_op("joined")
            return there, again["marks"]["doctor"]

    there, marks = asyncio.run(story())
    assert there == set()
    assert marks == {"got": 0, "read": 0}


@pytest.mark.parametrize("how", ["removed", "team off"])
def test_whoever_helps_no_more_is_out_at_once(cast, visit, helper, how):
    def leave():
        if how == "removed":
            remove(cast, helper)
        else:
            staffing.switch_team(cast.doctor.viewer, is_on=False, at=clock.now())
            while relay():
                pass

    async def story():
        person = await aside(signed_in, helper)
        async with house_open() as house:
            async with tab(person) as at_helper:
                await at_helper.say("join", consultation=visit, since=0)
                await at_helper.hear_op("joined")
                await aside(leave)
                with suppress(ConnectionClosed):
                    await at_helper.send(visit, "还能说吗")
                refused = None
                house.feed.wake()
                code = await at_helper.hear_to_the_end()
                for frame in at_helper.seen:
                    if frame["op"] == "refused":
                        refused = frame["problem"]["code"]
            async with tab(person) as again:
                await again.say("join", consultation=visit, since=0)
                later = (await again.hear_op("refused"))["problem"]["code"]
                await again.send(visit, "还能说吗")
                said = (await again.hear_op("refused"))["problem"]["code"]
        return code, refused, later, said

    code, refused, later, said = asyncio.run(story())
    assert (code, later, said) == (RESTART, "not_found", "forbidden")
    assert refused in {None, "not_found"}
    assert all(m.sender != "doctor" for m in consultation_messages(cast, visit))


def test_an_ended_visit_and_one_given_away_are_closed_to_assistants(cast, visit, helper):
    other = factories.active(cast.other_patient, cast.doctor)
    factories.stop(visit, cast.doctor)
    consultation.hand_back(cast.doctor.viewer, other, reason="doctor_unable", at=clock.now())

    async def story():
        codes = []
        async with house_open(), tab(await aside(signed_in, helper)) as at_helper:
            for room in (visit, other):
                await at_helper.say("join", consultation=room, since=0)
                codes.append((await at_helper.hear_op("refused"))["problem"]["code"])
                await at_helper.send(room, "在吗")
                codes.append((await at_helper.hear_op("refused"))["problem"]["code"])
        return codes

    assert asyncio.run(story()) == ["not_found"] * 4


def test_over_http_an_assistant_posts_nothing(cast, visit, helper):
    async def story():
        async with house_open():
            person = await aside(signed_in, helper)
            body = {"client_id": uuid4(), "kind": "text", "body": {"text": "在吗"}}
            path = f"/api/v1/consultations/{visit}/messages"
            return await aside(post, path, body, person.headers())

    status, problem = asyncio.run(story())
    assert (status, problem["code"]) == (403, "forbidden")


def test_the_doctor_does_not_change_what_the_assistant_said(cast, visit, helper):
    async def story():
        async with (
            house_open(),
            tab(await aside(signed_in, helper)) as at_helper,
            tab(await aside(signed_in, cast.doctor.id)) as at_doctor,
        ):
            await at_helper.send(visit, "我是助理")
            ack = await at_helper.hear_op("ack")
            await at_doctor.say(
                "send",
                consultation=visit,
                client_id=uuid4(),
                kind="edit",
                body={"of": ack["seq"], "text": "我是医生"},
            )
            return (await at_doctor.hear_op("refused"))["problem"]["code"]

    assert asyncio.run(story()) == "not_yours"


def test_whoever_begins_to_help_comes_back_into_the_doctors_rooms(cast, visit, helper):
    staffing.switch_team(cast.doctor.viewer, is_on=False, at=clock.now())
    while relay():
        pass

    def turn_on():
        staffing.switch_team(cast.doctor.viewer, is_on=True, at=clock.now())
        while relay():
            pass

    async def story():
        person = await aside(signed_in, helper)
        async with house_open() as house:
            async with tab(person) as before:
                await before.say("join", consultation=visit, since=0)
                await before.hear_op("refused")
                await aside(turn_on)
                house.feed.wake()
                code = await before.hear_to_the_end()
            async with tab(person) as after:
                await after.say("join", consultation=visit, since=0)
                return code, await after.hear_op("joined")

    code, joined = asyncio.run(story())
    assert code == RESTART
    assert joined["consultation"] == str(visit)
