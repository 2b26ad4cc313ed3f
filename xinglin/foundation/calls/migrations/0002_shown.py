"""How long each seat has shown a picture, whether it may be recorded; no signals to older lines."""

from django.db import migrations, models

LINE = """
-- A line begins to stand for this person's seat; how many did so, null: it is not this person's, or left.
create or replace function calls_sit(room uuid, seat uuid, person uuid, house uuid)
returns integer language plpgsql as $$
declare
    now_line integer;
begin
    perform from calls_room where id = room for no key update;
    update calls_seat set house_id = house, line = line + 1
    where room_id = room and id = seat and person_id = person and left_at is null
    returning line into now_line;
    if found then
        update calls_room set version = version + 1 where id = room;
        -- What was on its way to the line before concerns a connection that is no more.
        delete from calls_signal where room_id = room and seat_id = seat;
    end if;
    return now_line;
end $$;

-- What pages report of their seats; the rooms whose seats are to be told anew. Of a seat at another
-- house, or left, nothing is kept; house null: of whatever house (the demo, tests).
create or replace function calls_report(said jsonb, house uuid, moment timestamptz)
returns setof uuid language plpgsql as $$
declare
    rooms uuid[];
    changed uuid[];
begin
    select array_agg(distinct s.room) into rooms from jsonb_to_recordset(said) as s (room uuid);
    perform calls_judge(rooms, moment);
    with told as (
        update calls_seat c set up = s.up, state = s.state, reported_at = moment,
            reports = c.reports + s.reports, connect_ms = coalesce(c.connect_ms, s.connect_ms),
            audio_only_ms = c.audio_only_ms + s.audio_only_ms,
            shown_ms = c.shown_ms + case
                when c.up and (c.state ->> 'camera')::boolean
                    and not coalesce((c.state ->> 'audio_only')::boolean, false)
                    and moment between c.reported_at and c.reported_at + interval '8 seconds'
                    and exists (select from calls_span p
                        where p.room_id = c.room_id and p.ended_at is null)
                then extract(milliseconds from moment - c.reported_at)::integer else 0 end
        from jsonb_to_recordset(said) as s (
            room uuid, seat uuid, up boolean, state jsonb, changed boolean, reports integer,
            connect_ms integer, audio_only_ms integer, rtt smallint, loss smallint)
        where c.room_id = s.room and c.id = s.seat and c.left_at is null
            and (house is null or c.house_id = house)
        returning c.room_id, c.is_main, s.changed, s.rtt, s.loss
    ), counted as (
        insert into calls_measure as m (room_id, what, value, count)
        select t.room_id, v.what, v.value, count(*) from told t
        cross join lateral (values ('rtt', t.rtt), ('loss', t.loss)) as v (what, value)
        where t.is_main and v.value is not null group by t.room_id, v.what, v.value
        on conflict (room_id, what, value) do update set count = m.count + excluded.count
    )
    select array_agg(distinct t.room_id) into changed from told t where t.changed;
    perform calls_judge(rooms, moment);
    return query update calls_room set version = version + 1 where id = any(changed) returning id;
end $$;
"""
BEFORE = """
-- A line begins to stand for this person's seat; how many did so, null: it is not this person's, or left.
create or replace function calls_sit(room uuid, seat uuid, person uuid, house uuid)
returns integer language plpgsql as $$
declare
    now_line integer;
begin
    perform from calls_room where id = room for no key update;
    update calls_seat set house_id = house, line = line + 1
    where room_id = room and id = seat and person_id = person and left_at is null
    returning line into now_line;
    if found then
        update calls_room set version = version + 1 where id = room;
    end if;
    return now_line;
end $$;

-- What pages report of their seats; the rooms whose seats are to be told anew. Of a seat at another
-- house, or left, nothing is kept; house null: of whatever house (the demo, tests).
create or replace function calls_report(said jsonb, house uuid, moment timestamptz)
returns setof uuid language plpgsql as $$
declare
    rooms uuid[];
    changed uuid[];
begin
    select array_agg(distinct s.room) into rooms from jsonb_to_recordset(said) as s (room uuid);
    perform calls_judge(rooms, moment);
    with told as (
        update calls_seat c set up = s.up, state = s.state, reported_at = moment,
            reports = c.reports + s.reports, connect_ms = coalesce(c.connect_ms, s.connect_ms),
            audio_only_ms = c.audio_only_ms + s.audio_only_ms
        from jsonb_to_recordset(said) as s (
            room uuid, seat uuid, up boolean, state jsonb, changed boolean, reports integer,
            connect_ms integer, audio_only_ms integer, rtt smallint, loss smallint)
        where c.room_id = s.room and c.id = s.seat and c.left_at is null
            and (house is null or c.house_id = house)
        returning c.room_id, c.is_main, s.changed, s.rtt, s.loss
    ), counted as (
        insert into calls_measure as m (room_id, what, value, count)
        select t.room_id, v.what, v.value, count(*) from told t
        cross join lateral (values ('rtt', t.rtt), ('loss', t.loss)) as v (what, value)
        where t.is_main and v.value is not null group by t.room_id, v.what, v.value
        on conflict (room_id, what, value) do update set count = m.count + excluded.count
    )
    select array_agg(distinct t.room_id) into changed from told t where t.changed;
    perform calls_judge(rooms, moment);
    return query update calls_room set version = version + 1 where id = any(changed) returning id;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("calls", "0001_initial")]

    operations = [
        migrations.AddField(
            "Seat", "shown_ms", models.PositiveIntegerField(default=0, db_default=0)
        ),
        migrations.AddField(
            "Seat", "may_be_recorded", models.BooleanField(default=True, db_default=True)
        ),
        migrations.RunSQL(LINE, BEFORE),
    ]
