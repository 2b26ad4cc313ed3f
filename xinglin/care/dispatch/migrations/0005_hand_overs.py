"""Open visits of doctors who may not see them to their end."""

import django.db.models.deletion
from django.db import migrations, models

import xinglin.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("consultation", "0013_told"),
        ("dispatch", "0004_remedies_and_abnormal"),
        ("people", "0004_credentials"),
    ]

    operations = [
        migrations.CreateModel(
            name="HandOver",
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
                ("reason", models.CharField(max_length=32)),
                ("listed_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("done_by", models.UUIDField(null=True)),
                ("outcome", models.CharField(blank=True, max_length=8)),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        to="consultation.consultation",
                    ),
                ),
                (
                    "practitioner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="people.practitioner"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=["due_at"],
                        name="hand_over_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=("consultation",),
                        name="a_visit_is_handed_over_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at__isnull", True), ("outcome", "")),
                            models.Q(
                                ("done_at__isnull", False),
                                ("outcome__in", ["queue", "kept", "over"]),
                            ),
                            _connector="OR",
                        ),
                        name="a_hand_over_is_done_or_waits",
                    ),
                ],
            },
        ),
    ]
