"""Events written in the transaction that made them true, and heartbeats of processes."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models


class OutboxEvent(models.Model):
    """`id` is a UUIDv7; `seq` orders; `relayed_at` is set by the relay, in its transaction."""

    seq = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True)
    kind = models.CharField(max_length=64)
    payload = models.JSONField()
    audience = ArrayField(models.CharField(max_length=64))
    created_at = models.DateTimeField()
    relayed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)
    retry_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["seq"], name="outbox_waiting", condition=models.Q(relayed_at__isnull=True)
            ),
        ]


class Heartbeat(models.Model):
    name = models.CharField(primary_key=True, max_length=40)
    at = models.DateTimeField()
