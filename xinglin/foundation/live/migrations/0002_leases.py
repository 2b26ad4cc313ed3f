"""Presence as a lease of the process: a row is written when somebody comes or goes, not each 10 s."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("live", "0001_initial")]

    operations = [
        migrations.DeleteModel("LivePresence"),
        migrations.CreateModel(
            name="LiveHouse",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("beat_at", models.DateTimeField()),
            ],
            options={"db_table": "live_house"},
        ),
        migrations.CreateModel(
            name="LivePresence",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "user_id",
                        "house_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("user_id", models.UUIDField()),
                ("house_id", models.UUIDField()),
                ("left_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "live_presence",
                "indexes": [models.Index(fields=["house_id"], name="live_presence_of_house")],
            },
        ),
        migrations.RunSQL("alter table live_house set (fillfactor = 20)", migrations.RunSQL.noop),
    ]
