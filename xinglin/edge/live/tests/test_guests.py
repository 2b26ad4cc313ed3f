"""A guest's line: one room, on the patient's side, under an own name, until the invitation ends."""

import asyncio
import json
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from websockets.asyncio.client import unix_connect

from xinglin.care.consultation import services
from xinglin.care.consultation.models import Guest, JoinLink
from xinglin.care.consultation.services.inviting import Invitation
from xinglin.care.consultation.services.joining import Entry
from xinglin.care.consultation.tests import factories
from xinglin.edge.live.connection import SIGNED_OUT
from xinglin.edge.live.tests.call_cast import room_opened
from xinglin.edge.live.tests.cast import (
    ORIGIN,
    Tab,
    aside,
    house_open,
    post,
    signed_in,
    socket_path,
    tab,
)
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.calls import services as calls
from xinglin.foundation.calls.types import NewSeat
from xinglin.foundation.live.queries import present
from xinglin.kernel import clock, ids
from xinglin.kernel.text import Text

pytestmark = pytest.mark.django_db(transaction=True)


@asynccontextmanager
async def guest_line(cookie: str, origin: str = ORIGIN):
    headers = {
        "Cookie": f"{settings.GUEST_COOKIE_NAME}={cookie}",
        "Origin": origin,
        "Host": "localhost:8000",
    }
    async with unix_connect(
        str(socket_path()), "ws://localhost:8000/live?guest", additional_headers=headers
    ) as opened:
        yield Tab(opened)


def invited(cast, visit: UUID, **told) -> str:
    """The cookie of somebody who has come in."""
    asked = Invitation(relation="daughter", name="林小雨", **told)
    made = services.invite(cast.patient.viewer, visit, invitation=asked, at=clock.now())
    entry = Entry(name="林小雨", device=uuid4(), agreed=True)
    stranger = Viewer.system("tests")
    return services.enter(
        made.path.split("#")[1], entry=entry, viewer=stranger, at=clock.now()
    ).cookie


@pytest.fixture
def cast(transactional_db):
    return factories.cast()


@pytest.fixture
def visit(cast):
    return factories.active(cast.patient, cast.doctor)


def test_a_guest_speaks_under_an_own_name_on_the_patients_side(cast, visit):
    cookie = invited(cast, visit)
    doctor = signed_in(cast.doctor.id)

    async def story():
        async with house_open(), tab(doctor) as at_doctor, guest_line(cookie) as at_guest:
            await at_doctor.say("join", consultation=visit, since=0)
            await at_doctor.hear_op("joined")
            await at_guest.say("join", consultation=visit, since=0)
            joined = await at_guest.hear_op("joined")
            await at_guest.send(visit, "妈妈夜里也咳")
            ack = await at_guest.hear_op("ack")
            await at_doctor.hear_messages(ack["seq"])
            await at_doctor.send(visit, "谢谢，知道了")
            await at_guest.hear_messages(ack["seq"] + 1)
            return joined, ack, at_doctor.seen, at_guest.seen

    joined, ack, at_doctor, at_guest = asyncio.run(story())
    [told] = [
        f["message"]
        for f in at_doctor
        if f["op"] == "message" and f["message"]["seq"] == ack["seq"]
    ]
    guest = Guest.objects.get()
    by = {"guest": str(guest.pk), "name": "林小雨", "relation": "daughter"}
    assert (told["sender"], told["body"]) == ("patient", {"text": "妈妈夜里也咳", "by": by})
    heard = [f["message"]["seq"] for f in at_guest if f["op"] == "message"]
    assert min(heard) > guest.from_seq
    assert joined["last_seq"] >= guest.from_seq


def test_a_guest_enters_no_other_room_and_moves_nobodys_marks(cast, visit):
    cookie = invited(cast, visit)
    other = factories.active(cast.other_patient, cast.doctor)

    async def story():
        async with house_open(), guest_line(cookie) as guest:
            codes = []
            for op, more in (
                ("join", {"since": 0}),
                ("send", {"client_id": uuid4(), "kind": "text", "body": {"text": "在吗"}}),
                ("look", {"on": True}),
            ):
                await guest.say(op, consultation=other, **more)
                codes.append((await guest.hear_op("refused"))["problem"]["code"])
            await guest.say("join", consultation=visit, since=0)
            await guest.hear_op("joined")
            await guest.say("mark", consultation=visit, got=2, read=2)
            await guest.say("feed", since=0)
            seen = await guest.all_so_far()
            return codes, seen, await aside(present, [cast.patient.id], clock.now())

    codes, seen, there = asyncio.run(story())
    assert codes == ["not_found"] * 3
    assert not [f for f in seen if f["op"] in {"marks", "event"}]
    assert there == set(), "a guest is not the patient's presence"


