"""Who gets a line, who loses it, and the one message that comes by post."""

import asyncio
import gc

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils.module_loading import import_string

from xinglin.care.consultation.messages import services as messages
from xinglin.edge.live import house
from xinglin.edge.live.connection import FOREIGN, RESTART, SIGNED_OUT
from xinglin.edge.live.tests.cast import (
    Person,
    aside,
    doctor,
    house_open,
    line,
    patient,
    person,
    post,
    stored,
    tab,
    thread,
)
from xinglin.foundation.live.queries import present
from xinglin.kernel import clock, ids

pytestmark = pytest.mark.django_db(transaction=True)


async def close_code(who: Person, origin: str = "http://localhost:8000") -> int:
    async with line(who, origin=origin) as connection:
        await connection.wait_closed()
    assert connection.close_code is not None
    return connection.close_code


def test_a_page_of_another_site_opens_no_line():
    him = patient()

    async def story():
        async with house_open():
            return await close_code(him, origin="https://evil.example")

    assert asyncio.run(story()) == FOREIGN


def test_only_who_is_signed_in_enters_and_staff_only_with_the_second_factor():
    nobody = Person(ids.new(), "x" * 32)
    hurried = person("doctor", second_factor=False)

    async def story():
        async with house_open():
            return await close_code(nobody), await close_code(hurried)

    assert asyncio.run(story()) == (SIGNED_OUT, SIGNED_OUT)


def test_signing_out_closes_the_line(monkeypatch):
    him, her = patient(), doctor()
    monkeypatch.setattr(house, "SESSIONS_S", 0.05)
    store = import_string(f"{settings.SESSION_ENGINE}.SessionStore")

    async def story():
        async with house_open(), tab(him) as phone, tab(her) as desk:
            await aside(lambda: store(him.session).delete())
            code = await phone.hear_to_the_end()
            await desk.all_so_far()
            return code

    assert asyncio.run(story()) == SIGNED_OUT


def test_an_account_that_is_closed_loses_its_line(monkeypatch):
    from django.contrib.auth import get_user_model

    him = patient()
    monkeypatch.setattr(house, "SESSIONS_S", 0.05)

    async def story():
        async with house_open(), tab(him) as phone:
            people = get_user_model().objects
            await aside(lambda: people.filter(pk=him.id).update(is_active=False))
            return await phone.hear_to_the_end()

    assert asyncio.run(story()) == SIGNED_OUT


def test_whoever_loses_a_role_loses_what_only_that_role_hears(monkeypatch):
    """And nobody else is disturbed."""
    operator, other = person("operator"), person("operator")
    monkeypatch.setattr(house, "SESSIONS_S", 0.05)

    async def story():
        async with house_open() as opened, tab(operator) as before, tab(other) as at_other:
            heard = {frozenset(c.audiences) for c in opened.hub.connections}
            people = get_user_model().objects
            await aside(lambda: people.filter(pk=operator.id).update(roles=["auditor"]))
            code = await before.hear_to_the_end()
            await at_other.all_so_far()
            async with tab(operator):
                return heard, code, {c.audiences for c in opened.hub.connections}

    heard, code, after = asyncio.run(story())
    assert {frozenset({"board", f"user:{who.id}"}) for who in (operator, other)} == heard
    assert code == RESTART
    assert after == {frozenset({f"user:{operator.id}"}), frozenset({"board", f"user:{other.id}"})}


def test_whoever_has_a_line_is_present_from_the_greeting_on():
    him = patient()

    async def story():
        async with house_open(), tab(him):
            return await aside(present, [him.id], clock.now())

    assert asyncio.run(story()) == {him.id}


def test_a_message_by_post_is_answered_alike_twice_and_heard_on_the_line():
    him, her = patient(), doctor()
    visit = thread(him, her)
    body = {"client_id": ids.new(), "kind": "text", "body": {"text": "你好"}}
    path = f"/api/v1/consultations/{visit}/messages"

    async def story():
        async with house_open(), tab(her) as desk:
            await desk.say("join", consultation=visit, since=0)
            await desk.hear_op("joined")
            first = await aside(post, path, body, him.headers())
            again = await aside(post, path, body, him.headers())
            await desk.hear_messages(until=1)
            return first, again, desk.texts()

    first, again, heard = asyncio.run(story())
    assert (first[0], again[0]) == (201, 200)
    assert first[1] == again[1]
    assert first[1]["seq"] == 1
    assert heard == stored(visit) == [(1, "你好")]


def test_a_message_by_post_leaves_nothing_in_memory():
    him = patient()
    path = f"/api/v1/consultations/{thread(him)}/messages"

    async def story():
        async with house_open():
            for _ in range(3):
                body = {"client_id": ids.new(), "kind": "text", "body": {"text": "你好"}}
                await aside(post, path, body, him.headers())
            gc.collect()
            return sum(type(thing).__name__ == "_Waiter" for thing in gc.get_objects())

    # The last batch stands in the writer's own hands until the next one comes.
    assert asyncio.run(story()) <= 1


def test_the_post_keeps_the_rules_of_the_line():
    him, stranger, hurried = patient(), patient(), person("doctor", second_factor=False)
    visit, ended = thread(him), thread(him)
    messages.close_thread(ended)
    body = {"client_id": ids.new(), "kind": "text", "body": {"text": "你好"}}
    path = f"/api/v1/consultations/{visit}/messages"
    tries = {
        "stranger": (path, stranger.headers()),
        "foreign": (path, him.headers("https://evil.example")),
        "signed out": (path, Person(him.id, "").headers()),
        "no second factor": (path, hurried.headers()),
        "ended": (f"/api/v1/consultations/{ended}/messages", him.headers()),
        "no id": (f"/api/v1/consultations/{'-' * 36}/messages", him.headers()),
    }

    async def story():
        async with house_open():
            found = {
                name: await aside(post, where, body, headers)
                for name, (where, headers) in tries.items()
            }
            found["get"] = await aside(post, path, {}, him.headers(), "GET")
            return {name: (status, said["code"]) for name, (status, said) in found.items()}

    assert asyncio.run(story()) == {
        "stranger": (404, "not_found"),
        "foreign": (403, "csrf_failed"),
        "signed out": (401, "sign_in_required"),
        "no second factor": (401, "sign_in_required"),
        "ended": (409, "thread_closed"),
        "no id": (404, "not_found"),
        "get": (404, "not_found"),
    }
    assert stored(visit) == []
