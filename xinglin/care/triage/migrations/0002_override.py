"""Who chose another department than triage had suggested: a row that stands."""

import django.db.models.deletion
from django.db import migrations, models

import xinglin.kernel.ids

GUARD = """
create function refuse_override_change() returns trigger language plpgsql as $$
begin
    raise exception 'an override of triage stands as it was made';
end $$;
create trigger an_override_stands before update or delete on triage_override
    for each row execute function refuse_override_change();
"""
NO_GUARD = """
drop trigger an_override_stands on triage_override;
drop function refuse_override_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("triage", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Override",
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
                ("consultation_id", models.UUIDField()),
                ("who", models.CharField(max_length=8)),
                ("by", models.UUIDField()),
                ("suggested", models.CharField(max_length=32)),
                ("former", models.CharField(max_length=32)),
                ("chosen", models.CharField(max_length=32)),
                ("sure", models.BooleanField()),
                ("confidence", models.FloatField(null=True)),
                ("versions", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
                (
                    "intake",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="overrides",
                        to="triage.intake",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["institution_id", "-id"], name="triage_override_of_house"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("who__in", ["patient", "doctor", "operator"])),
                        name="an_override_is_of_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("former", models.F("chosen")), _negated=True),
                        name="an_override_changes_the_department",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARD, NO_GUARD),
    ]
