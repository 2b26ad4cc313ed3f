"""The history of the house, which nobody rewrites."""

from django.db import migrations, models

import xinglin.kernel.ids

KEEP = """
create function changes_refuse() returns trigger language plpgsql as $$
begin
    raise exception 'the history is append-only: % of % is refused', tg_op, tg_table_name
        using errcode = 'insufficient_privilege';
end $$;
create trigger a_change_is_never_altered before update or delete on changes_change
    for each row execute function changes_refuse();
"""
FORGET = """
drop trigger a_change_is_never_altered on changes_change;
drop function changes_refuse();
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=xinglin.kernel.ids.new,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
                ("thing", models.CharField(max_length=40)),
                ("thing_id", models.CharField(max_length=64)),
                ("action", models.CharField(max_length=60)),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                ("reason", models.CharField(blank=True, max_length=500)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["thing", "thing_id", "-id"], name="changes_of_thing")
                ],
            },
        ),
        migrations.RunSQL(KEEP, FORGET),
    ]
