"""The monitor also tells of a site as a whole, which is of no department."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0020_linked_doctors")]

    operations = [
        migrations.AddField(
            model_name="abnormal", name="site_id", field=models.UUIDField(null=True)
        ),
        migrations.AlterField(
            model_name="abnormal",
            name="department",
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.AddConstraint(
            model_name="abnormal",
            constraint=models.CheckConstraint(
                condition=models.Q(("department", ""), _negated=True)
                | models.Q(("site_id__isnull", False)),
                name="it_is_of_a_department_or_of_a_site",
            ),
        ),
    ]
