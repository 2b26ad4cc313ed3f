"""Rooms and seats of calls, and the functions by which a line goes up and down."""

import django.db.models.deletion
from django.db import migrations, models

# One rule for everybody who writes: the live process, the worker, and the acts of people.
LINE = """
alter table calls_signal set unlogged;

-- Until when the line of a room counts as up, by what its main seats said last; null: one is down.
create function calls_up_until(room uuid) returns timestamptz language sql stable as $$
    select case when count(*) >= 2 and bool_and(up)
        then min(reported_at) + interval '8 seconds' end
    from calls_seat where room_id = room and is_main and left_at is null
$$;

-- Locks these rooms, in the order of their ids, and begins or ends the span of each.
create function calls_judge(rooms uuid[], moment timestamptz) returns void language plpgsql as $$
declare
    one uuid;
    until timestamptz;
begin
    for one in
        select id from calls_room where id = any(rooms) and closed_at is null
        order by id for no key update
    loop
        until := calls_up_until(one);
        if until > moment then
            insert into calls_span (room_id, began_at) values (one, moment) on conflict do nothing;
        else
            -- Of reports that ceased the line was up as long as the last of them counts.
            update calls_span set ended_at = greatest(began_at, least(until, moment))
            where room_id = one and ended_at is null;
        end if;
    end loop;
end $$;

-- A line begins to stand for this person's seat; how many did so, null: it is not this person's, or left.
create function calls_sit(room uuid, seat uuid, person uuid, house uuid)
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

-- These lines stand for their seats no more, unless a later one does already.
create function calls_unsit(rooms uuid[], seats uuid[], lines integer[], house uuid)
returns void language plpgsql as $$
begin
    perform from calls_room where id = any(rooms) order by id for no key update;
    with gone as (
        update calls_seat s set house_id = null from unnest(rooms, seats, lines) as g (room, seat, line)
        where s.room_id = g.room and s.id = g.seat and s.line = g.line and s.house_id = house
        returning s.room_id
    )
    update calls_room set version = version + 1 where id in (select room_id from gone);
end $$;

-- What pages report of their seats; the rooms whose seats are to be told anew. Of a seat at another
-- house, or left, nothing is kept; house null: of whatever house (the demo, tests).
create function calls_report(said jsonb, house uuid, moment timestamptz)
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
NO_LINE = """
drop function calls_report, calls_unsit, calls_sit, calls_judge, calls_up_until;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Room",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("backend", models.CharField(max_length=40)),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("version", models.BigIntegerField(default=1)),
            ],
            options={
                "db_table": "calls_room",
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=["opened_at"],
                        name="calls_room_open",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Measure",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "room_id",
                        "what",
                        "value",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("what", models.CharField(max_length=8)),
                ("value", models.PositiveSmallIntegerField()),
                ("count", models.PositiveIntegerField()),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="measures",
                        to="calls.room",
                    ),
                ),
            ],
            options={
                "db_table": "calls_measure",
            },
        ),
        migrations.CreateModel(
            name="Signal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("room_id", models.UUIDField()),
                ("seat_id", models.UUIDField()),
                ("from_id", models.UUIDField()),
                ("data", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "calls_signal",
                "indexes": [
                    models.Index(fields=["room_id", "seat_id", "id"], name="calls_signal_to_seat")
                ],
            },
        ),
        migrations.CreateModel(
            name="Seat",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "room_id",
                        "id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("id", models.UUIDField()),
                ("person_id", models.UUIDField()),
                ("role", models.CharField(max_length=20)),
                ("name_sealed", models.BinaryField()),
                ("is_main", models.BooleanField()),
                ("sends", models.BooleanField()),
                ("is_hidden", models.BooleanField()),
                ("entered_at", models.DateTimeField()),
                ("left_at", models.DateTimeField(null=True)),
                ("left_because", models.CharField(blank=True, max_length=20)),
                ("house_id", models.UUIDField(null=True)),
                ("line", models.PositiveIntegerField(default=0)),
                ("up", models.BooleanField(default=False)),
                ("reported_at", models.DateTimeField(null=True)),
                ("state", models.JSONField(default=dict)),
                ("reports", models.PositiveIntegerField(default=0)),
                ("connect_ms", models.PositiveIntegerField(null=True)),
                ("audio_only_ms", models.PositiveIntegerField(default=0)),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seats",
                        to="calls.room",
                    ),
                ),
            ],
            options={
                "db_table": "calls_seat",
                "indexes": [
                    models.Index(
                        condition=models.Q(("house_id__isnull", False)),
                        fields=["house_id"],
                        name="calls_seat_of_house",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("left_at__isnull", True)),
                        fields=("room", "person_id"),
                        name="a_person_has_one_seat_in_a_room",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Span",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="spans",
                        to="calls.room",
                    ),
                ),
            ],
            options={
                "db_table": "calls_span",
                "indexes": [models.Index(fields=["room", "began_at"], name="calls_span_of_room")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("room",),
                        name="a_room_has_one_running_span",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at__isnull", True),
                            ("ended_at__gte", models.F("began_at")),
                            _connector="OR",
                        ),
                        name="a_span_ends_after_it_began",
                    ),
                ],
            },
        ),
        migrations.RunSQL(LINE, NO_LINE),
    ]
