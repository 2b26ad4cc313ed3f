"""Opening and closing rooms, taking and leaving seats; and the statements of the live process.

Who hears of it hears it from the live process, which follows the version of each room it has seats in.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from psycopg.types.json import Jsonb

from xinglin.foundation.calls import backends, queries
from xinglin.foundation.calls.backends import MediaBackend
from xinglin.foundation.calls.types import (
    ABSENT_AFTER,
    MAIN_SEATS,
    MOST_SENDING,
    NewSeat,
    RoomClosed,
    RoomFull,
    SeatTaken,
    Ticket,
)
from xinglin.foundation.database import services as database
from xinglin.foundation.vendors.services import gateways_in
from xinglin.kernel.errors import NotFound
from xinglin.kernel.seal import seal

# For asyncpg, in the live process (see the functions in migrations/0001_initial.py).
SIT = "select calls_sit($1, $2, $3, $4)"
UNSIT = "select calls_unsit($1, $2, $3, $4)"
REPORT = "select room_id from calls_report($1::jsonb, $2, now()) as room_id"
# In the order in which they are handed over, which is that of their numbers.
SIGNAL = """
    insert into calls_signal (room_id, seat_id, from_id, data, at)
    select g.room_id, g.seat_id, g.from_id, g.data, now()
    from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[]) with ordinality
        as g (room_id, seat_id, from_id, data, nth) order by g.nth
"""
# Read once: what was taken and then not told is lost.
TAKE_SIGNALS = """
    with taken as (
        delete from calls_signal s using unnest($1::uuid[], $2::uuid[]) as m (room_id, seat_id)
        where s.room_id = m.room_id and s.seat_id = m.seat_id
        returning s.id, s.room_id, s.seat_id, s.from_id, s.data
    )
    select room_id, seat_id, from_id, data from taken order by id
"""
FORGET_AFTER = timedelta(hours=1)

_LOCK = "select backend, closed_at from calls_room where id = %s for no key update"
_JUDGE = "select calls_judge(array[%s]::uuid[], %s)"
_BUMP = "update calls_room set version = version + 1 where id = %s"
_OPEN = """
    insert into calls_room (id, backend, opened_at, version) values (%s, %s, %s, 1)
    on conflict do nothing
"""
_END_SPAN = """
    update calls_span set ended_at = greatest(began_at, %s) where room_id = %s and ended_at is null
"""
_CLOSE = "update calls_room set closed_at = %s, version = version + 1 where id = %s"
_LEAVE = "update calls_seat set left_at = %(at)s, left_because = %(because)s, house_id = null"
_LEAVE_ALL = f"{_LEAVE} where room_id = %(room)s and left_at is null"
_LEAVE_PERSON = f"{_LEAVE_ALL} and person_id = %(person)s"
_LEAVE_SEAT = f"{_LEAVE_PERSON} and id = %(seat)s"
_LEAVE_OTHERS = f"{_LEAVE_PERSON} and id <> %(seat)s"
_OTHERS = f"""
    select id, person_id, {queries.TAKES_PLACE} from calls_seat
    where room_id = %(room)s and (left_at is null and person_id <> %(person)s or id = %(seat)s)
"""  # noqa: S608  # constants only
# The same page enters again: with all that it was, and with its lines counted on.
_TAKE = """
    insert into calls_seat as s (room_id, id, person_id, role, name_sealed, is_main, sends,
        is_hidden, may_be_recorded, entered_at, left_because, line, up, state, reports, audio_only_ms)
    values (%(room)s, %(seat)s, %(person)s, %(role)s, %(name)s, %(is_main)s, %(sends)s,
        %(is_hidden)s, %(may_be_recorded)s, %(at)s, '', 0, false, '{}', 0, 0)
    on conflict (room_id, id) do update set role = excluded.role, left_at = null,
        name_sealed = excluded.name_sealed, is_main = excluded.is_main, sends = excluded.sends,
        is_hidden = excluded.is_hidden, may_be_recorded = excluded.may_be_recorded, left_because = '', up = s.up and s.left_at is null
"""
_REPORT = "select calls_report(%s, null, %s)"
_QUIET = """
    with quiet as (
        select room_id from calls_span
        where ended_at is null and coalesce(calls_up_until(room_id) <= %(at)s, true)
    )
    select cardinality(found), calls_judge(found, %(at)s) from (
        select array(select room_id from quiet)
    ) as q (found)
"""
_DEAD_HOUSES = """
    select distinct s.house_id from calls_seat s
    where s.house_id is not null and not exists (
        select from live_house h where h.id = s.house_id
            and h.beat_at between now() - interval '10 seconds' and now() + interval '10 seconds')
"""
_UNSIT_HOUSE = """
    with lines as (select room_id, id, line from calls_seat where house_id = %(house)s)
    select count(*), calls_unsit(array_agg(room_id), array_agg(id), array_agg(line), %(house)s)
    from lines
"""
_FORGET_SIGNALS = "delete from calls_signal where at < %s"
_FORGET_SEATS = """
    update calls_seat s set name_sealed = '', state = '{}', house_id = null from calls_room r
    where r.id = s.room_id and r.closed_at < %s and s.name_sealed <> ''
