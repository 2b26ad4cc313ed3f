"""Medical records: the draft, the signed versions, the names of diagnoses."""

from typing import ClassVar

from django.db import models

from xinglin.care.consultation.models.visits import Consultation
from xinglin.kernel import ids


class RecordDraft(models.Model):
    """What the doctor is writing. `prefilled`: fields still as the patient gave them.

    `templated`: field -> `is_untouched` since a template wrote it, and the `blanks` that came with it
    and still stand there.
    """

    consultation = models.OneToOneField(
        Consultation, primary_key=True, on_delete=models.PROTECT, related_name="draft"
    )
    fields = models.JSONField(default=dict)
    prefilled = models.JSONField(default=list)
    templated = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()

    class Meta:
        db_table = "consultation_record_draft"


class RecordVersion(models.Model):
    """A signed record; the database refuses to change or delete it. The newest one holds.

    `asked_by`: role, relation and registration of who asked; null in records of before it was kept.
    `consulted`: the colleagues who were asked, and their answers; null when there is none. `site`: from
    where the visit was held and what was measured there until then; null without one.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="record_versions"
    )
    version = models.PositiveSmallIntegerField()
    fields = models.JSONField()
    asked_by = models.JSONField(null=True)
    consulted = models.JSONField(null=True)
    site = models.JSONField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    practitioner = models.ForeignKey("people.Practitioner", on_delete=models.PROTECT)
    signed_by = models.UUIDField()
    signed_at = models.DateTimeField()
    algorithm = models.CharField(max_length=32)
    key_id = models.CharField(max_length=80)
    signature = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        db_table = "consultation_record_version"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["consultation", "version"], name="a_version_is_signed_once"
            ),
            models.CheckConstraint(
                name="a_later_version_has_a_reason",
                condition=models.Q(version=1) | ~models.Q(reason=""),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["signed_by", "consultation"], name="record_version_of_signer"),
        ]


class DiagnosisCode(models.Model):
    """ICD-10. `rank`: 0 a category or subcategory, 1 an extension, 2 an oddity, 3 morphology."""

    code = models.CharField(primary_key=True, max_length=24)
    name_zh = models.CharField(max_length=120)
    initials = models.CharField(max_length=120)
    name_en = models.CharField(max_length=240, blank=True)
    rank = models.PositiveSmallIntegerField()

    class Meta:
        db_table = "diagnosis_code"
