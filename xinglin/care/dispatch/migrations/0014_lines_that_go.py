"""A line that is pruned is told of, too."""

from django.db import migrations

HEAR = """
create or replace function note_line_change() returns trigger language plpgsql as $$
begin
    insert into dispatch_change (what, key) values ('line', coalesce(new.user_id, old.user_id));
    return null;
end $$;
create trigger dispatch_hears_of_gone after delete on live_presence
    for each row execute function note_line_change();
"""
HEAR_NOT = "drop trigger dispatch_hears_of_gone on live_presence"


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0013_pauses_and_promises"), ("live", "0002_leases")]

    operations = [migrations.RunSQL(HEAR, HEAR_NOT)]
