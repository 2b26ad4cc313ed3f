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


class LiveHouse(models.Model):
    """A live process and its lease: it beats every two seconds, alone for all who are there."""

    id = models.UUIDField(primary_key=True)
    beat_at = models.DateTimeField()

    class Meta:
        db_table = "live_house"


class LivePresence(models.Model):
    """Who is, or was last, at which live process; written when somebody comes and goes."""

    pk = models.CompositePrimaryKey("user_id", "house_id")
    user_id = models.UUIDField()
    house_id = models.UUIDField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "live_presence"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["house_id"], name="live_presence_of_house"),
        ]
