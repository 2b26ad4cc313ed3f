"""Whoever acts on rooms at once: nobody waits for ever, and what the tables promise holds."""

import json
import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection

from xinglin.foundation.calls import queries, services
from xinglin.foundation.calls.models import Room, Seat, Span
from xinglin.foundation.calls.tests.test_rooms import NOW, seat
from xinglin.foundation.calls.types import NewSeat, RoomClosed, RoomFull
from xinglin.kernel import ids

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS, THREADS, ROOMS = 60, 4, 3


def reported(rooms: list[UUID], rng: random.Random) -> None:
    """As a live process does: many seats of many rooms in one statement, in any order."""
    rows = [
        {"room": str(card_room), "seat": str(card.id), "up": rng.random() < 0.7, "state": {}}
        | {"changed": rng.random() < 0.3, "reports": 1, "audio_only_ms": 0, "rtt": 3, "loss": 0}
        for card_room in rooms
        for card in queries.seats(card_room)
    ]
    rng.shuffle(rows)
    with connection.cursor() as cursor:
        cursor.execute("select calls_report(%s::jsonb, null, now())", [json.dumps(rows)])


def acts(number: int, rooms: list[UUID], people: list[NewSeat]) -> None:
    rng = random.Random(number)  # the same story each time
    for step in range(ROUNDS):
        room, who = rng.choice(rooms), rng.choice(people)
        at = NOW + timedelta(seconds=step)
        match rng.randrange(6):
            case 0 | 1:
                reported(rng.sample(rooms, k=rng.randint(1, ROOMS)), rng)
            case 2:
                page = seat(who.role, who.person_id) if rng.random() < 0.5 else who
                with suppress(RoomClosed, RoomFull):
                    services.take_seat(room, page, at=at)
            case 3:
                services.remove_person(room, who.person_id, at=at)
            case 4:
                services.close_quiet(at=at)
                services.unsit_dead()
            case _ if step == ROUNDS - 1 and number == 0:
                services.close_room(room, at=at)
            case _:
                queries.clocks(rooms, at=at)
    connection.close()


def test_acts_reports_and_the_worker_at_once_keep_every_promise_of_the_tables():
    rooms = [ids.new() for _ in range(ROOMS)]
    for each in rooms:
        services.open_room(each, at=NOW)
    people = [seat(role) for role in ("patient", "doctor", "guest")]
    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(acts, n, rooms, people) for n in range(THREADS)]:
            done.result()  # a deadlock would be an error here
    for room in Room.objects.all():
        assert Span.objects.filter(room=room, ended_at=None).count() <= (room.closed_at is None)
        here = Seat.objects.filter(room=room, left_at=None)
        assert here.count() == here.values("person_id").distinct().count() <= len(people)
        clock = queries.clock(room.pk, at=NOW + timedelta(hours=1))
        assert all(ended is None or began <= ended for began, ended in clock.spans)
