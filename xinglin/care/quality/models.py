"""Dispute packages."""

from typing import ClassVar

from django.db import models

from xinglin.care.quality import rules
from xinglin.kernel import ids


class Package(models.Model):
    """Everything of one visit in one ZIP, asked for by a person of the house with a reason (K10).

    `state`: asked, ready, failed or gone. The file is `settings.FILES_DIR/packages/<id>.zip` while
    `ready`. `reference`: the number of the case, as the one who asks gives it. `lines`: audit lines
    in it. `left_out`: files that were not there or did not fit.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    institution_id = models.UUIDField()
    consultation_id = models.UUIDField()
    patient_id = models.UUIDField()
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    reason = models.CharField(max_length=16)
    reference = models.CharField(max_length=rules.LONGEST_REFERENCE, blank=True)
    state = models.CharField(max_length=8, default="asked")
    retry_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    bytes = models.PositiveBigIntegerField(default=0)
    files = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    lines = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            # An auditor's list is the institution's, an operator's is the own; newest first.
            models.Index(fields=["institution_id", "-id"], name="packages_of_institution"),
            models.Index(fields=["asked_by", "-id"], name="packages_of_person"),
            models.Index(
                fields=["state", "retry_at"],
                name="packages_to_look_at",
                condition=models.Q(state__in=["asked", "ready"]),
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="a_package_is_in_one_of_four_states",
                condition=models.Q(state__in=["asked", "ready", "failed", "gone"]),
            ),
            models.CheckConstraint(
                name="a_ready_package_expires",
                condition=~models.Q(state="ready")
                | models.Q(ready_at__isnull=False, expires_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_package_has_a_known_reason",
                condition=models.Q(reason__in=sorted(rules.REASONS)),
            ),
            models.UniqueConstraint(
                fields=["consultation_id", "asked_by"],
                condition=models.Q(state="asked"),
                name="a_package_is_asked_once_at_a_time",
            ),
        ]
