"""What can be asked of rooms: who sits there, how long the line was up, and how good it was."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from xinglin.foundation.calls.rules import clock_of, middle
from xinglin.foundation.calls.types import (
    ABSENT_AFTER,
    MAIN_SEATS,
    MOST_SENDING,
    RoomClock,
    RoomQuality,
    SeatCard,
    Stay,
)
from xinglin.foundation.database import services as database
from xinglin.kernel import clock as clocks_of_house
from xinglin.kernel.seal import unseal
from xinglin.kernel.text import Text

NAME_CONTEXT = "calls_seat|name"
RTT_STEP_MS = 10
LOSS_STEPS = 2  # of a percent

# A seat whose live process has died is not there, although nobody wrote so yet.
_HERE = """exists (
    select from live_house h where h.id = s.house_id
        and h.beat_at between now() - interval '10 seconds' and now() + interval '10 seconds')"""
# The columns of `card_of`, in its order.
_CARD = (
    "s.id, s.person_id, s.role, s.name_sealed, s.is_main, s.sends, s.is_hidden, s.may_be_recorded, "
    f"{_HERE} as here, s.line, s.state::text as state, s.entered_at"
)
# For asyncpg, in the live process. Of rooms whose version is another than the one known: all seats,
# those that were left a short while ago among them; a row without a seat when there is none.
LOOK = f"""
    select {_CARD}, r.id as room_id, r.version, s.house_id, s.left_because
    from unnest($1::uuid[], $2::bigint[]) as k (id, version)
    join calls_room r on r.id = k.id and r.version <> k.version
    left join calls_seat s on s.room_id = r.id
        and (s.left_at is null or s.left_at > now() - interval '10 minutes')
    order by r.id, s.entered_at, s.id
"""  # noqa: S608  # constants only
# Why this person's seat was left; no row: there is no such seat.
LEFT = "select left_because from calls_seat where room_id = $1 and id = $2 and person_id = $3"
_SEATS = f"""
    select {_CARD} from calls_seat s where s.room_id = %s and s.left_at is null
    order by s.entered_at, s.id
"""  # noqa: S608  # constants only
_SEATS_OF = f"""
    select s.room_id, {_CARD} from calls_seat s where s.room_id = any(%s) and s.left_at is null
    order by s.room_id, s.entered_at, s.id
"""  # noqa: S608  # constants only
# Who sends from no main seat and is there, or was a moment ago.
TAKES_PLACE = """sends and not is_main and left_at is null
    and (house_id is not null or greatest(entered_at, reported_at) > %(absent)s)"""
_TAKEN = f"""
    select count(*) from calls_seat where room_id = %(room)s and {TAKES_PLACE}
"""  # noqa: S608  # constants only
_PERSON = "select person_id from calls_seat where room_id = %s and id = %s"
_RECORDING = """
    select distinct room_id from calls_seat
    where room_id = any(%(rooms)s) and role = %(role)s and left_at is null
        and (entered_at > %(since)s
            or reported_at > %(since)s and state ->> 'recording' = 'on')
"""
_PRESENT = """
    select person_id from calls_seat
    where room_id = %s and is_main and left_at is null and reported_at > %s
"""
_SHOWN = "select coalesce(sum(shown_ms), 0) from calls_seat where room_id = %s and role = %s"
_MAY_BE_RECORDED = "select may_be_recorded from calls_seat where room_id = %s and id = %s"
_STAYS = """
    select person_id, role, is_hidden, entered_at, left_at from calls_seat where room_id = %s
    order by entered_at, id
"""
_STAYS_OF = """
    select room_id, person_id, role, is_hidden, entered_at, left_at from calls_seat
    where room_id = any(%s) order by room_id, entered_at, id
"""
_QUALITIES = """
    select r.id, max(s.connect_ms), coalesce(max(s.audio_only_ms), 0), coalesce(sum(s.reports), 0),
        (select count(*) from calls_span p where p.room_id = r.id)
    from calls_room r left join calls_seat s on s.room_id = r.id and s.is_main
    where r.id = any(%s) group by r.id
"""
_MEASURES_OF = "select room_id, what, value, count from calls_measure where room_id = any(%s)"
_LINES = """
    select r.id, calls_up_until(r.id), r.closed_at,
        array(select began_at from calls_span s where s.room_id = r.id order by began_at, id),
        array(select ended_at from calls_span s where s.room_id = r.id order by began_at, id)
    from calls_room r where r.id = any(%s)
"""
_DOWN = """
    select r.id, coalesce(
        (select least(s.ended_at, calls_up_until(r.id)) from calls_span s where s.room_id = r.id
            order by s.began_at desc, s.id desc limit 1),
        r.opened_at)
    from calls_room r
    where r.closed_at is null and coalesce(calls_up_until(r.id) <= %(at)s, true)
