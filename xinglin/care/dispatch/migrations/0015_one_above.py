"""The most urgent may be one more than a doctor's number of visits."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0014_lines_that_go")]

    operations = [
        migrations.RemoveConstraint("duty", "no_doctor_has_more_than_he_can"),
        migrations.AddConstraint(
            "duty",
            models.CheckConstraint(
                name="no_doctor_has_more_than_one_above_his_number",
                condition=models.Q(reserved__gte=0, reserved__lte=models.F("capacity") + 1),
            ),
        ),
    ]
