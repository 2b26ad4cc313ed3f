"""What doctors have said of how senior a visit's doctor must be; it stands, and the leader hears of it."""

import django.db.models.deletion
from django.db import migrations, models

import xinglin.kernel.ids

STANDS = """
create trigger a_raised_need_stands before update or delete on dispatch_raised_need
    for each row execute function refuse_offer_step_change();
create trigger dispatch_hears after insert on dispatch_raised_need
    for each row execute function note_offer_change();
"""
STANDS_NOT = """
drop trigger a_raised_need_stands on dispatch_raised_need;
drop trigger dispatch_hears on dispatch_raised_need;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("consultation", "0020_language"),
        ("people", "0008_languages"),
        ("dispatch", "0018_languages"),
    ]

    operations = [
        migrations.CreateModel(
            name="RaisedNeed",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=xinglin.kernel.ids.new,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("grade", models.PositiveSmallIntegerField()),
                ("need", models.PositiveSmallIntegerField()),
                ("how", models.CharField(max_length=16)),
                ("at", models.DateTimeField()),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="consultation.consultation",
                    ),
                ),
                (
                    "practitioner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="people.practitioner"
                    ),
                ),
            ],
            options={
                "db_table": "dispatch_raised_need",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("grade__gte", 1), ("grade__lte", 3))
                        & (
                            models.Q(("need", models.F("grade") + 1))
                            | models.Q(("grade", 3), ("need", 3))
                        ),
                        name="only_a_doctors_word_raises_a_need",
                    )
                ],
            },
        ),
        migrations.RunSQL(STANDS, STANDS_NOT),
    ]
