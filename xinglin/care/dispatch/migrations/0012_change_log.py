"""What the dispatcher has to read again: one row for each change, with the transaction that made it.

Unlogged: after a crash of the database it is empty, and every leader reads everything anew.
"""

from django.db import migrations

LOG = """
create unlogged table dispatch_change (
    xid xid8 not null default pg_current_xact_id(),
    what text not null,
    key uuid not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
create index dispatch_change_xid on dispatch_change (xid);

create function note_visit_change() returns trigger language plpgsql as $$
begin
    insert into dispatch_change (what, key) values ('visit', coalesce(new.id, old.id));
    return null;
end $$;
create function note_offer_change() returns trigger language plpgsql as $$
begin
    insert into dispatch_change (what, key) values ('visit', new.consultation_id);
    return null;
end $$;
create function note_duty_change() returns trigger language plpgsql as $$
begin
    insert into dispatch_change (what, key)
    values ('duty', coalesce(new.practitioner_id, old.practitioner_id));
    return null;
end $$;
create function note_line_change() returns trigger language plpgsql as $$
begin
    insert into dispatch_change (what, key) values ('line', new.user_id);
    return null;
end $$;

create trigger dispatch_hears_of_new after insert on consultation_consultation
    for each row when (new.state in ('waiting', 'left_message'))
    execute function note_visit_change();
create trigger dispatch_hears after update on consultation_consultation
    for each row when (
        old.state in ('waiting', 'left_message') or new.state in ('waiting', 'left_message'))
    execute function note_visit_change();
create trigger dispatch_hears_of_gone after delete on consultation_consultation
    for each row when (old.state in ('waiting', 'left_message'))
    execute function note_visit_change();

create trigger dispatch_hears after insert or update on dispatch_offer
    for each row execute function note_offer_change();

create trigger dispatch_hears_of_new after insert or delete on dispatch_duty
    for each row execute function note_duty_change();
-- The sweeper judges every doctor every few seconds, and writes nothing else.
create trigger dispatch_hears after update on dispatch_duty
    for each row when (
        old.judged_at is not distinct from new.judged_at or old.version <> new.version)
    execute function note_duty_change();

create trigger dispatch_hears_of_new after insert on live_presence
    for each row execute function note_line_change();
create trigger dispatch_hears after update on live_presence
    for each row when (old.left_at is distinct from new.left_at)
    execute function note_line_change();
"""

NO_LOG = """
drop function note_visit_change(), note_offer_change(), note_duty_change(), note_line_change() cascade;
drop table dispatch_change;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("dispatch", "0011_told_waits_and_replays"),
        ("consultation", "0018_endings_and_referrals"),
        ("live", "0002_leases"),
    ]

    operations = [migrations.RunSQL(LOG, NO_LOG)]
