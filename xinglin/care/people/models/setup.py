"""What the first administrator has looked at and found good."""

from typing import ClassVar

from django.db import models


class SetupMark(models.Model):
    """A step of the setting-up that only a person can call done: `consent`, `first_visit`, `staff`; or `begun`."""

    institution = models.ForeignKey("people.Institution", on_delete=models.PROTECT)
    step = models.CharField(max_length=16)
    by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["institution", "step"], name="a_step_is_marked_once"),
        ]
