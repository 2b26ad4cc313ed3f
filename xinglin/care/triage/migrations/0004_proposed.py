"""What an optional assistant pointed out, beside an intake."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("triage", "0003_judged_intakes"),
    ]

    operations = [
        migrations.AddField(
            model_name="intake",
            name="proposed",
            field=models.JSONField(null=True),
        ),
    ]
