"""What devices say of themselves, when they were heard, and when a site was silent."""

import django.db.models.deletion
from django.db import migrations, models

import xinglin.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("sites", "0001_sites"),
    ]

    operations = [
        migrations.CreateModel(
            name="DeviceHealth",
            fields=[
                (
                    "device",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="health",
                        serialize=False,
                        to="sites.device",
                    ),
                ),
                ("heard_at", models.DateTimeField()),
                ("camera", models.BooleanField(null=True)),
                ("microphone", models.BooleanField(null=True)),
                ("printer", models.BooleanField(null=True)),
                ("reader", models.BooleanField(null=True)),
                ("pending", models.PositiveIntegerField(default=0)),
                ("version", models.CharField(blank=True, max_length=60)),
            ],
            options={
                "db_table": "sites_device_health",
            },
        ),
        migrations.CreateModel(
            name="HeardSpan",
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
                ("begins_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="sites.device",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="sites.site",
                    ),
                ),
            ],
            options={
                "db_table": "sites_heard_span",
                "indexes": [
                    models.Index(fields=["device", "-begins_at"], name="heard_of_device"),
                    models.Index(fields=["site", "ends_at"], name="heard_of_site"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gte", models.F("begins_at"))),
                        name="a_span_ends_after_its_beginning",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Silence",
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
                ("since", models.DateTimeField()),
                ("noted_at", models.DateTimeField()),
                ("over_at", models.DateTimeField(null=True)),
                ("over", models.CharField(blank=True, max_length=8)),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="sites.site",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("over_at__isnull", True)),
                        fields=("site",),
                        name="a_site_is_silent_once_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("over", ""), ("over_at__isnull", True)),
                            models.Q(("over__in", ["gone", "heard"]), ("over_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="a_silence_is_over_for_a_reason",
                    ),
                ],
            },
        ),
    ]
