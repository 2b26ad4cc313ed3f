"""That a leader works by strict order, and since when."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0015_one_above")]

    operations = [
        migrations.CreateModel(
            name="StrictOrder",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("epoch", models.PositiveBigIntegerField()),
                ("since", models.DateTimeField(null=True)),
            ],
            options={"db_table": "dispatch_strict_order"},
        ),
    ]
