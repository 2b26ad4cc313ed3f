"""The house's own words in the place of the shipped ones."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0002_kinds_channels_quiet_hours")]

    operations = [
        migrations.CreateModel(
            name="Wording",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("zh", models.CharField(max_length=500)),
                ("en", models.CharField(max_length=500)),
                ("revision", models.PositiveIntegerField(default=1)),
            ],
        ),
    ]
