"""What a conversation grows into: its limits, marks, edits and withdrawals, and a faster writer."""

import importlib

from django.db import migrations

COLUMNS = """
alter table consultation_thread
    add closes_at timestamptz,
    add turns integer not null default 0,
    add max_turns integer,
    add last_by text check (last_by in ('patient', 'doctor'));

-- `withdrawn`: stored for three years (R22), shown to nobody. Not valid: who went back before this
-- with voice notes in the house must be able to come forward again; 0010 looks at every row.
alter table consultation_message add withdrawn boolean not null default false;
alter table consultation_message drop constraint consultation_message_kind_check;
alter table consultation_message add constraint a_card_is_of_the_house check (
    case sender when 'system' then kind = 'card'
    else kind in ('text', 'picture', 'edit', 'withdrawal') end) not valid;

create table consultation_mark (
    consultation_id uuid not null,
    side text not null check (side in ('patient', 'doctor')),
    got integer not null,
    read integer not null check (read between 0 and got),
    primary key (consultation_id, side)
) with (fillfactor = 50);
"""

NO_COLUMNS = """
drop table consultation_mark;
alter table consultation_message drop constraint a_card_is_of_the_house;
alter table consultation_message add constraint consultation_message_kind_check
    check (kind in ('text', 'picture', 'card')) not valid;
alter table consultation_message drop withdrawn;
alter table consultation_thread drop closes_at, drop turns, drop max_turns, drop last_by;
"""

# Three statements however many sends: lock the threads, read what is there already, write. Between
# them only arithmetic, one send after the other, in the words of the rules. The locks come first and
# in a statement of their own: the next one then sees all that can matter. `lo` and `hi` (the sends
# are sorted) let it open only the partitions of these consultations. The plan is made once, perhaps
# for an empty month: without the two settings it would read the whole range once the month is full.
POST_BATCH = """
create function post_batch(
    cids uuid[], senders uuid[], client_ids uuid[], kinds text[], bodies jsonb[]
) returns table (
    ord integer, seq integer, at timestamptz, dup boolean, refused text,
    sender text, holder uuid, doctor uuid
) language plpgsql
set plan_cache_mode = force_generic_plan set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
declare
    house constant uuid := '00000000-0000-0000-0000-000000000000';
    began constant timestamptz := clock_timestamp();
    many constant integer := cardinality(cids);
    lo constant uuid := cids[1];
    hi constant uuid := cids[many];
    s record;                           -- a send, its thread, and who used its client id before
    t consultation_thread;              -- the thread as the sends before this one leave it
    first integer;                      -- the first send to this thread
    earlier integer;                    -- the send of this batch that has the same client id
    grown boolean := false;
    gone integer[] := '{}';             -- withdrawn from this thread by this batch
    new_seq integer[] := array_fill(null::integer, array[many]);
    new_sender text[] := array_fill(null::text, array[many]);
    new_client_id uuid[] := array_fill(null::uuid, array[many]);
    threads consultation_thread[] := '{}';
    replied uuid[] := '{}';
    gone_cids uuid[] := '{}';
    gone_seqs integer[] := '{}';
begin
    perform from consultation_thread where consultation_id = any (cids)
        order by consultation_id for update;

    for s in
        select i.*, t as thread, old.seq as old_seq, old.at as old_at, old.sender_id as old_sender
        from unnest(cids, senders, client_ids, kinds) with ordinality
            as i (cid, sender_id, client_id, kind, ord)
        left join consultation_thread t on t.consultation_id = i.cid
        left join consultation_message old
            on old.consultation_id = i.cid and old.client_id = i.client_id
            and old.consultation_id between lo and hi
        order by i.ord
    loop
        ord := s.ord;
        if first is null or s.cid <> cids[first] then
            if grown then
                threads := threads || t;
            end if;
            t := s.thread;
            first := ord;
            grown := false;
            gone := '{}';
        end if;
        seq := null;
        at := began + ord * interval '1 microsecond';
        dup := false;
        refused := null;
        holder := t.holder_id;
        doctor := t.doctor_user_id;
        sender := case s.sender_id when house then 'system' when holder then 'patient'
                                   when doctor then 'doctor' end;
        earlier := case when grown then array_position(new_client_id, s.client_id, first) end;

        if holder is null or sender is null then
            refused := 'not_found';
        elsif s.old_sender = s.sender_id then
            seq := s.old_seq;
            at := s.old_at;
            dup := true;
        elsif senders[earlier] = s.sender_id then
            seq := new_seq[earlier];
            at := began + earlier * interval '1 microsecond';
            dup := true;
        elsif sender <> 'system' and not t.is_open then
            refused := 'closed';
        elsif s.old_seq is not null or earlier is not null then
            refused := 'client_id_taken';
        elsif sender <> 'system' and t.closes_at <= at then
            refused := 'time_over';
        elsif s.kind in ('edit', 'withdrawal') then
            refused := refuse_correction(s.cid, s.sender_id, s.kind, bodies[ord], at, gone);
            if refused is null and s.kind = 'withdrawal' then
                gone := gone || (bodies[ord] -> 'of')::integer;
                gone_cids := gone_cids || s.cid;
                gone_seqs := gone_seqs || (bodies[ord] -> 'of')::integer;
            end if;
        elsif sender = 'patient' then
            if t.last_by = 'patient' or t.turns < coalesce(t.max_turns, t.turns + 1) then
                t.turns := t.turns + (t.last_by is distinct from 'patient')::integer;
                t.last_by := sender;
                t.last_patient_at := at;
            else
                refused := 'no_turns';
            end if;
        elsif sender = 'doctor' then
            if t.last_doctor_at is null then
                replied := replied || s.cid;
            end if;
            t.last_by := sender;
            t.last_doctor_at := at;
        end if;
        if refused is null and not dup then
            t.last_seq := t.last_seq + 1;
            seq := t.last_seq;
            new_seq[ord] := seq;
            new_sender[ord] := sender;
            new_client_id[ord] := s.client_id;
            grown := true;
        end if;
        return next;
    end loop;
    if grown then
        threads := threads || t;
    end if;

    insert into consultation_message
            (consultation_id, seq, client_id, sender_id, sender, kind, body, at)
        select i.cid, i.seq, i.client_id, i.sender_id, i.sender, i.kind, i.body,
            began + i.ord * interval '1 microsecond'
        from unnest(cids, new_seq, client_ids, senders, new_sender, kinds, bodies)
            with ordinality as i (cid, seq, client_id, sender_id, sender, kind, body, ord)
        where i.seq is not null;
    update consultation_thread t set last_seq = g.last_seq, turns = g.turns, last_by = g.last_by,
            last_patient_at = g.last_patient_at, last_doctor_at = g.last_doctor_at
        from unnest(threads) g where t.consultation_id = g.consultation_id;
    if replied <> '{}' then
        update consultation_consultation c set first_reply_at = g.last_doctor_at
            from unnest(threads) g
            where c.id = g.consultation_id and c.id = any (replied) and c.first_reply_at is null;
    end if;
    if gone_seqs <> '{}' then
        perform withdraw_messages(gone_cids, gone_seqs);
    end if;
end $$;
"""

