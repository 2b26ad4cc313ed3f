"""Spreadsheets that were handed in; departments that the house edits are no longer written over."""

import django.db.models.deletion
from django.db import migrations, models

import xinglin.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0006_teams"),
    ]

    operations = [
        migrations.AddField(
            model_name="department",
            name="edited_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="SheetImport",
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
                ("kind", models.CharField(max_length=16)),
                ("file_id", models.UUIDField()),
                ("file_name", models.CharField(max_length=120)),
                ("sha256", models.CharField(max_length=64)),
                ("bytes", models.PositiveIntegerField()),
                ("state", models.CharField(default="asked", max_length=10)),
                ("asked_by", models.UUIDField()),
                ("asked_at", models.DateTimeField()),
                ("retry_at", models.DateTimeField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("checked_at", models.DateTimeField(null=True)),
                ("applied_by", models.UUIDField(null=True)),
                ("applied_at", models.DateTimeField(null=True)),
                ("rows", models.PositiveIntegerField(default=0)),
                ("new", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("same", models.PositiveIntegerField(default=0)),
                ("errors", models.PositiveIntegerField(default=0)),
                ("milliseconds", models.PositiveIntegerField(default=0)),
                ("plan", models.CharField(blank=True, max_length=64)),
                ("found", models.JSONField(default=dict)),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="people.institution"
                    ),
                ),
            ],
            options={
                "db_table": "people_sheet_import",
                "indexes": [
                    models.Index(fields=["institution", "-id"], name="sheets_of_institution"),
                    models.Index(
                        condition=models.Q(("state__in", ("asked", "applying"))),
                        fields=["retry_at"],
                        name="sheets_to_look_at",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                (
                                    "asked",
                                    "checked",
                                    "refused",
                                    "applying",
                                    "applied",
                                    "outdated",
                                    "failed",
                                ),
                            )
                        ),
                        name="a_sheet_is_in_a_known_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "applied"), _negated=True),
                            models.Q(("applied_at__isnull", False), ("applied_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="an_applied_sheet_names_who_and_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["applying", "applied"]), _negated=True),
                            ("errors", 0),
                            _connector="OR",
                        ),
                        name="a_sheet_with_errors_is_not_applied",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("asked", "applying"))),
                        fields=("institution",),
                        name="one_sheet_at_a_time",
                    ),
                ],
            },
        ),
    ]
