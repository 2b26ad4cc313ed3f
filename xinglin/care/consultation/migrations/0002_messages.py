"""The thread: a narrow counter row, the partitioned message table, and its one writer."""

from django.db import migrations

TABLES = """
create table consultation_thread (
    consultation_id uuid primary key,
    last_seq integer not null default 0,
    holder_id uuid not null,
    doctor_user_id uuid,
    is_open boolean not null default true,
    last_patient_at timestamptz,
    last_doctor_at timestamptz
) with (fillfactor = 50);

create table consultation_message (
    consultation_id uuid not null,
    seq integer not null check (seq > 0),
    client_id uuid not null,
    sender_id uuid not null,
    sender text not null check (sender in ('patient', 'doctor', 'system')),
    kind text not null check (kind in ('text', 'picture', 'card')),
    body jsonb not null,
    at timestamptz not null,
    primary key (consultation_id, seq),
    unique (consultation_id, client_id)
) partition by range (consultation_id);

create table consultation_message_default partition of consultation_message default;
"""

PARTITIONS = """
create function uuid7_floor(at timestamptz) returns uuid language sql immutable as $$
    select (substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-7000-8000-000000000000')::uuid
    from (select lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') as h) as hex
$$;

create function ensure_message_partitions(months integer) returns integer language plpgsql as $$
declare
    start timestamptz;
    name text;
    made integer := 0;
begin
    for i in 0..months loop
        start := date_trunc('month', now() at time zone 'utc') at time zone 'utc'
                 + make_interval(months => i);
        name := 'consultation_message_' || to_char(start at time zone 'utc', 'YYYYMM');
        if to_regclass(name) is null then
            execute format(
                'create table %I partition of consultation_message for values from (%L) to (%L)',
                name, uuid7_floor(start), uuid7_floor(start + interval '1 month'));
            made := made + 1;
        end if;
    end loop;
    return made;
end $$;

select ensure_message_partitions(3);
"""

# One lock and one counter update per consultation and batch. Rows of one consultation must stand
# together (the caller sorts), which also orders the locks of parallel batches.
POST_BATCH = """
create function post_batch(
    cids uuid[], senders uuid[], client_ids uuid[], kinds text[], bodies jsonb[]
) returns table (
    ord integer, seq integer, at timestamptz, dup boolean, refused text,
    sender text, holder uuid, doctor uuid
) language plpgsql as $$
#variable_conflict use_column
declare
    t consultation_thread%rowtype;
    has_thread boolean := false;
    dirty boolean := false;
    nobody constant uuid := '00000000-0000-0000-0000-000000000000';
begin
    for i in 1..coalesce(array_length(cids, 1), 0) loop
        if t.consultation_id is distinct from cids[i] then
            if dirty then
                update consultation_thread set last_seq = t.last_seq,
                    last_patient_at = t.last_patient_at, last_doctor_at = t.last_doctor_at
                where consultation_id = t.consultation_id;
            end if;
            dirty := false;
            select * into t from consultation_thread where consultation_id = cids[i] for update;
            has_thread := found;
            t.consultation_id := cids[i];
        end if;
        ord := i; dup := false; refused := null; at := clock_timestamp(); seq := null;
        holder := t.holder_id; doctor := t.doctor_user_id;
        sender := case when senders[i] = nobody then 'system'
                       when senders[i] = t.holder_id then 'patient'
                       when senders[i] = t.doctor_user_id then 'doctor' end;
        if not has_thread or sender is null then
            refused := 'not_found';
            return next; continue;
        end if;
        insert into consultation_message
            select cids[i], t.last_seq + 1, client_ids[i], senders[i], sender, kinds[i], bodies[i], at
            where t.is_open or sender = 'system'
            on conflict (consultation_id, client_id) do nothing;
        if found then
            t.last_seq := t.last_seq + 1;
            seq := t.last_seq;
            dirty := true;
            if sender = 'patient' then
                t.last_patient_at := at;
            elsif sender = 'doctor' then
                if t.last_doctor_at is null then
                    update consultation_consultation set first_reply_at = at
                    where id = cids[i] and first_reply_at is null;
                end if;
                t.last_doctor_at := at;
            end if;
        else
            select m.seq, m.at into seq, at from consultation_message m
            where m.consultation_id = cids[i] and m.client_id = client_ids[i]
              and m.sender_id = senders[i];
            dup := found;
            if not found then
                refused := case when t.is_open then 'client_id_taken' else 'closed' end;
            end if;
        end if;
        return next;
    end loop;
    if dirty then
        update consultation_thread set last_seq = t.last_seq,
            last_patient_at = t.last_patient_at, last_doctor_at = t.last_doctor_at
        where consultation_id = t.consultation_id;
    end if;
end $$;
"""

DROP = """
drop function post_batch(uuid[], uuid[], uuid[], text[], jsonb[]);
drop table consultation_message;
drop table consultation_thread;
drop function ensure_message_partitions(integer);
drop function uuid7_floor(timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [("consultation", "0001_initial")]

    operations = [migrations.RunSQL(TABLES + PARTITIONS + POST_BATCH, DROP)]
