"""What a patient was asked to agree to before a long supply, and the answer."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from xinglin.care.prescribing.models.prescriptions import Prescription
from xinglin.kernel import ids

_UNSIGNED = models.Q(algorithm="", key_id="", signature=b"", sha256="")
_UNANSWERED = models.Q(answered_by__isnull=True, answered_at__isnull=True)
_ANSWERED = models.Q(answered_by__isnull=False, answered_at__isnull=False)


class PrescriptionConsent(models.Model):
    """One question to the patient about one revision of a draft (R41); the database lets it be
    answered once and a signature be withdrawn once, and nothing else be changed.

    `words`: the sheet as the patient reads it (`services.sheet_words`), and `sheet_sha256` what the
    signature names: of another revision it holds for nothing. `answer`: signed or declined. `role`:
    who has answered, as `people.queries.asking_for` names it. `sha256`: of the signed statement.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    prescription = models.ForeignKey(
        Prescription, on_delete=models.PROTECT, related_name="consents"
    )
    revision = models.PositiveIntegerField()
    words = models.JSONField()
    sheet_sha256 = models.CharField(max_length=64)
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answer = models.CharField(max_length=16, blank=True)
    role = models.CharField(max_length=16, blank=True)
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    algorithm = models.CharField(max_length=32, blank=True)
    key_id = models.CharField(max_length=80, blank=True)
    signature = models.BinaryField(default=b"")
    sha256 = models.CharField(max_length=64, blank=True)
    certificates = ArrayField(models.BinaryField(), default=list)

    class Meta:
        db_table = "prescription_consent"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["prescription", "-id"], name="consent_of_prescription"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="a_consent_is_signed_or_declined_or_waits",
                condition=(
                    models.Q(answer="", role="", withdrawn_at__isnull=True)
                    & _UNANSWERED
                    & _UNSIGNED
                )
                | (models.Q(answer="declined", withdrawn_at__isnull=True) & _ANSWERED & _UNSIGNED)
                | (
                    models.Q(answer="signed")
                    & _ANSWERED
                    & ~models.Q(algorithm="")
                    & ~models.Q(sha256="")
                    & ~models.Q(signature=b"")
                ),
            ),
        ]
