"""Months of messages that are over: sealed; those that nobody made in time; and one more ending."""

import importlib

from django.db import migrations, models

# A month is made even when its messages are there already, in the partition of those without one:
# they move. Nobody writes meanwhile. Ids of before 2020 or of far ahead are of no month.
MONTHS = """
create function make_message_month(start timestamptz) returns void language plpgsql as $$
declare
    name text := 'consultation_message_' || to_char(start at time zone 'utc', 'YYYYMM');
    lo uuid := uuid7_floor(start);
    hi uuid := uuid7_floor((start at time zone 'utc' + interval '1 month') at time zone 'utc');
begin
    lock table consultation_message in access exclusive mode;
    execute format('create table %I (like consultation_message including all)', name);
    execute format('with moved as (delete from consultation_message_default'
        ' where consultation_id >= %L and consultation_id < %L returning *)'
        ' insert into %I select * from moved', lo, hi, name);
    execute format('alter table consultation_message attach partition %I'
        ' for values from (%L) to (%L)', name, lo, hi);
end $$;

create or replace function ensure_message_partitions(months integer) returns integer
language plpgsql as $$
declare
    this_month timestamp := date_trunc('month', now() at time zone 'utc');
    month timestamp;
    made integer := 0;
begin
    for month in
        select this_month + make_interval(months => i) from generate_series(0, months) as i
        union
        select date_trunc('month', to_timestamp(('x' || left(replace(consultation_id::text, '-', ''), 12))
            ::bit(48)::bigint / 1000.0) at time zone 'utc')
        from consultation_message_default
        order by 1
    loop
        if month between '2020-01-01' and this_month + make_interval(months => months)
            and to_regclass('consultation_message_' || to_char(month, 'YYYYMM')) is null
        then
            perform make_message_month(month at time zone 'utc');
            made := made + 1;
        end if;
    end loop;
    return made;
end $$;
"""
FORMER = importlib.import_module(f"{__package__}.0002_messages").PARTITIONS
NO_MONTHS = """
drop function make_message_month(timestamptz);
drop function ensure_message_partitions(integer);
""" + FORMER[FORMER.index("create function ensure") : FORMER.index("select ensure")]

# Amendments, years later, still post cards. Such rows are few: without autovacuum they wait, frozen
# by nobody, for the one that PostgreSQL makes against wraparound whatever the setting.
SEALING = """
create function refuse_in_sealed() returns trigger language plpgsql as $$
begin
    raise exception '% is sealed: it takes nothing but a card of the house', tg_table_name
        using errcode = 'restrict_violation';
end $$;

create function seal_message_month(name text) returns void language plpgsql as $$
begin
    execute format('create trigger a_sealed_message_stands before update or delete on %I'
        ' for each row execute function refuse_in_sealed()', name);
    execute format('create trigger a_sealed_month_takes_cards before insert on %I'
        ' for each row when (new.sender <> ''system'') execute function refuse_in_sealed()', name);
    execute format('alter table %I set'
        ' (autovacuum_enabled = false, toast.autovacuum_enabled = false)', name);
end $$;

create function message_months_to_seal(over_since timestamptz) returns setof text
language sql stable as $$
    select c.relname::text
    from pg_inherits i
    join pg_class c on c.oid = i.inhrelid and c.relname ~ '^consultation_message_[0-9]{6}$'
    cross join to_date(right(c.relname, 6), 'YYYYMM') as start
    cross join lateral (select
        uuid7_floor(start::timestamp at time zone 'utc') as lo,
        (start + interval '1 month') at time zone 'utc' as over_at) as month
    where i.inhparent = 'consultation_message'::regclass
        and over_at <= over_since
        and not exists (select 1 from pg_trigger
            where tgrelid = c.oid and tgname = 'a_sealed_message_stands')
        and not exists (select 1 from consultation_thread
            where is_open and consultation_id >= lo and consultation_id < uuid7_floor(over_at))
    order by 1
$$;
"""
# A month that was sealed is opened again: its triggers go with what they call.
NO_SEALING = """
do $$
declare
    month regclass;
begin
    for month in select tgrelid from pg_trigger where tgname = 'a_sealed_message_stands' loop
        execute format('alter table %s reset'
            ' (autovacuum_enabled, toast.autovacuum_enabled)', month);
    end loop;
end $$;
drop function refuse_in_sealed() cascade;
drop function seal_message_month(text);
drop function message_months_to_seal(timestamptz);
"""

ENDINGS = [
    "cancelled_by_patient",
    "closed",
    "message_unanswered",
    "no_choice_made",
    "no_doctor_in_time",
    "patient_absent",
    "stopped",
    "time_over",
]


class Migration(migrations.Migration):
    dependencies = [("consultation", "0004_turns_marks_edits")]

    operations = [
        migrations.RemoveConstraint(
            model_name="consultation",
            name="every_ending_has_a_reason",
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("ended_at__isnull", False),
                        ("ending__in", ENDINGS),
                        ("state__in", ["cancelled", "ended"]),
                    ),
                    models.Q(
                        models.Q(("state__in", ["cancelled", "ended"]), _negated=True),
                        ("ended_at__isnull", True),
                        ("ending", ""),
                    ),
                    _connector="OR",
                ),
                name="every_ending_has_a_reason",
            ),
        ),
        migrations.RunSQL(MONTHS, NO_MONTHS),
        migrations.RunSQL(SEALING, NO_SEALING),
    ]
