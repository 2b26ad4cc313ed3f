"""Months of conversations, written by SQL in the order in which they would have come.

In words of real dialogues. Some conversations of the oldest and of the present month are still open,
so that the bench can write to an old partition too. Foreign keys of visits are dropped: patients are only numbers here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import psycopg

from bench.dialogues import scripts

MESSAGES_EACH = 30
PATIENT_VISITS = 3
# So many conversations go on at once: their messages lie between each other in the table.
_AT_ONCE = 500
# One conversation in so many belongs to the busy doctor, the rest to a hundred others.
_BUSY_SHARE = 5
BUSY_DOCTOR = UUID(int=0xD0C)
_PREPARE = """
    set work_mem = '256MB';
    create table bench_words (n integer primary key, words text);
    create function bench_user(kind integer, n bigint) returns uuid language sql immutable as
        $$ select (lpad(to_hex(kind), 8, '0') || '-0000-0000-0000-' || lpad(to_hex(n), 12, '0'))::uuid $$;
    create table bench_thread (
        n bigint primary key, id uuid, at timestamptz, patient uuid, doctor uuid, open boolean);
"""
_NO_FOREIGN_KEYS = """
    select format('alter table consultation_consultation drop constraint %I', conname)
    from pg_constraint where conrelid = 'consultation_consultation'::regclass and contype = 'f'
"""
_PARTITION = """
    select make_message_month(%(begin)s)
    where to_regclass('consultation_message_' || to_char(%(begin)s, 'YYYYMM')) is null
"""
_THREADS = f"""
    insert into bench_thread
    select n, overlay(gen_random_uuid()::text placing left(uuid7_floor(at)::text, 15) from 1)::uuid,
        at, bench_user(1, n / {PATIENT_VISITS}),
        case n %% {_BUSY_SHARE} when 0 then '{BUSY_DOCTOR}'::uuid else bench_user(2, n %% 100) end,
        i < %(open)s
    from generate_series(0, %(count)s - 1) i,
        lateral (select i + %(first)s as n, %(begin)s + (%(end)s - %(begin)s) * i / %(count)s as at)
"""
_OF_MONTH = "from bench_thread t where t.n >= %(first)s and t.n < %(first)s::bigint + %(count)s"
_COUNTERS = f"""
    insert into consultation_thread (consultation_id, last_seq, holder_id, doctor_user_id, is_open,
        last_patient_at, last_doctor_at, turns, last_by)
    select id, {MESSAGES_EACH}, patient, doctor, open, at, at, 15, 'doctor' {_OF_MONTH} order by at
"""
_MARKS = f"""
    insert into consultation_mark
    select id, side, {MESSAGES_EACH}, {MESSAGES_EACH}
    from bench_thread t, unnest(array['patient', 'doctor']) side
    where t.n >= %(first)s and t.n < %(first)s::bigint + %(count)s order by at
"""
_VISITS = f"""
    insert into consultation_consultation (id, institution_id, patient_id, holder_id, intake_id,
        department, kind, may_prescribe, kind_rules, channel, urgency, complaint, state,
        state_since, due_step, ending, requested_at, ended_at, returned)
    select id, id, patient, patient, id, 'general_practice', 'advice', false, '[]', 'text', 3,
        '咳嗽三天', 'cancelled', at, '', 'cancelled_by_patient', at, at, 0 {_OF_MONTH} order by at
"""
_MESSAGES = f"""
    insert into consultation_message
        (consultation_id, seq, client_id, sender_id, sender, kind, body, at)
    select t.id, s, gen_random_uuid(), case s %% 2 when 1 then patient else doctor end,
        case s %% 2 when 1 then 'patient' else 'doctor' end, 'text',
        jsonb_build_object('text', w.words), t.at + s * interval '1 minute'
    from bench_thread t
    cross join generate_series(1, {MESSAGES_EACH}) s
    join bench_words w on w.n = (t.n * 7919 + s * 31) %% %(words)s
    where t.n >= %(first)s and t.n < %(first)s::bigint + %(count)s
    order by t.n / {_AT_ONCE}, s, t.n
"""


@dataclass(frozen=True)
class Month:
    """`open`: conversations that still go on, `closed`: some that do not."""

    partition: str
    open: list[UUID]
    closed: list[UUID]


def fill(database: psycopg.Connection, *, rows: int, months: int, open_each: int) -> list[Month]:
    """So many messages, as many in each month; the oldest month first, the present one last."""
    database.execute(_PREPARE)
    for (drop,) in database.execute(_NO_FOREIGN_KEYS).fetchall():
        database.execute(drop)
    said = [line.text for script in scripts() for line in script.lines]
    with database.cursor().copy("copy bench_words from stdin") as copy:
        for row in enumerate(said):
            copy.write_row(row)
    count = max(rows // MESSAGES_EACH // months, 2 * open_each)
    made = []
    for nth, (begin, end) in enumerate(_months(months)):
        values = {"first": nth * count, "count": count, "words": len(said)}
        values |= {"begin": begin, "end": end, "open": open_each if nth in {0, months - 1} else 0}
        for statement in (_PARTITION, _THREADS, _COUNTERS, _MARKS, _VISITS, _MESSAGES):
            database.execute(statement, values)
        made.append(_month(database, f"consultation_message_{begin:%Y%m}", nth * count, count))
    database.execute("vacuum analyze")
    return made


def _month(database: psycopg.Connection, partition: str, first: int, count: int) -> Month:
    found: dict[bool, list[UUID]] = {True: [], False: []}
    for id_, is_open in database.execute(
        "select id, open from bench_thread where n >= %s and n < %s order by md5(n::text)",
        [first, first + count],
    ):
        found[is_open].append(id_)
    return Month(partition, sorted(found[True]), found[False])


def _months(count: int) -> Iterator[tuple[datetime, datetime]]:
    """Begin and end of each, UTC; of the present month all of it."""
    now = datetime.now(UTC)
    last = now.year * 12 + now.month - 1
    for month in range(last - count + 1, last + 1):
        yield _first(month), _first(month + 1)


def _first(month: int) -> datetime:
    return datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC)
