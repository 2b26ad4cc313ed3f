"""What the house judges itself by: told waits, duty as it was, days replayed."""

import django.db.models.deletion
from django.db import migrations, models

import xinglin.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("consultation", "0019_assistants_turn"),
        ("dispatch", "0007_acknowledged_crises"),
        ("people", "0007_sheets"),
    ]

    operations = [
        migrations.CreateModel(
            name="Replay",
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
                ("day", models.DateField()),
                ("against", models.CharField(max_length=16)),
                ("policy", models.CharField(max_length=16)),
                ("asked_by", models.UUIDField()),
                ("asked_at", models.DateTimeField()),
                ("state", models.CharField(default="asked", max_length=8)),
                ("retry_at", models.DateTimeField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("began_at", models.DateTimeField(null=True)),
                ("progress_pct", models.PositiveSmallIntegerField(default=0)),
                ("finished_at", models.DateTimeField(null=True)),
                ("failure", models.CharField(blank=True, max_length=16)),
                ("document", models.JSONField(null=True)),
            ],
            options={
                "db_table": "dispatch_replay",
                "indexes": [
                    models.Index(fields=["institution_id", "-id"], name="replay_of_house"),
                    models.Index(
                        condition=models.Q(("state", "asked")),
                        fields=["retry_at"],
                        name="replay_asked",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "asked")),
                        fields=("institution_id",),
                        name="a_house_replays_one_day_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finished_at__isnull", True), ("state", "asked")),
                            models.Q(
                                ("document__isnull", False),
                                ("finished_at__isnull", False),
                                ("state", "done"),
                            ),
                            models.Q(
                                ("finished_at__isnull", False),
                                ("state", "failed"),
                                models.Q(("failure", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_replay_is_in_one_of_three_states",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ToldWait",
            fields=[
                (
                    "consultation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="consultation.consultation",
                    ),
                ),
                ("institution_id", models.UUIDField()),
                ("department", models.CharField(max_length=32)),
                ("told_at", models.DateTimeField()),
                ("guess_s", models.FloatField()),
                ("told_s", models.FloatField()),
                ("low_s", models.FloatField()),
                ("high_s", models.FloatField()),
                ("accepted_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "dispatch_told_wait",
                "indexes": [
                    models.Index(fields=["institution_id", "told_at"], name="told_wait_of_house"),
                    models.Index(
                        condition=models.Q(("accepted_at__isnull", False)),
                        fields=["institution_id", "-accepted_at"],
                        name="told_wait_come_true",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DutySpan",
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
                ("began", models.DateTimeField()),
                ("ended", models.DateTimeField(null=True)),
                (
                    "practitioner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="people.practitioner"
                    ),
                ),
            ],
            options={
                "db_table": "dispatch_duty_span",
                "indexes": [
                    models.Index(fields=["institution_id", "began"], name="duty_span_of_house")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended__isnull", True)),
                        fields=("practitioner",),
                        name="a_doctor_is_on_duty_once",
                    )
                ],
            },
        ),
    ]
