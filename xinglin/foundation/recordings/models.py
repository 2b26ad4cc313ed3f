"""Recordings of calls; the bytes are sealed files below `settings.FILES_DIR/recordings`.

The rows are the truth: a file without a row belongs to an upload that did not commit. Nothing is deleted
within three years (R22; triggers), and a chunk is never changed.
"""

from typing import ClassVar

from django.db import models

from xinglin.kernel import ids


class Recording(models.Model):
    """All that is recorded of one room, whose id it has.

    `key`: its data key, sealed by the house's ring. `place` decides which law keeps it, `subject_id` is
    whose record it belongs to. `due_at`: when the worker tries next; while it makes, the end of its lease
    and the fence of what it writes. `lost_at`: since when it was seen that nothing is recorded although it should be. `zero_at`:
    where the made file begins. `checked_at`: when every byte of it was last compared; `faults`: with what
    result. `agreed`: nothing outside of it is in the made file; null: all of it may be. `keep_until`:
    before that nobody asks policy whether it may go.
    """

    id = models.UUIDField(primary_key=True)
    place = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    key = models.BinaryField()
    state = models.CharField(max_length=8, default="keeping")
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=80, blank=True)
    lost_at = models.DateTimeField(null=True)
    wanted = models.JSONField(default=list)
    agreed = models.JSONField(null=True)
    gaps = models.JSONField(default=list)
    made_at = models.DateTimeField(null=True)
    zero_at = models.DateTimeField(null=True)
    container = models.CharField(max_length=8, blank=True)
    tracks = models.JSONField(default=list)
    milliseconds = models.PositiveIntegerField(default=0)
    bytes = models.PositiveBigIntegerField(default=0)
    sha256 = models.BinaryField(default=b"")
    checked_at = models.DateTimeField(null=True)
    faults = models.PositiveIntegerField(default=0)
    keep_until = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["due_at"], name="recordings_due", condition=models.Q(due_at__isnull=False)
            ),
            models.Index(fields=["checked_at"], name="recordings_by_check"),
            models.Index(fields=["keep_until"], name="recordings_kept_until"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="a_recording_is_made_whole_or_not",
                condition=models.Q(state="made", made_at__isnull=False, bytes__gt=0)
                | models.Q(state__in=["keeping", "making", "failed"]),
            ),
        ]


class Segment(models.Model):
    """One run of a recorder in somebody's page. `chunks` is the seq of the next one.

    `began_at`, `ended_at`: by the page's clock, which is `skew_ms` behind the house's, by all that is known
    of this seat (see `services.taking`). `milliseconds`: of what could be played, once made.
    """

    id = models.UUIDField(primary_key=True)
    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="segments")
    seat_id = models.UUIDField()
    person_id = models.UUIDField()
    of_seat_id = models.UUIDField()
    of_person_id = models.UUIDField()
    of_role = models.CharField(max_length=12)
    mime = models.CharField(max_length=80)
    began_at = models.DateTimeField()
    received_at = models.DateTimeField()
    skew_ms = models.IntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField()
    chunks = models.PositiveIntegerField(default=0)
    bytes = models.PositiveBigIntegerField(default=0)
    chain = models.BinaryField()
    state = models.CharField(max_length=6, default="open")
    milliseconds = models.PositiveIntegerField(default=0)
    is_left_out = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="a_segment_is_open_closed_or_lost",
                condition=models.Q(state__in=["open", "closed", "lost"]),
            ),
        ]


class Chunk(models.Model):
    """`sha256` is of the bytes as sent; `chain` of all chunks up to this one."""

    id = models.BigAutoField(primary_key=True)
    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="+")
    seq = models.PositiveIntegerField()
    sha256 = models.BinaryField()
    chain = models.BinaryField()
    bytes = models.PositiveIntegerField()
    began_ms = models.PositiveIntegerField()
    received_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["segment", "seq"], name="a_chunk_is_there_once"),
        ]


class View(models.Model):
    """Somebody asked to see a recording: the link is opened within a minute, or not at all."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="+")
    person_id = models.UUIDField()
    purpose = models.CharField(max_length=20)
    asked_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
