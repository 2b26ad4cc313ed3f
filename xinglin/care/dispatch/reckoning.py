"""Rows by which the house judges itself: told waits, duty as it was, and days replayed."""

from typing import ClassVar

from django.db import models

from xinglin.kernel import ids


class ToldWait(models.Model):
    """What a waiting patient was told first, and when a doctor took the visit.

    `told_s`, within `low_s` and `high_s`: until a doctor accepts, from `told_at`. `guess_s`: what it
    was made of, before it was put right by how earlier ones came true. Gone when the patient leaves a
    message or another department is asked: then it was about something else.
    """

    consultation = models.OneToOneField(
        "consultation.Consultation", on_delete=models.CASCADE, primary_key=True
    )
    institution_id = models.UUIDField()
    department = models.CharField(max_length=32)
    told_at = models.DateTimeField()
    guess_s = models.FloatField()
    told_s = models.FloatField()
    low_s = models.FloatField()
    high_s = models.FloatField()
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "dispatch_told_wait"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["institution_id", "told_at"], name="told_wait_of_house"),
            models.Index(
                fields=["institution_id", "-accepted_at"],
                name="told_wait_come_true",
                condition=models.Q(accepted_at__isnull=False),
            ),
        ]


class DutySpan(models.Model):
    """A doctor was on duty from `began` to `ended`; null: still is."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    practitioner = models.ForeignKey("people.Practitioner", on_delete=models.PROTECT)
    institution_id = models.UUIDField()
    began = models.DateTimeField()
    ended = models.DateTimeField(null=True)

    class Meta:
        db_table = "dispatch_duty_span"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["institution_id", "began"], name="duty_span_of_house"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["practitioner"],
                condition=models.Q(ended__isnull=True),
                name="a_doctor_is_on_duty_once",
            ),
        ]


class Replay(models.Model):
    """A day of a house under two policies. `state`: asked, done or failed.

    `document`: figures alone, as `simulator.running` makes them; no patient and no doctor is in it.
    `failure`: why it has none.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    institution_id = models.UUIDField()
    day = models.DateField()
    against = models.CharField(max_length=16)
    policy = models.CharField(max_length=16)
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, default="asked")
    retry_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    began_at = models.DateTimeField(null=True)
    progress_pct = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=16, blank=True)
    document = models.JSONField(null=True)

    class Meta:
        db_table = "dispatch_replay"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["institution_id", "-id"], name="replay_of_house"),
            models.Index(
                fields=["retry_at"], name="replay_asked", condition=models.Q(state="asked")
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["institution_id"],
                condition=models.Q(state="asked"),
                name="a_house_replays_one_day_at_a_time",
            ),
            models.CheckConstraint(
                name="a_replay_is_in_one_of_three_states",
                condition=models.Q(state="asked", finished_at__isnull=True)
                | models.Q(state="done", finished_at__isnull=False, document__isnull=False)
                | models.Q(state="failed", finished_at__isnull=False) & ~models.Q(failure=""),
            ),
        ]
