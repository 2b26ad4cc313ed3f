"""Departments whose experts are spared minor return visits; the dispatcher hears of it as of all else."""

from django.db import migrations, models

import xinglin.kernel.ids

HEARD = """
create function note_spared_change() returns trigger language plpgsql as $$
begin
    insert into dispatch_change (what, key) values ('spared', coalesce(new.id, old.id));
    return null;
end $$;
create trigger dispatch_hears after insert or update or delete on dispatch_spared_department
    for each row execute function note_spared_change();
"""
UNHEARD = "drop function note_spared_change() cascade"


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0016_strict_order")]

    operations = [
        migrations.CreateModel(
            name="SparedDepartment",
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
                ("institution_id", models.UUIDField()),
                ("department", models.CharField(max_length=32)),
                ("since", models.DateTimeField()),
                ("by", models.UUIDField()),
            ],
            options={
                "db_table": "dispatch_spared_department",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("institution_id", "department"), name="a_department_is_spared_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(HEARD, UNHEARD),
    ]
