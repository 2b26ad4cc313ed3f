"""Spreadsheets that were handed in, and what became of them."""

from typing import ClassVar

from django.db import models

from xinglin.kernel import ids

STATES = ("asked", "checked", "refused", "applying", "applied", "outdated", "failed")
RUNNING = ("asked", "applying")


class SheetImport(models.Model):
    """One file, looked at and perhaps applied; the row stays as the history of imports.

    `kind`: of `settings.SHEET_KINDS`. `file_id`: of `media`, which forgets it after 30 days.
    `state`: asked, checked (a preview stands), refused (no sheet that can be read), applying, applied,
    outdated (something changed since the preview), failed. `found`: errors, changes and what is told
    besides, as JSON. `plan`: a digest of what the preview showed.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    institution = models.ForeignKey("people.Institution", on_delete=models.PROTECT)
    kind = models.CharField(max_length=16)
    file_id = models.UUIDField()
    file_name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    bytes = models.PositiveIntegerField()
    state = models.CharField(max_length=10, default="asked")
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    retry_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    checked_at = models.DateTimeField(null=True)
    applied_by = models.UUIDField(null=True)
    applied_at = models.DateTimeField(null=True)
    rows = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    errors = models.PositiveIntegerField(default=0)
    milliseconds = models.PositiveIntegerField(default=0)
    plan = models.CharField(max_length=64, blank=True)
    found = models.JSONField(default=dict)

    class Meta:
        db_table = "people_sheet_import"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["institution", "-id"], name="sheets_of_institution"),
            models.Index(
                fields=["retry_at"],
                name="sheets_to_look_at",
                condition=models.Q(state__in=RUNNING),
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="a_sheet_is_in_a_known_state", condition=models.Q(state__in=STATES)
            ),
            models.CheckConstraint(
                name="an_applied_sheet_names_who_and_when",
                condition=~models.Q(state="applied")
                | models.Q(applied_by__isnull=False, applied_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_sheet_with_errors_is_not_applied",
                condition=~models.Q(state__in=["applying", "applied"]) | models.Q(errors=0),
            ),
            models.UniqueConstraint(
                fields=["institution"],
                condition=models.Q(state__in=RUNNING),
                name="one_sheet_at_a_time",
            ),
        ]
