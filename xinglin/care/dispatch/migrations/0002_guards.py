"""What the database refuses by itself: a step of an offer stands as it was taken."""

from django.db import migrations

IMMUTABLE = """
create function refuse_offer_step_change() returns trigger language plpgsql as $$
begin
    raise exception '% is never changed or deleted', tg_table_name
        using errcode = 'restrict_violation';
end $$;

create trigger an_offer_step_stands before update or delete on dispatch_offer_step
    for each row execute function refuse_offer_step_change();
"""

NOT_IMMUTABLE = """
drop trigger an_offer_step_stands on dispatch_offer_step;
drop function refuse_offer_step_change();
"""


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0001_initial")]

    operations = [migrations.RunSQL(IMMUTABLE, NOT_IMMUTABLE)]
