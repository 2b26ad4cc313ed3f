"""When what is measured during a visit is an emergency, when its record was signed, and who has a
walk-in open.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sites", "0002_hearing")]

    operations = [
        migrations.AddField("walkin", "alarmed_at", models.DateTimeField(null=True)),
        migrations.AddField("walkin", "signed_at", models.DateTimeField(null=True)),
        migrations.CreateModel(
            name="Opening",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "walk_in_id",
                        "user_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "walk_in",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="sites.walkin",
                    ),
                ),
                ("user_id", models.UUIDField()),
                ("at", models.DateTimeField()),
            ],
        ),
    ]
