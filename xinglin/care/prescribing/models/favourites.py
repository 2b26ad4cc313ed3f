"""What a doctor prescribes often, each under the doctor's own account."""

from typing import ClassVar

from django.db import models

from xinglin.care.prescribing import sheet
from xinglin.care.prescribing.models.catalogue import MedicinalProduct
from xinglin.kernel import ids


class Favourite(models.Model):
    """One medicine with its usual use, or a set of several; of one doctor at one institution.

    `name`: the doctor's own; empty: that of its medicine. One that was removed can be taken back for a
    day.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    institution_id = models.UUIDField()
    owner_id = models.UUIDField()
    sheet = models.CharField(max_length=16)
    name = models.CharField(max_length=40, blank=True)
    position = models.PositiveIntegerField()
    kept_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "prescribing_favourite"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["owner_id", "position"], name="favourite_of_owner"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["institution_id", "owner_id", "sheet", "name"],
                condition=models.Q(removed_at__isnull=True) & ~models.Q(name=""),
                name="no_two_favourites_of_one_name",
            ),
            models.CheckConstraint(
                name="a_favourite_is_of_a_known_sheet",
                condition=models.Q(sheet__in=sorted(sheet.SHEETS)),
            ),
        ]


class FavouriteItem(models.Model):
    """One medicine of it, as `PrescriptionItem` has it; a proposal, and nobody's order."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    favourite = models.ForeignKey(Favourite, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    product = models.ForeignKey(MedicinalProduct, on_delete=models.PROTECT)
    dose = models.DecimalField(max_digits=12, decimal_places=4)
    dose_unit = models.CharField(max_length=16)
    route = models.CharField(max_length=24)
    frequency = models.CharField(max_length=16)
    days = models.PositiveSmallIntegerField()
    doses = models.PositiveSmallIntegerField(null=True)

    class Meta:
        db_table = "prescribing_favourite_item"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["favourite", "product"], name="a_medicine_stands_once_in_a_favourite"
            ),
            models.CheckConstraint(
                name="a_favourite_is_a_positive_amount",
                condition=models.Q(dose__gt=0, days__gt=0, days__lte=sheet.MOST_DAYS),
            ),
        ]
