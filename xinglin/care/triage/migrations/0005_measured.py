"""What was measured at a site, beside what was told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("triage", "0004_proposed")]

    operations = [
        migrations.AddField(
            model_name="intake",
            name="measured",
            field=models.JSONField(db_default={}, default=dict),
        ),
    ]
