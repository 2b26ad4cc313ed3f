"""Thirty thousand doctors and five thousand who wait: what the board costs is printed (no timed assertion)."""

import sys
import time
from uuid import UUID

import pytest
from django.db import connection

from xinglin.care.dispatch import queries
from xinglin.care.dispatch.queries.board import day_began
from xinglin.care.dispatch.tests.cast import NOON, House
from xinglin.care.dispatch.tests.test_board_recount import operator
from xinglin.foundation.live import services as live

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
DOCTORS, ON_DUTY, WAITING, ACTIVE, ENDED = 30_000, 5_000, 5_000, 10_000, 60_000
ALL = WAITING + ACTIVE + ENDED

# Without what the rows point to: the board reads none of it.
UNBOUND = """
    do $$ declare bound record; begin
        for bound in select conrelid::regclass as of, conname from pg_constraint
            where contype = 'f' and conrelid in ('dispatch_duty'::regclass, 'dispatch_offer'::regclass,
                'consultation_consultation'::regclass, 'consultation_thread'::regclass)
        loop execute format('alter table %s drop constraint %I', bound.of, bound.conname); end loop;
    end $$
"""
DUTIES = """
    insert into dispatch_duty (practitioner_id, user_id, institution_id, departments, grade, capacity,
        reserved, on_since, off_reason, away_until, version, updated_at)
    select lpad(to_hex(n), 32, '0')::uuid, lpad(to_hex(n + 1000000), 32, '0')::uuid, %(house)s,
        jsonb_build_object((%(slugs)s::text[])[n %% 17 + 1], 1), 1, 5, n %% 6,
        case when n <= %(on)s then %(at)s::timestamptz - interval '2 h' end, '',
        case when n %% 50 = 0 then %(at)s::timestamptz + interval '1 min' end, 1, %(at)s
    from generate_series(1, %(doctors)s) n
"""
# Asked for in the order of time over eight days, as the ids have it; who waits and is active now asked last.
VISITS = """
    insert into consultation_consultation (id, institution_id, patient_id, holder_id, asked_by, relation,
        intake_id, department, kind, may_prescribe, kind_rules, channel, urgency, complaint, state,
        state_since, due_at, due_step, ending, ended_for, practitioner_id, doctor_user_id, requested_at, accepted_at,
        first_reply_at, ended_at, returned, put_first)
    select lpad(to_hex(n), 32, '0')::uuid, %(house)s, lpad(to_hex(n), 32, '0')::uuid,
        lpad(to_hex(n), 32, '0')::uuid, 'self', 'self', lpad(to_hex(n), 32, '0')::uuid,
        (%(slugs)s::text[])[n %% 17 + 1], 'advice', false, '[]', 'text', 3, repeat('x', 60), state, asked,
        case when state in ('waiting', 'active') then %(at)s::timestamptz + n %% 40 * interval '1 min' end, '',
        case when state = 'ended' then 'closed' else '' end,
        case when state = 'ended' then 'treated' else '' end,
        case when state <> 'waiting' then lpad(to_hex(n %% %(on)s + 1), 32, '0')::uuid end,
        case when state <> 'waiting' then lpad(to_hex(n %% %(on)s + 1000001), 32, '0')::uuid end, asked,
        case when state <> 'waiting' then asked + interval '20 s' end,
        case when state <> 'waiting' then asked + n %% 300 * interval '1 s' end,
        case when state = 'ended' then asked + interval '20 min' end, 0, false
    from (
        select n, case when n <= %(ended)s then 'ended' when n <= %(ended)s + %(active)s then 'active'
            else 'waiting' end as state,
            %(at)s::timestamptz - interval '8 days' + interval '8 days' * n / %(all)s as asked
        from generate_series(1, %(all)s) n
    ) made
"""
THREADS = """
    insert into consultation_thread (consultation_id, holder_id, last_seq, is_open, turns, last_patient_at,
        last_doctor_at)
    select id, holder_id, 2, true, 1, requested_at, case when due_at > %(at)s then %(at)s end
    from consultation_consultation where state in ('active', 'waiting')
"""
OFFERS = """
    insert into dispatch_offer (id, consultation_id, practitioner_id, user_id, patient_id, department, state,
        made_at, expires_at, accepted_at, closed_at, reason, why, epoch)
    select gen_random_uuid(), id, coalesce(practitioner_id, lpad(to_hex(1), 32, '0')::uuid),
        coalesce(doctor_user_id, lpad(to_hex(1), 32, '0')::uuid), patient_id, department,
        case state when 'ended' then 'released' when 'active' then 'accepted' else 'refused' end,
        requested_at, requested_at + interval '30 s', case when state <> 'waiting' then requested_at end,
        null, '', '{}', 1
    from consultation_consultation
"""


def fill(house: House) -> None:
    from xinglin.care.people import queries as people

    values = {
        "house": house.institution.id,
        "slugs": [d.slug for d in people.departments()],
        "at": house.at,
        "doctors": DOCTORS,
        "on": ON_DUTY,
        "ended": ENDED,
        "active": ACTIVE,
        "all": ALL,
    }
    with connection.cursor() as cursor:
        cursor.execute(UNBOUND)  # taken back with all the rest
        for sql in (DUTIES, VISITS, THREADS, OFFERS):
            cursor.execute(sql, values)
        cursor.execute("analyze dispatch_duty, dispatch_offer, consultation_consultation")
        cursor.execute("analyze consultation_thread")
    live.touch_presence([UUID(int=n + 1_000_000) for n in range(1, ON_DUTY - 100)], house.at)


def timed(look) -> float:
    times = []
    for _ in range(5):
        began = time.perf_counter()
        look()
        times.append((time.perf_counter() - began) * 1000)
    return sorted(times)[2]


def test_what_the_board_costs_with_a_nations_doctors(db):
    house = House(NOON)
    fill(house)
    viewer = operator(house)
    board = queries.board(viewer, house.at)
    assert (board.totals.waiting, board.totals.active) == (WAITING, ACTIVE)
    assert board.totals.on_duty + board.totals.unreachable == ON_DUTY
    day_began(viewer, house.at)
    asked = queries.Asked
    costs = {
        "board": timed(lambda: queries.board(viewer, house.at)),
        "visits that wait": timed(
            lambda: queries.board_visits(viewer, asked(figure="waiting"), house.at)
        ),
        "visits due soon": timed(
            lambda: queries.board_visits(viewer, asked(figure="due_soon"), house.at)
        ),
        "visits asked for today": timed(
            lambda: queries.board_visits(viewer, asked(figure="asked_today"), house.at)
        ),
        "doctors": timed(lambda: queries.board_doctors(viewer, asked(), house.at)),
    }
    sys.stderr.write(
        "\nmedian of five, ms: "
        + ", ".join(f"{name} {ms:.0f}" for name, ms in costs.items())
        + "\n"
    )
    sys.stderr.write("".join(explained(viewer, house)))


def explained(viewer, house: House) -> list[str]:
    """Which part of the board takes how long, and by which index."""
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        queries.board(viewer, house.at)
    slow = sorted(asked.captured_queries, key=lambda each: -float(each["time"]))[:4]
    return [f"{each['time']} s: {' '.join(each['sql'].split())[:110]}\n" for each in slow]
