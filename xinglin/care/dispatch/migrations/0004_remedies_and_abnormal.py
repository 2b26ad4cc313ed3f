"""What operators did, and what they should look at."""

import django.contrib.postgres.indexes
from django.db import migrations, models

import xinglin.kernel.ids

STANDS = """
create trigger a_remedy_stands before update or delete on dispatch_remedy
    for each row execute function refuse_offer_step_change();
"""
NOT_STANDS = "drop trigger a_remedy_stands on dispatch_remedy;"

ID = models.UUIDField(
    default=xinglin.kernel.ids.new, editable=False, primary_key=True, serialize=False
)


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0003_profiles")]

    operations = [
        migrations.AddIndex(
            model_name="offer",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["made_at"], name="offer_made", pages_per_range=16
            ),
        ),
        migrations.CreateModel(
            name="Abnormal",
            fields=[
                ("id", ID),
                ("kind", models.CharField(max_length=24)),
                ("source", models.UUIDField()),
                ("institution_id", models.UUIDField()),
                ("department", models.CharField(max_length=32)),
                ("consultation_id", models.UUIDField(null=True)),
                ("practitioner_id", models.UUIDField(null=True)),
                ("due_at", models.DateTimeField()),
                ("at", models.DateTimeField()),
                ("reminded_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["institution_id", "-id"], name="abnormal_of_house"),
                    models.Index(fields=["institution_id", "kind", "-id"], name="abnormal_of_kind"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "source"), name="one_source_is_told_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Remedy",
            fields=[
                ("id", ID),
                ("act", models.CharField(max_length=16)),
                ("institution_id", models.UUIDField()),
                ("consultation_id", models.UUIDField(null=True)),
                ("practitioner_id", models.UUIDField(null=True)),
                ("told", models.UUIDField(null=True)),
                ("kind", models.CharField(blank=True, max_length=40)),
                ("reason", models.CharField(blank=True, max_length=32)),
                ("note", models.CharField(blank=True, max_length=200)),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("consultation_id__isnull", False)),
                        fields=["consultation_id", "at"],
                        name="remedy_of_visit",
                    ),
                    models.Index(
                        condition=models.Q(("practitioner_id__isnull", False)),
                        fields=["practitioner_id", "at"],
                        name="remedy_of_doctor",
                    ),
                    models.Index(
                        condition=models.Q(("told__isnull", False)),
                        fields=["told", "at"],
                        name="remedy_told",
                    ),
                ],
            },
        ),
        migrations.RunSQL(STANDS, NOT_STANDS),
    ]
