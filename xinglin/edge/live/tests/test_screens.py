"""The line of a patient at a site's screen: the own visit, its calls and its events, until the pass ends."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from websockets.asyncio.client import unix_connect

from xinglin.care.consultation import services
from xinglin.care.consultation.tests import calls as call_cast
from xinglin.care.consultation.tests import factories
from xinglin.care.sites.models import ScreenPass, SiteStaff, WalkIn
from xinglin.care.sites.queries.devices import hash_of
from xinglin.care.sites.tests import factories as sites
from xinglin.edge.live.connection import RESTART, SIGNED_OUT
from xinglin.edge.live.tests.cast import (
    ORIGIN,
    Person,
    Tab,
    aside,
    house_open,
    post,
    signed_in,
    socket_path,
    tab,
)
from xinglin.foundation.live.services import publish
from xinglin.foundation.live.types import News
from xinglin.kernel import clock, ids

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "held-by-the-patient"


@dataclass(frozen=True)
class At:
    """A browser by its cookies; `id` is the account's."""

    id: UUID
    cookies: dict[str, str]

    def headers(self, origin: str = ORIGIN) -> dict[str, str]:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Cookie": cookie, "Origin": origin, "Host": "localhost:8000"}


@pytest.fixture
def cast(transactional_db):
    return factories.cast()


@pytest.fixture
def counter(cast) -> sites.Counter:
    return sites.counter()


@pytest.fixture
def walk_in(cast, counter) -> WalkIn:
    """Registered; nobody is asked yet."""
    now = clock.now()
    return WalkIn.objects.create(
        id=ids.new(),
        site=counter.site,
        device=counter.device,
        patient_id=cast.patient.patient_id,
        institution_id=counter.site.institution_id,
        holder_id=cast.patient.id,
        assistant_id=counter.assistant.user_id,
        day=now.date(),
        number=1,
        digest=b"",
        registered_at=now,
    )


@pytest.fixture
def screen(cast, counter, walk_in) -> At:
    now = clock.now()
    ScreenPass.objects.create(
        walk_in=walk_in,
        device=counter.device,
        staff_id=counter.assistant.user_id,
        cookie_hash=hash_of(SECRET),
        given_at=now,
        expires_at=now + timedelta(hours=3),
    )
    asleep = signed_in(counter.assistant.user_id)
    cookies = {
        settings.SESSION_COOKIE_NAME: asleep.session,
        settings.DEVICE_COOKIE_NAME: counter.cookie,
        settings.SCREEN_COOKIE_NAME: SECRET,
    }
    return At(cast.patient.id, cookies)


def asks(walk_in: WalkIn, visit: UUID) -> None:
    WalkIn.objects.filter(pk=walk_in.pk).update(
        consultation_id=visit, state="asked", asked_at=clock.now()
    )


@asynccontextmanager
async def line(browser: At, path: str = "/live"):
    async with unix_connect(
        str(socket_path()), f"ws://localhost:8000{path}", additional_headers=browser.headers()
    ) as opened:
        yield Tab(opened)


async def refused(window: Tab) -> str:
    return (await window.hear_op("refused"))["problem"]["code"]


def test_the_patient_talks_in_the_own_visit_though_it_came_after_the_line(cast, walk_in, screen):
    doctor = signed_in(cast.doctor.id)

    async def story():
        async with house_open(), line(screen) as at_screen, tab(doctor) as at_doctor:
            hello = await at_screen.hear_op("hello")
            visit = await aside(factories.active, cast.patient, cast.doctor)
            await aside(asks, walk_in, visit)
            for window in (at_screen, at_doctor):
                await window.say("join", consultation=visit, since=0)
                await window.hear_op("joined")
            await at_screen.send(visit, "我头晕")
            ack = await at_screen.hear_op("ack")
            await at_doctor.hear_messages(ack["seq"])
            return hello, at_doctor.texts()

    hello, heard = asyncio.run(story())
    assert hello["user"] == str(cast.patient.id)
    assert "我头晕" in [words for _, words in heard]


def test_another_visit_of_the_same_account_is_not_there(cast, walk_in, screen):
    own, other = (factories.active(cast.patient, cast.doctor, where=n) for n in (0, 1))
    asks(walk_in, own)
    call = call_cast.ringing(cast.patient, other)
    seat = call_cast.sit(cast.patient, call)
    posted = {"client_id": uuid4(), "kind": "text", "body": {"text": "在吗"}}

    async def story():
        async with house_open(), line(screen) as at_screen:
            codes = []
            for op, more in (
                ("join", {"since": 0}),
                ("send", {"client_id": uuid4(), "kind": "text", "body": {"text": "在吗"}}),
                ("mark", {"got": 1, "read": 1}),
                ("look", {"on": True}),
                ("typing", {}),
                ("leave", {}),
            ):
                await at_screen.say(op, consultation=other, **more)
                codes.append(await refused(at_screen))
            await at_screen.say("sit", room=call, seat=seat)
            codes.append(await refused(at_screen))
            path = "/api/v1/consultations/{}/messages"
            found = [
                (await aside(post, path.format(visit), posted, screen.headers()))[0]
                for visit in (other, own)
            ]
            return codes, found

    codes, found = asyncio.run(story())
    assert codes == ["not_found"] * 7
    assert found == [404, 201]


