"""The feed that sockets follow, its counter, and presence as a lease."""

from typing import ClassVar

from django.db import models


class LiveEntry(models.Model):
    """One row per event and audience; the rows of one event share its position.

    One row per audience, not one row with a list: what a viewer missed is then a few short ranges
    of one B-tree, however much went to others meanwhile.
    """

    pk = models.CompositePrimaryKey("position", "audience")
    position = models.BigIntegerField()
    audience = models.CharField(max_length=64)
    event_id = models.UUIDField()
    kind = models.CharField(max_length=64)
    payload = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        db_table = "live_entry"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["audience", "position"], name="live_entry_of_audience"),
        ]


class LiveCounter(models.Model):
    """One row; whoever publishes holds it until commit, so that positions commit in order."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    position = models.BigIntegerField()

    class Meta:
        db_table = "live_counter"


class LivePresence(models.Model):
    """Written every 10 s for everybody with an open line."""

    user_id = models.UUIDField(primary_key=True)
    seen_at = models.DateTimeField()

    class Meta:
        db_table = "live_presence"
