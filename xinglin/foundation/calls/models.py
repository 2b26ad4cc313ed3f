"""Rooms of calls: seats, how long the line was up, how good it was, and signals on their way.

Who writes more than one row of a room locks the room first, several in the order of their ids.
"""

from typing import ClassVar

from django.db import models


class Room(models.Model):
    """Where the pages of one call meet. `version` rises with whatever its seats may be told of."""

    id = models.UUIDField(primary_key=True, editable=False)
    backend = models.CharField(max_length=40)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    version = models.BigIntegerField(default=1)

    class Meta:
        db_table = "calls_room"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["opened_at"],
                name="calls_room_open",
                condition=models.Q(closed_at__isnull=True),
            ),
        ]


class Seat(models.Model):
    """One page of one person. `house_id`: the live process where its line stands, if one does.

    `name_sealed` and `state` are forgotten soon after the room has closed. `up`, `reported_at`: of
    the last report. `shown_ms`: how long its picture went out while the line of the room was up.
    """

    pk = models.CompositePrimaryKey("room_id", "id")
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="seats")
    id = models.UUIDField()
    person_id = models.UUIDField()
    role = models.CharField(max_length=20)
    name_sealed = models.BinaryField()
    is_main = models.BooleanField()
    sends = models.BooleanField()
    is_hidden = models.BooleanField()
    may_be_recorded = models.BooleanField(default=True, db_default=True)
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    left_because = models.CharField(max_length=20, blank=True)
    house_id = models.UUIDField(null=True)
    line = models.PositiveIntegerField(default=0)
    up = models.BooleanField(default=False)
    reported_at = models.DateTimeField(null=True)
    state = models.JSONField(default=dict)
    reports = models.PositiveIntegerField(default=0)
    connect_ms = models.PositiveIntegerField(null=True)
    audio_only_ms = models.PositiveIntegerField(default=0)
    shown_ms = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        db_table = "calls_seat"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["room", "person_id"],
                condition=models.Q(left_at__isnull=True),
                name="a_person_has_one_seat_in_a_room",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["house_id"],
                name="calls_seat_of_house",
                condition=models.Q(house_id__isnull=False),
            ),
        ]


class Span(models.Model):
    """A time in which the line of the room was up."""

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="spans")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "calls_span"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["room"],
                condition=models.Q(ended_at__isnull=True),
                name="a_room_has_one_running_span",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True)
                | models.Q(ended_at__gte=models.F("began_at")),
                name="a_span_ends_after_it_began",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["room", "began_at"], name="calls_span_of_room"),
        ]


class Measure(models.Model):
    """How many reports said so: `rtt` in steps of 10 ms, `loss` in half percents."""

    pk = models.CompositePrimaryKey("room_id", "what", "value")
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="measures")
    what = models.CharField(max_length=8)
    value = models.PositiveSmallIntegerField()
    count = models.PositiveIntegerField()

    class Meta:
        db_table = "calls_measure"


class Signal(models.Model):
    """On its way to a seat at another live process; read once. The table is unlogged."""

    room_id = models.UUIDField()
    seat_id = models.UUIDField()
    from_id = models.UUIDField()
    data = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "calls_signal"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["room_id", "seat_id", "id"], name="calls_signal_to_seat"),
        ]
