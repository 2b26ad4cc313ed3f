"""The tickets of repeats, beside the first one."""

from typing import ClassVar

from django.db import models

from xinglin.care.prescribing.models.prescriptions import Prescription
from xinglin.kernel import ids


class PrescriptionRepeat(models.Model):
    """One further ticket, made when the one before it was taken: as `PrescriptionTicket`, and not
    before its day. `number`: 1 is the first repeat.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    prescription = models.ForeignKey(Prescription, on_delete=models.PROTECT, related_name="repeats")
    number = models.PositiveSmallIntegerField()
    opens_on = models.DateField()
    token_sealed = models.BinaryField()
    token_index = models.BinaryField(unique=True)
    made_at = models.DateTimeField()
    taken_by = models.UUIDField(null=True)
    pharmacy_id = models.UUIDField(null=True)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "prescription_repeat"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["prescription", "number"], name="a_repeat_has_its_number"
            ),
            models.CheckConstraint(
                name="a_taken_repeat_says_by_whom_and_when",
                condition=models.Q(
                    taken_by__isnull=True, pharmacy_id__isnull=True, taken_at__isnull=True
                )
                | models.Q(
                    taken_by__isnull=False, pharmacy_id__isnull=False, taken_at__isnull=False
                ),
            ),
        ]
