"""The leader hears of a doctor who is linked to a site, or no more: of the visits that wait there."""

from django.db import migrations

HEARS = """
create function note_link_change() returns trigger language plpgsql as $$
begin
    insert into dispatch_change (what, key)
    select 'visit', id from consultation_consultation
    where site_id = new.site_id and state in ('waiting', 'left_message');
    return null;
end $$;
create trigger dispatch_hears after insert or update on sites_sitedoctor
    for each row execute function note_link_change();
"""
NO_HEARS = "drop function note_link_change() cascade;"


class Migration(migrations.Migration):
    dependencies = [
        ("dispatch", "0019_raised_needs"),
        ("consultation", "0022_sites"),
        ("sites", "0001_sites"),
    ]

    operations = [migrations.RunSQL(HEARS, NO_HEARS)]
