"""A question to doctors who do not answer, one place less for slow ones, own hours; promises to patients."""

import django.db.models.deletion
from django.db import migrations, models

import xinglin.kernel.ids


def duty(name: str, field: models.Field) -> migrations.AddField:
    return migrations.AddField("duty", name, field)


class Migration(migrations.Migration):
    dependencies = [
        ("dispatch", "0012_change_log"),
        ("consultation", "0018_endings_and_referrals"),
    ]

    operations = [
        duty("missed", models.PositiveSmallIntegerField(default=0, db_default=0)),
        duty("paused_at", models.DateTimeField(null=True)),
        duty("slowed", models.PositiveSmallIntegerField(default=0, db_default=0)),
        duty("windows", models.JSONField(default=list, db_default=[])),
        duty("ends_at", models.DateTimeField(null=True)),
        duty("end_told_at", models.DateTimeField(null=True)),
        migrations.AddConstraint(
            "duty",
            models.CheckConstraint(
                name="a_slow_doctor_keeps_a_place",
                condition=models.Q(slowed__lt=models.F("capacity")),
            ),
        ),
        migrations.AddConstraint(
            "duty",
            models.CheckConstraint(
                name="who_is_asked_is_on_duty",
                condition=models.Q(paused_at__isnull=True) | models.Q(on_since__isnull=False),
            ),
        ),
        migrations.AddIndex(
            "duty",
            models.Index(
                fields=["ends_at"], name="duty_ends", condition=models.Q(ends_at__isnull=False)
            ),
        ),
        migrations.CreateModel(
            name="Promise",
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
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        to="consultation.consultation",
                    ),
                ),
                ("kind", models.CharField(max_length=16)),
                ("made_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("outcome", models.CharField(blank=True, max_length=8)),
                ("settled_at", models.DateTimeField(null=True)),
                ("compensation", models.CharField(blank=True, max_length=16)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["due_at"], name="promise_due", condition=models.Q(outcome="")
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("consultation", "kind"), name="a_promise_is_made_once"
                    ),
                    models.UniqueConstraint(
                        fields=("consultation",),
                        condition=~models.Q(compensation=""),
                        name="a_visit_is_compensated_once",
                    ),
                    models.CheckConstraint(
                        name="a_promise_is_settled_or_open",
                        condition=models.Q(settled_at__isnull=True, outcome="", compensation="")
                        | models.Q(
                            settled_at__isnull=False, outcome__in=["kept", "void"], compensation=""
                        )
                        | models.Q(settled_at__isnull=False, outcome="broken"),
                    ),
                ],
            },
        ),
    ]
