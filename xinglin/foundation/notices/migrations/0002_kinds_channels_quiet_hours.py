"""A notice becomes what somebody was told; what goes out of it is a delivery, one for each address."""

import django.db.models.deletion
from django.db import migrations, models

# What waited as a code waits on; what is over is over.
STATES = """
    update notices_delivery set state = case
        when due_at is not null then 'pending' when sent_at is not null then 'sent' else 'given_up' end
"""


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial")]

    operations = [
        migrations.RemoveIndex("Notice", "notices_due"),
        migrations.RenameModel("Notice", "Delivery"),
        migrations.CreateModel(
            name="Choice",
            fields=[
                ("user_id", models.UUIDField(primary_key=True, serialize=False)),
                ("quiet", models.BooleanField(default=True)),
                ("quiet_from", models.TimeField()),
                ("quiet_to", models.TimeField()),
                ("zone", models.CharField(max_length=40)),
                ("awaited_passes", models.BooleanField(default=True)),
                ("choices", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="Device",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("user_id", models.UUIDField()),
                ("digest", models.BinaryField(unique=True)),
                ("sealed", models.BinaryField()),
                ("name", models.CharField(max_length=60)),
                ("session", models.CharField(max_length=16)),
                ("added_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["user_id", "-seen_at"], name="notices_devices_of_person"),
                    models.Index(fields=["session"], name="notices_devices_of_session"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("user_id", models.UUIDField()),
                ("kind", models.CharField(max_length=40)),
                ("values", models.JSONField(default=dict)),
                ("link", models.CharField(max_length=200)),
                ("dedup", models.CharField(max_length=120)),
                ("at", models.DateTimeField()),
                ("listed", models.BooleanField(default=True)),
                ("read_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["user_id", "-id"], name="notices_of_person"),
                    models.Index(
                        condition=models.Q(("listed", True), ("read_at__isnull", True)),
                        fields=["user_id", "link"],
                        name="notices_unread",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user_id", "dedup"), name="nobody_is_told_twice"
                    ),
                ],
            },
        ),
        migrations.AddField(
            "Delivery",
            "notice",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, to="notices.notice"
            ),
        ),
        migrations.AddField("Delivery", "user_id", models.UUIDField(null=True)),
        migrations.AddField(
            "Delivery",
            "device",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, to="notices.device"
            ),
        ),
        migrations.AddField("Delivery", "urgency", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField(
            "Delivery", "state", models.CharField(default="pending", max_length=12)
        ),
        migrations.AddField("Delivery", "merged", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("Delivery", "useful_until", models.DateTimeField(null=True)),
        migrations.RunSQL(STATES, migrations.RunSQL.noop),
        migrations.AddIndex(
            "Delivery",
            models.Index(
                condition=models.Q(("due_at__isnull", False)),
                fields=["channel", "urgency", "due_at"],
                name="notices_due",
            ),
        ),
        migrations.AddIndex(
            "Delivery",
            models.Index(
                condition=models.Q(("state", "held")),
                fields=["user_id", "channel"],
                name="notices_held",
            ),
        ),
        migrations.AddIndex("Delivery", models.Index(fields=["queued_at"], name="notices_queued")),
        migrations.AddConstraint(
            "Delivery",
            models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["pending", "held", "sent", "given_up", "suppressed"])
                ),
                name="a_delivery_has_a_state",
            ),
        ),
        migrations.AddConstraint(
            "Delivery",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("due_at__isnull", False), ("state__in", ["pending", "held"])),
                    models.Q(
                        ("due_at__isnull", True),
                        ("state__in", ["sent", "given_up", "suppressed"]),
                    ),
                    _connector="OR",
                ),
                name="what_is_over_waits_no_more",
            ),
        ),
    ]
