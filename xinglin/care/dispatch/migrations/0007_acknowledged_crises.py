"""An operator who has called acknowledges a crisis: who, when, a short note."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0006_offers_of_doctor")]

    operations = [
        migrations.AddField("abnormal", "settled_by", models.UUIDField(null=True)),
        migrations.AddField(
            "abnormal",
            "note",
            # The statements that note an event name their columns, and this is none of them.
            models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddConstraint(
            "abnormal",
            models.CheckConstraint(
                condition=models.Q(settled_by__isnull=True) | models.Q(settled_at__isnull=False),
                name="who_settled_it_has_a_time",
            ),
        ),
    ]
