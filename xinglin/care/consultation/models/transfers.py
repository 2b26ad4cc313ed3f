"""What a doctor leaves to the next one when a visit is transferred."""

from typing import ClassVar

from django.db import models

from xinglin.care.consultation import rules
from xinglin.care.consultation.models.visits import Consultation
from xinglin.kernel import ids


class Transfer(models.Model):
    """One transfer with its note; the database refuses to change or delete it.

    `to_practitioner`: the colleague who was asked first; null: whoever the department has.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="transfers"
    )
    from_practitioner = models.ForeignKey(
        "people.Practitioner", on_delete=models.PROTECT, related_name="+"
    )
    from_department = models.CharField(max_length=32)
    to_department = models.CharField(max_length=32)
    to_practitioner = models.ForeignKey(
        "people.Practitioner", null=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.CharField(max_length=rules.LONGEST_TRANSFER_NOTE)
    at = models.DateTimeField()

    class Meta:
        db_table = "consultation_transfer"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="a_transfer_says_why", condition=~models.Q(note="")),
            models.CheckConstraint(
                name="nobody_transfers_to_oneself",
                condition=models.Q(to_practitioner__isnull=True)
                | ~models.Q(to_practitioner=models.F("from_practitioner")),
            ),
        ]
