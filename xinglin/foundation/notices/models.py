"""Notices that wait to be sent, and the demo inbox. Addresses and texts are sealed."""

from typing import ClassVar

from django.db import models

NOTICE = "notices_notice|sealed"  # what the sealed values are bound to
INBOX = "notices_demomessage|sealed"


class Notice(models.Model):
    """`sealed` is JSON of `to` and `values`, emptied as soon as the notice is sent or given up."""

    id = models.UUIDField(primary_key=True)
    channel = models.CharField(max_length=8)
    template = models.CharField(max_length=40)
    locale = models.CharField(max_length=8)
    sealed = models.BinaryField()
    queued_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["due_at"], name="notices_due", condition=models.Q(due_at__isnull=False)
            ),
        ]


class DemoMessage(models.Model):
    """What the demo gateway has "delivered"; `sealed` is JSON of everything."""

    id = models.UUIDField(primary_key=True)
    channel = models.CharField(max_length=8)
    sealed = models.BinaryField()
    at = models.DateTimeField(db_index=True)
