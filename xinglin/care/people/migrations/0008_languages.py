"""The languages that a doctor speaks; none: not said."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0007_sheets")]

    operations = [
        migrations.AddField(
            model_name="practitioner",
            name="languages",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=8), blank=True, db_default=[], default=list
            ),
        ),
    ]