"""


def card_of(row: Sequence[Any]) -> SeatCard:
    """Of the columns that every statement about seats begins with."""
    seat_id, person_id, role, name, is_main, sends, is_hidden, may_be_recorded, *now = row
    here, line, state, entered_at = now
    told = json.loads(unseal(name, NAME_CONTEXT, settings.KEY_RING))
    return SeatCard(
        id=seat_id,
        person_id=person_id,
        role=role,
        name=Text(told["zh"], told["en"]),
        is_main=is_main,
        sends=sends,
        is_hidden=is_hidden,
        may_be_recorded=may_be_recorded,
        here=here,
        line=line,
        state=json.loads(state),
        entered_at=entered_at,
    )


def seats(room_id: UUID) -> list[SeatCard]:
    """Those not left, hidden ones among them, in the order in which they were taken."""
    return [card_of(row) for row in database.fetch(_SEATS, [room_id])]


def seats_of(room_ids: Collection[UUID]) -> dict[UUID, list[SeatCard]]:
    """As `seats`, for many rooms in one statement; rooms without a seat are left out."""
    found: dict[UUID, list[SeatCard]] = {}
    for room_id, *row in database.fetch(_SEATS_OF, [list(room_ids)]):
        found.setdefault(room_id, []).append(card_of(row))
    return found


def person_of(room_id: UUID, seat_id: UUID) -> UUID | None:
    """Whose seat it is, or was; None: there is no such seat."""
    row = database.fetch_one(_PERSON, [room_id, seat_id])
    return row[0] if row else None


def rooms_recording(room_ids: Collection[UUID], *, role: str, since: datetime) -> set[UUID]:
    """Those where a seat of this role has said since then that it records, or has only now entered."""
    asked = {"rooms": list(room_ids), "role": role, "since": since}
    return {room_id for (room_id,) in database.fetch(_RECORDING, asked)}


def may_be_recorded(room_id: UUID, seat_id: UUID) -> bool:
    """Whoever has this seat said so, or need not be asked."""
    row = database.fetch_one(_MAY_BE_RECORDED, [room_id, seat_id])
    return row is not None and bool(row[0])


def present(room_id: UUID, *, at: datetime) -> set[UUID]:
    """Of the main seats, the persons whose page has said a word of late, connected or not."""
    return {row[0] for row in database.fetch(_PRESENT, [room_id, at - ABSENT_AFTER])}


def is_full(room_id: UUID, *, at: datetime) -> bool:
    """Nobody more who sends finds a place; the main seats have theirs."""
    asked = {"room": room_id, "absent": at - ABSENT_AFTER}
    taken: int = database.fetch(_TAKEN, asked)[0][0]
    return taken >= MOST_SENDING - MAIN_SEATS


def shown_ms(room_id: UUID, role: str) -> int:
    """How long whoever sat there as `role` has shown a picture while the line was up."""
    return int(database.fetch(_SHOWN, [room_id, role])[0][0])


def stays(room_id: UUID) -> list[Stay]:
    """Everybody who ever had a seat, hidden ones among them; kept for as long as the room is."""
    return [
        Stay(person_id=row[0], role=row[1], is_hidden=row[2], entered_at=row[3], left_at=row[4])
        for row in database.fetch(_STAYS, [room_id])
    ]


def stays_of(room_ids: Collection[UUID]) -> dict[UUID, list[Stay]]:
    """As `stays`, for many rooms in one statement."""
    found: dict[UUID, list[Stay]] = {}
    for room_id, *row in database.fetch(_STAYS_OF, [list(room_ids)]):
        person_id, role, is_hidden, entered_at, left_at = row
        stay = Stay(
            person_id=person_id,
            role=role,
            is_hidden=is_hidden,
            entered_at=entered_at,
            left_at=left_at,
        )
        found.setdefault(room_id, []).append(stay)
    return found


def clock(room_id: UUID, *, at: datetime) -> RoomClock:
    """Of a room that was never opened: nothing."""
    return clocks([room_id], at=at).get(
        room_id, RoomClock(ms=0, running_since=None, spans=(), gaps=())
    )


def clocks(room_ids: Collection[UUID], *, at: datetime) -> dict[UUID, RoomClock]:
    """Of those of these rooms that there are."""
    return {
        room_id: clock_of(
            list(zip(began, ended, strict=True)), up_until=up_until, closed_at=closed_at, at=at
        )
        for room_id, up_until, closed_at, began, ended in database.fetch(_LINES, [list(room_ids)])
    }


def down_since(room_id: UUID, *, at: datetime | None = None) -> datetime | None:
    """Since when the line of an open room is down; None: it is up, or the room is not open."""
    asked = {"room": room_id, "at": at or clocks_of_house.now()}
    rows = database.fetch(f"{_DOWN} and r.id = %(room)s", asked)
    return rows[0][1] if rows else None


def rooms_down(room_ids: Collection[UUID], *, at: datetime) -> dict[UUID, datetime]:
    """Of these rooms those that are open and whose line is down, and since when."""
    asked = {"at": at, "rooms": list(room_ids)}
    return dict(database.fetch(f"{_DOWN} and r.id = any(%(rooms)s)", asked))


def qualities(room_ids: Collection[UUID]) -> dict[UUID, RoomQuality]:
    """As the main seats have reported it until now, of those of these rooms that there are."""
    counts: dict[UUID, dict[str, dict[int, int]]] = {}
    for room_id, what, value, count in database.fetch(_MEASURES_OF, [list(room_ids)]):
        counts.setdefault(room_id, {"rtt": {}, "loss": {}})[what][value] = count
    return {
        room_id: _quality(
            connect_ms, audio_only_ms, reports, spans, counts.get(room_id, {"rtt": {}, "loss": {}})
        )
        for room_id, connect_ms, audio_only_ms, reports, spans in database.fetch(
            _QUALITIES, [list(room_ids)]
        )
    }


def _quality(
    connect_ms: int | None,
    audio_only_ms: int,
    reports: int,
    spans: int,
    counts: dict[str, dict[int, int]],
) -> RoomQuality:
    rtt, loss = middle(counts["rtt"]), middle(counts["loss"])
    return RoomQuality(
        connect_ms=connect_ms,
        reconnects=max(0, spans - 1),
        rtt_p50=None if rtt is None else rtt * RTT_STEP_MS,
        loss_p50=None if loss is None else loss / LOSS_STEPS,
        loss_worst=max(counts["loss"]) / LOSS_STEPS if counts["loss"] else None,
        audio_only_ms=audio_only_ms,
        reports=reports,
    )


NO_QUALITY = _quality(None, 0, 0, 0, {"rtt": {}, "loss": {}})