"""

known_backends: Callable[[], dict[str, MediaBackend]] = gateways_in(
    backends.__name__, backends.__path__
)


def open_room(room_id: UUID, *, at: datetime) -> None:
    """By the backend of today, which the room keeps. Opened already, or closed since: nothing."""
    name = settings.MEDIA_BACKEND
    known_backends()[name].begin(room_id)
    database.change(_OPEN, [room_id, name, at])


def close_room(room_id: UUID, *, at: datetime) -> None:
    """The span ends, and every seat is left (`ended`). Closed already, or never opened: nothing.

    Locks: the room.
    """
    with transaction.atomic():
        found = database.fetch_one(_LOCK, [room_id])
        if found is None or found[1] is not None:
            return
        database.fetch(_JUDGE, [room_id, at])  # reports may have ceased before
        database.change(_END_SPAN, [at, room_id])
        database.change(_LEAVE_ALL, {"room": room_id, "because": "ended", "at": at})
        database.change(_CLOSE, [at, room_id])
        backend = known_backends().get(found[0])
        if backend is not None:
            transaction.on_commit(lambda: backend.end(room_id), robust=True)


def take_seat(room_id: UUID, new: NewSeat, *, at: datetime) -> Ticket:
    """Another seat of this person in the room is left (`elsewhere`); the same one again is the same.

    Whether this person may be there is the caller's question.

    Raises:
        NotFound: no such room.
        RoomClosed, RoomFull, SeatTaken: both languages, and what to do.
    Locks: the room.
    """
    with transaction.atomic():
        backend = _entered(room_id, at)
        _check_place(room_id, new, at)
        told: dict[str, Any] = {
            "room": room_id,
            "seat": new.id,
            "person": new.person_id,
            "role": new.role,
            "name": seal(json.dumps(new.name.as_dict()), queries.NAME_CONTEXT, settings.KEY_RING),
            "is_main": new.is_main,
            "sends": new.sends,
            "is_hidden": new.is_hidden,
            "may_be_recorded": new.may_be_recorded,
            "because": "elsewhere",
            "at": at,
        }
        database.change(_LEAVE_OTHERS, told)
        database.change(_TAKE, told)
        _changed(room_id, at)
        found = queries.seats(room_id)
    mine = next(card for card in found if card.id == new.id)
    return Ticket(
        room_id=room_id,
        seat=mine,
        backend=backend,
        ice_servers=known_backends()[backend].ice_servers(at=at),
        relay_only=settings.RELAY_ONLY,
        seats=tuple(card for card in found if mine.may_know(card)),
    )


def _entered(room_id: UUID, at: datetime) -> str:
    """The room is ours until commit, its clock is at `at`; answers its backend."""
    found = database.fetch_one(_LOCK, [room_id])
    if found is None:
        raise NotFound
    if found[1] is not None:
        raise RoomClosed
    database.fetch(_JUDGE, [room_id, at])
    backend: str = found[0]
    return backend


def _check_place(room_id: UUID, new: NewSeat, at: datetime) -> None:
    """Main seats find a place whoever else is there; of the others, those count who are there."""
    absent = at - ABSENT_AFTER
    asked = {"room": room_id, "seat": new.id, "person": new.person_id, "absent": absent}
    sending = 0
    for seat_id, person_id, takes_place in database.fetch(_OTHERS, asked):
        if seat_id == new.id and person_id != new.person_id:
            raise SeatTaken
        sending += takes_place and person_id != new.person_id
    if new.sends and not new.is_main and sending >= MOST_SENDING - MAIN_SEATS:
        raise RoomFull


def _changed(room_id: UUID, at: datetime) -> None:
    database.change(_BUMP, [room_id])
    database.fetch(_JUDGE, [room_id, at])


def leave_seat(room_id: UUID, seat_id: UUID, person_id: UUID, *, at: datetime) -> None:
    """This person's own; left already, or none: nothing. Locks: the room."""
    asked = {"room": room_id, "seat": seat_id, "person": person_id, "because": "left", "at": at}
    _leave(_LEAVE_SEAT, asked)


def remove_person(room_id: UUID, person_id: UUID, *, at: datetime) -> None:
    """Whatever seat this person has is left (`removed`). Locks: the room."""
    _leave(_LEAVE_PERSON, {"room": room_id, "person": person_id, "because": "removed", "at": at})


def remove_seat(room_id: UUID, seat_id: UUID, person_id: UUID, *, at: datetime) -> None:
    """This page is put out (`removed`), and no other of the person. Locks: the room."""
    asked = {"room": room_id, "seat": seat_id, "person": person_id, "because": "removed", "at": at}
    _leave(_LEAVE_SEAT, asked)


def _leave(statement: str, asked: Mapping[str, Any]) -> None:
    room_id, at = asked["room"], asked["at"]
    with transaction.atomic():
        if database.fetch_one(_LOCK, [room_id]) is None:
            return
        database.fetch(_JUDGE, [room_id, at])
        if database.change(statement, asked):
            _changed(room_id, at)


def report(room_id: UUID, seat_id: UUID, *, up: bool, at: datetime, **state: Any) -> None:
    """What a page says of its seat, for people without a page (the demo, tests)."""
    said = {
        "room": str(room_id),
        "seat": str(seat_id),
        "up": up,
        "state": state,
        "changed": True,
        "reports": 1,
        "audio_only_ms": 0,
    }
    database.fetch(_REPORT, [Jsonb([said]), at])


def close_quiet(*, at: datetime) -> int:
    """End the spans of rooms whose reports have ceased; how many."""
    with transaction.atomic():
        ((count, _),) = database.fetch(_QUIET, {"at": at})
        return int(count)


def unsit_dead() -> int:
    """Lines whose live process has died stand for no seat any more; how many.

    A statement for each process: one transaction locks its rooms in their order.
    """
    return sum(
        database.fetch(_UNSIT_HOUSE, {"house": house})[0][0]
        for (house,) in database.fetch(_DEAD_HOUSES)
    )


def forget(*, at: datetime) -> int:
    """Signals nobody came for, and names and state of rooms long closed; how many rows."""
    before = at - FORGET_AFTER
    return database.change(_FORGET_SIGNALS, [before]) + database.change(_FORGET_SEATS, [before])