def test_the_patient_sits_in_the_own_call(cast, walk_in, screen):
    own = factories.active(cast.patient, cast.doctor)
    asks(walk_in, own)
    call = call_cast.ringing(cast.patient, own)
    services.answer_call(cast.doctor.viewer, call, at=clock.now())
    seat = call_cast.sit(cast.patient, call)

    async def story():
        async with house_open(), line(screen) as at_screen:
            await at_screen.say("sit", room=call, seat=seat)
            return await at_screen.hear_op("seated")

    assert asyncio.run(story())["seat"] == str(seat)


def told(audience: str, **named: UUID) -> None:
    """One transaction, as the relay's. Whatever becomes of a visit is told to its account."""
    with transaction.atomic():
        publish(
            [
                News(
                    event_id=ids.new(),
                    kind="WalkInMoved",
                    payload={name: str(value) for name, value in named.items()},
                    audience=(audience,),
                    at=clock.now(),
                )
            ]
        )


def test_only_events_of_the_own_walk_in_are_heard(cast, walk_in, screen):
    own, other = ids.new(), ids.new()

    async def story():
        async with house_open(), line(screen) as at_screen:
            await at_screen.hear_op("hello")
            await aside(lambda: told(account, consultation_id=other))
            await aside(lambda: told(account, walk_in_id=walk_in.pk))
            await at_screen.say("feed", since=None)  # from the greeting: what was missed, or live
            await at_screen.hear_op("event")
            await aside(lambda: told(account, notice_id=ids.new()))
            await aside(asks, walk_in, own)  # known of when the event of it is told
            await aside(lambda: told(account, consultation_id=other))
            await aside(lambda: told(account, consultation_id=own))
            await at_screen.hear_op("event")
            return [f["data"] for f in await at_screen.all_so_far() if f["op"] == "event"]

    account = f"user:{cast.patient.id}"
    heard = asyncio.run(story())
    assert heard == [{"walk_in_id": str(walk_in.pk)}, {"consultation_id": str(own)}]


def test_a_guests_link_opens_nothing_in_that_browser(cast, screen):
    async def story():
        async with house_open(), line(screen, "/live?guest") as at_screen:
            return await at_screen.hear_to_the_end()

    assert asyncio.run(story()) == SIGNED_OUT


def at_counter(counter: sites.Counter) -> At:
    who: Person = signed_in(counter.assistant.user_id)
    cookies = {
        settings.SESSION_COOKIE_NAME: who.session,
        settings.DEVICE_COOKIE_NAME: counter.cookie,
    }
    return At(who.id, cookies)


def test_an_assistant_hears_of_the_own_site_at_its_device_only(cast, counter):
    other = sites.counter()
    there = At(counter.assistant.user_id, at_counter(counter).cookies)
    there.cookies[settings.DEVICE_COOKIE_NAME] = other.cookie
    here = at_counter(counter)

    async def story():
        async with house_open(), line(here) as own, line(there) as elsewhere:
            for window in (own, elsewhere):
                await window.hear_op("hello")
                await window.say("feed")
            for site in (other.site, counter.site):  # in this order
                await aside(partial(told, f"site:{site.pk}", site_id=site.pk))
            heard = await own.hear_op("event")
            return heard["data"]["site_id"], await elsewhere.all_so_far()

    site_id, elsewhere = asyncio.run(story())
    assert site_id == str(counter.site.pk)
    assert [f for f in elsewhere if f["op"] == "event"] == []


def test_lines_end_soon_after_the_pass_and_after_the_work_at_the_site(cast, counter, screen):
    """The pass is as dead for any other reason: see the tests of sites."""
    here = at_counter(counter)

    def over() -> None:
        ScreenPass.objects.update(ended_at=clock.now())
        SiteStaff.objects.update(removed_at=clock.now())

    async def story():
        async with house_open(), line(screen) as at_screen, line(here) as own:
            for window in (at_screen, own):
                await window.hear_op("hello")
            await aside(over)
            return await at_screen.hear_to_the_end(), await own.hear_to_the_end()

    assert asyncio.run(story()) == (SIGNED_OUT, RESTART)


@pytest.mark.parametrize("left", [settings.SCREEN_COOKIE_NAME, settings.DEVICE_COOKIE_NAME])
def test_a_session_that_sleeps_enters_as_nobody(cast, screen, left):
    """Whoever takes a cookie away does not wake it."""
    store = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
    session = store(screen.cookies[settings.SESSION_COOKIE_NAME])
    session["asleep"] = True
    session.save()
    del screen.cookies[left]

    async def story():
        async with house_open(), line(screen) as opened:
            return await opened.hear_to_the_end()

    assert asyncio.run(story()) == SIGNED_OUT