# Only what one said oneself, in text (or, to withdraw it, a picture), for two minutes: our own
# rule, of no law. `gone`: what sends before this one in the same batch have withdrawn.
CORRECTIONS = """
create function refuse_correction(
    cid uuid, by uuid, how text, asked jsonb, now timestamptz, gone integer[]
) returns text language plpgsql as $$
declare
    target consultation_message;
begin
    if jsonb_typeof(asked -> 'of') = 'number' and asked ->> 'of' ~ '^[0-9]{1,9}$' then
        select * into target from consultation_message m
        where m.consultation_id = cid and m.seq = (asked -> 'of')::integer;
    end if;
    return case
        when target.sender_id is distinct from by or target.kind not in ('text', 'picture')
            or (how = 'edit' and target.kind <> 'text') then 'not_yours'
        when target.withdrawn or target.seq = any (gone) then 'withdrawn'
        when now > target.at + interval '2 minutes' then 'too_late'
    end;
end $$;

-- With the edits of the same message: they hold its words too.
create function withdraw_messages(cids uuid[], seqs integer[]) returns void language sql as $$
    update consultation_message m set withdrawn = true
    from unnest(cids, seqs) as gone (cid, seq)
    where m.consultation_id = gone.cid and m.seq >= gone.seq and (
        m.seq = gone.seq or (m.kind = 'edit' and m.body -> 'of' = to_jsonb(gone.seq)));
$$;
"""

# Marks only rise. Sorted, so that parallel batches wait for each other in one order.
MARK_BATCH = """
create function mark_batch(cids uuid[], users uuid[], gots integer[], reads integer[])
returns table (
    consultation_id uuid, side text, got integer, read integer, holder uuid, doctor uuid
) language plpgsql as $$
#variable_conflict use_column
begin
    return query
    with told as (
        select i.cid, case i.by when t.holder_id then 'patient' else 'doctor' end as side,
            max(least(greatest(i.got, i.read), t.last_seq)) as got,
            max(least(i.read, t.last_seq)) as read
        from unnest(cids, users, gots, reads) as i (cid, by, got, read)
        join consultation_thread t on t.consultation_id = i.cid
            and i.by in (t.holder_id, t.doctor_user_id)
        where greatest(i.got, i.read) > 0
        group by 1, 2
    ), moved as (
        insert into consultation_mark as m (consultation_id, side, got, read)
        select told.cid, told.side, told.got, greatest(told.read, 0) from told
        where told.got > 0
        order by 1, 2
        on conflict (consultation_id, side) do update
            set got = greatest(m.got, excluded.got), read = greatest(m.read, excluded.read)
            where m.got < excluded.got or m.read < excluded.read
        returning m.consultation_id, m.side, m.got, m.read
    )
    select moved.*, t.holder_id, t.doctor_user_id
    from moved join consultation_thread t on t.consultation_id = moved.consultation_id;
end $$;
"""

DROP = """
drop function mark_batch(uuid[], uuid[], integer[], integer[]);
drop function withdraw_messages(uuid[], integer[]);
drop function refuse_correction(uuid, uuid, text, jsonb, timestamptz, integer[]);
drop function post_batch(uuid[], uuid[], uuid[], text[], jsonb[]);
"""
DROP_FORMER = "drop function post_batch(uuid[], uuid[], uuid[], text[], jsonb[]);"
FORMER = importlib.import_module(f"{__package__}.0002_messages").POST_BATCH


class Migration(migrations.Migration):
    dependencies = [("consultation", "0003_guards")]

    operations = [
        migrations.RunSQL(COLUMNS, NO_COLUMNS),
        migrations.RunSQL(DROP_FORMER, FORMER),
        migrations.RunSQL(CORRECTIONS + POST_BATCH + MARK_BATCH, DROP),
    ]
