"""What doctors prescribe often."""

import django.db.models.deletion
from django.db import migrations, models

import xinglin.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("prescribing", "0007_patients_consent"),
    ]

    operations = [
        migrations.CreateModel(
            name="Favourite",
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
                ("institution_id", models.UUIDField()),
                ("owner_id", models.UUIDField()),
                ("sheet", models.CharField(max_length=16)),
                ("name", models.CharField(blank=True, max_length=40)),
                ("position", models.PositiveIntegerField()),
                ("kept_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "prescribing_favourite",
                "indexes": [
                    models.Index(fields=["owner_id", "position"], name="favourite_of_owner")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("removed_at__isnull", True), models.Q(("name", ""), _negated=True)
                        ),
                        fields=("institution_id", "owner_id", "sheet", "name"),
                        name="no_two_favourites_of_one_name",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sheet__in", ["slices", "western"])),
                        name="a_favourite_is_of_a_known_sheet",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FavouriteItem",
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
                ("position", models.PositiveSmallIntegerField()),
                ("dose", models.DecimalField(decimal_places=4, max_digits=12)),
                ("dose_unit", models.CharField(max_length=16)),
                ("route", models.CharField(max_length=24)),
                ("frequency", models.CharField(max_length=16)),
                ("days", models.PositiveSmallIntegerField()),
                ("doses", models.PositiveSmallIntegerField(null=True)),
                (
                    "favourite",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="prescribing.favourite",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="prescribing.medicinalproduct",
                    ),
                ),
            ],
            options={
                "db_table": "prescribing_favourite_item",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("favourite", "product"),
                        name="a_medicine_stands_once_in_a_favourite",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("days__gt", 0), ("days__lte", 366), ("dose__gt", 0)),
                        name="a_favourite_is_a_positive_amount",
                    ),
                ],
            },
        ),
    ]
