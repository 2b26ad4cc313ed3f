"""The history of what the house itself is: one row for each change, never altered."""

from typing import ClassVar

from django.db import models

from xinglin.kernel import ids


class Change(models.Model):
    """`thing` names a kind of object, `thing_id` one of them. `before`, `after`: what differs only.

    `before` is empty for what is new.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    at = models.DateTimeField()
    by = models.UUIDField()
    thing = models.CharField(max_length=40)
    thing_id = models.CharField(max_length=64)
    action = models.CharField(max_length=60)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["thing", "thing_id", "-id"], name="changes_of_thing"),
        ]
