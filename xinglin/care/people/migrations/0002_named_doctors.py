"""The grade of a doctor's main hospital, and how many patients a day may ask for the doctor by name."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="practitioner",
            name="hospital_grade",
            field=models.CharField(blank=True, max_length=16),
        ),
        migrations.AddField(
            model_name="practitioner",
            name="named_a_day",
            field=models.PositiveSmallIntegerField(null=True),
        ),
    ]
