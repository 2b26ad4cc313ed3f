"""The PDF of an effective prescription."""

from typing import ClassVar

from django.db import models

from xinglin.care.prescribing.models.prescriptions import Prescription


class PrescriptionDocument(models.Model):
    """One for each prescription that became effective; the database lets it be made once.

    The file is `settings.FILES_DIR/prescriptions/<id>.<sha256>.pdf` once `made_at` is set, and is kept as
    long as the record is (R22). `due_at`: when the worker tries next; null: it is made.
    """

    prescription = models.OneToOneField(
        Prescription, primary_key=True, on_delete=models.PROTECT, related_name="document"
    )
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=80, blank=True)
    made_at = models.DateTimeField(null=True)
    bytes = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        db_table = "prescription_document"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["due_at"],
                name="prescription_documents_due",
                condition=models.Q(due_at__isnull=False),
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="a_document_is_made_whole_or_still_due",
                condition=models.Q(made_at__isnull=True, due_at__isnull=False, sha256="")
                | (models.Q(made_at__isnull=False, due_at__isnull=True) & ~models.Q(sha256="")),
            ),
        ]
