"""The first of two pharmacists, where two are asked for."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from xinglin.care.prescribing.models.prescriptions import PrescriptionVersion
from xinglin.kernel import ids


class FirstReview(models.Model):
    """The first pharmacist has passed a version that two pass; the database refuses to change or delete it.

    It is signed, and makes nothing effective: what becomes of the version is in its `PrescriptionReview`,
    which is the second one's.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    version = models.OneToOneField(
        PrescriptionVersion, on_delete=models.PROTECT, related_name="first_review"
    )
    checks = ArrayField(models.CharField(max_length=24), default=list)
    reviewed_by = models.UUIDField()
    reviewer_marks = ArrayField(models.CharField(max_length=80))
    reviewed_at = models.DateTimeField()
    algorithm = models.CharField(max_length=32)
    key_id = models.CharField(max_length=80)
    signature = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    certificates = ArrayField(models.BinaryField(), default=list)

    class Meta:
        db_table = "prescription_first_review"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="a_first_review_is_signed",
                condition=~models.Q(algorithm="") & ~models.Q(sha256="") & ~models.Q(signature=b""),
            ),
        ]
