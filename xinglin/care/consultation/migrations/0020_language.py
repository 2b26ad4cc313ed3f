"""The language that the patient wants the doctor to speak; empty: no wish."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consultation", "0019_assistants_turn")]

    operations = [
        migrations.AddField(
            model_name="consultation",
            name="language",
            field=models.CharField(blank=True, db_default="", default="", max_length=8),
        ),
    ]
