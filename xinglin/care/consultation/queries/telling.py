"""Whom of a visit to tell something, and who waits to be told."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from xinglin.foundation.database import services as database

_HOLDER = "select holder_id from consultation_consultation where id = %s"
# The doctor's words that the patient has not had on the screen; those told of already, or visits told
# of a moment ago, are left out. Only open visits are looked at, each thread by its key.
_UNREAD = """
    select c.id, c.holder_id, m.seq
    from consultation_consultation c
    join consultation_thread t on t.consultation_id = c.id
    left join consultation_mark p on p.consultation_id = c.id and p.side = 'patient'
    left join consultation_told o on o.consultation_id = c.id
    cross join lateral (
        select max(seq) as seq from consultation_message
        where consultation_id = c.id and seq > coalesce(p.read, 0) and sender = 'doctor'
            and kind not in ('edit', 'withdrawal') and not withdrawn
    ) m
    where c.state = 'active' and t.last_doctor_at <= %(written_before)s
        and coalesce(p.read, 0) < t.last_seq
        and (o.at is null or o.at <= %(told_before)s) and m.seq > coalesce(o.seq, 0)
    order by c.id limit %(most)s
"""
_ENDING = """
    select c.id, c.holder_id, c.state_since, t.last_patient_at, t.last_doctor_at, t.closes_at,
        t.turns, t.max_turns, o.ending_due, c.extended_until
    from consultation_consultation c
    join consultation_thread t on t.consultation_id = c.id
    left join consultation_told o on o.consultation_id = c.id
    where c.state = 'active' and c.in_call_since is null and c.id > %(after)s
        and (t.closes_at <= %(closes_before)s or t.last_doctor_at <= %(silent_since)s)
    order by c.id limit %(most)s
"""


class Unread(NamedTuple):
    """`seq`: of the newest of the doctor's words that the patient has not read."""

    consultation_id: UUID
    holder_id: UUID
    seq: int


class Ending(NamedTuple):
    """What decides when an open visit ends; `ending_due`: the end that was told of already."""

    consultation_id: UUID
    holder_id: UUID
    state_since: datetime
    last_patient_at: datetime | None
    last_doctor_at: datetime | None
    closes_at: datetime | None
    turns: int
    max_turns: int | None
    ending_due: datetime | None
    extended_until: datetime | None


def holder_of(consultation_id: UUID) -> UUID | None:
    row = database.fetch_one(_HOLDER, [consultation_id])
    return row[0] if row else None


def unread_words(*, written_before: datetime, told_before: datetime, most: int) -> list[Unread]:
    asked = {"written_before": written_before, "told_before": told_before, "most": most}
    return [Unread(*row) for row in database.fetch(_UNREAD, asked)]


def ending_visits(
    *, closes_before: datetime, silent_since: datetime, after: UUID, most: int
) -> list[Ending]:
    asked = {
        "closes_before": closes_before,
        "silent_since": silent_since,
        "after": after,
        "most": most,
    }
    return [Ending(*row) for row in database.fetch(_ENDING, asked)]
