"""Profiles by which doctors are found; the next duty of a doctor; whom a patient waits for by name."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

import xinglin.care.dispatch.models

# Every doctor who is there already; the worker fills the rows.
TAKE_UP = """
    insert into dispatch_profile (practitioner_id, institution_id, title_code, departments, sort_key,
        names, words, grams, is_fit, is_stale, judged_at, visits, patients, scores, accepts, accept_ms)
    select id, institution_id, title_code, '{}', '', '', '', '{}', false, true, now(), 0, 0,
        '{0,0,0,0,0}', 0, 0
    from people_practitioner
"""


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_named_doctors"),
        ("consultation", "0008_named_doctor"),
        ("dispatch", "0002_guards"),
    ]

    operations = [
        migrations.AddField(
            model_name="duty", name="back_at", field=models.DateTimeField(null=True)
        ),
        migrations.AddIndex(
            model_name="duty",
            index=models.Index(
                condition=models.Q(("back_at__isnull", False)), fields=["back_at"], name="duty_back"
            ),
        ),
        migrations.AddField(
            model_name="nobodytold", name="named", field=models.UUIDField(null=True)
        ),
        migrations.CreateModel(
            name="Profile",
            fields=[
                (
                    "practitioner",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="people.practitioner",
                    ),
                ),
                ("institution_id", models.UUIDField()),
                ("title_code", models.CharField(blank=True, max_length=8)),
                ("departments", models.JSONField(default=dict)),
                ("sort_key", models.CharField(blank=True, db_collation="C", max_length=200)),
                ("names", models.TextField(blank=True)),
                ("words", models.TextField(blank=True)),
                (
                    "grams",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                ("is_fit", models.BooleanField(default=False)),
                ("fit_until", models.DateTimeField(null=True)),
                ("is_stale", models.BooleanField(default=True)),
                ("judged_at", models.DateTimeField()),
                ("visits", models.PositiveIntegerField(default=0)),
                ("patients", models.PositiveIntegerField(default=0)),
                (
                    "scores",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveIntegerField(),
                        default=xinglin.care.dispatch.models.no_scores,
                        size=None,
                    ),
                ),
                ("accepts", models.PositiveIntegerField(default=0)),
                ("accept_ms", models.PositiveBigIntegerField(default=0)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_fit", True)),
                        fields=["institution_id", "sort_key", "practitioner"],
                        name="profile_in_order",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["grams"], name="profile_by_gram"
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["departments"], name="profile_by_department"
                    ),
                    models.Index(
                        condition=models.Q(("is_stale", True)),
                        fields=["practitioner"],
                        name="profile_stale",
                    ),
                    models.Index(fields=["judged_at"], name="profile_judged"),
                ],
            },
        ),
        migrations.RunSQL(TAKE_UP, migrations.RunSQL.noop),
    ]