def test_a_guest_sits_on_an_own_seat_of_a_call_and_on_nobody_elses(cast, visit):
    cookie = invited(cast, visit)
    room, his, theirs = room_opened(), ids.new(), ids.new()
    guest_id = Guest.objects.get().pk
    for seat_id, person_id, role in (
        (his, cast.patient.id, "patient"),
        (theirs, guest_id, "guest"),
    ):
        new = NewSeat(
            id=seat_id,
            person_id=person_id,
            role=role,
            name=Text("林小雨", "Lin Xiaoyu"),
            is_main=role == "patient",
            sends=True,
            is_hidden=False,
        )
        calls.take_seat(room, new, at=clock.now())

    async def story():
        async with house_open(), tab(signed_in_patient) as at_patient, guest_line(cookie) as guest:
            await at_patient.say("sit", room=room, seat=his)
            await at_patient.hear_op("seated")
            await guest.say("sit", room=room, seat=his)
            refused = await guest.hear_op("refused")
            await guest.say("sit", room=room, seat=theirs)
            seated = await guest.hear_op("seated")
            await at_patient.say("signal", room=room, seat=his, to=theirs, data={"n": 1})
            return refused, seated, await guest.hear_op("signal")

    signed_in_patient = signed_in(cast.patient.id)
    refused, seated, signal = asyncio.run(story())
    assert refused["problem"]["code"] == "not_found"
    assert [each["here"] for each in seated["seats"]] == [True, True]
    assert signal["data"] == {"n": 1}


@pytest.mark.parametrize("kind", ["picture", "edit", "withdrawal", "card"])
def test_a_guest_sends_text_only(cast, visit, kind):
    cookie = invited(cast, visit)

    async def story():
        async with house_open(), guest_line(cookie) as guest:
            body = {"text": "在", "of": 1, "picture_id": str(ids.new())}
            await guest.say("send", consultation=visit, client_id=uuid4(), kind=kind, body=body)
            return await guest.hear_op("refused")

    assert asyncio.run(story())["problem"]["code"] == "only_text"


def test_who_may_only_read_is_refused(cast, visit):
    cookie = invited(cast, visit, may_write=False)

    async def story():
        async with house_open(), guest_line(cookie) as guest:
            await guest.send(visit, "在吗")
            return await guest.hear_op("refused")

    assert asyncio.run(story())["problem"]["code"] == "forbidden"


def test_the_line_ends_soon_after_the_invitation_is_taken_back(cast, visit):
    cookie = invited(cast, visit)
    link = JoinLink.objects.get().pk

    async def story():
        async with house_open(), guest_line(cookie) as guest:
            await guest.hear_op("hello")
            await aside(
                lambda: services.take_back(cast.patient.viewer, visit, link, at=clock.now())
            )
            return await guest.hear_to_the_end()

    assert asyncio.run(story()) == SIGNED_OUT


@pytest.mark.parametrize("cookie", ["", "x" * 43])
def test_whoever_has_no_good_cookie_is_not_greeted(cast, visit, cookie):
    async def story():
        async with house_open(), guest_line(cookie) as guest:
            return await guest.hear_to_the_end()

    assert asyncio.run(story()) == SIGNED_OUT


def test_a_guests_cookie_is_no_session_at_the_ordinary_line(cast, visit):
    cookie = invited(cast, visit)

    async def story():
        headers = {
            "Cookie": f"{settings.GUEST_COOKIE_NAME}={cookie}; session={cookie}",
            "Origin": ORIGIN,
            "Host": "localhost:8000",
        }
        async with (
            house_open(),
            unix_connect(
                str(socket_path()), "ws://localhost:8000/live", additional_headers=headers
            ) as opened,
        ):
            return await Tab(opened).hear_to_the_end()

    assert asyncio.run(story()) == SIGNED_OUT


def test_the_body_of_an_ordinary_message_names_nobody(cast, visit):
    """Else a patient could put words into a guest's mouth."""
    patient = signed_in(cast.patient.id)
    body = {"text": "在", "by": {"guest": "x", "name": "医生", "relation": "son"}}
    posted = {"client_id": uuid4(), "kind": "text", "body": body}
    path = f"/api/v1/consultations/{visit}/messages"

    async def story():
        async with house_open(), tab(patient) as first:
            await first.say("join", consultation=visit, since=0)
            await first.say("send", consultation=visit, client_id=uuid4(), kind="text", body=body)
            ack = await first.hear_op("ack")
            status, answer = await aside(post, path, posted, patient.headers())
            assert status == 201
            async with tab(patient) as again:
                await again.say("join", consultation=visit, since=ack["seq"] - 1)
                await again.hear_messages(answer["seq"])
                return again.seen

    seen = asyncio.run(story())
    assert [f["message"]["body"] for f in seen if f["op"] == "message"] == [{"text": "在"}] * 2
    assert json.dumps(seen, ensure_ascii=False).count("医生") == 0
