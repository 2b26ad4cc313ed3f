"""Intakes: what the patient said before the visit."""

from typing import ClassVar

from django.db import models

from xinglin.kernel import ids


class Intake(models.Model):
    """`outcome`: interview, emergency or ready. `answers` maps link ids to values.

    `red_flags`: the entries as they were shown, since the list of the house changes later.
    `why`: on which words the suggestion rests, in both languages.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    patient = models.ForeignKey("people.Patient", on_delete=models.PROTECT)
    holder_id = models.UUIDField(db_index=True)
    complaint = models.TextField()
    picture_ids = models.JSONField(default=list)
    answers = models.JSONField(default=dict)
    outcome = models.CharField(max_length=16)
    red_flags = models.JSONField(default=list)
    suggested = models.CharField(max_length=32, blank=True)
    sure = models.BooleanField(default=False)
    why = models.JSONField(default=dict)
    urgency = models.PositiveSmallIntegerField(default=3)
    created_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="an_intake_is_in_one_of_three_states",
                condition=models.Q(outcome__in=["interview", "emergency", "ready"]),
            ),
            models.CheckConstraint(
                name="a_red_flag_is_an_emergency_and_nothing_else_is",
                condition=models.Q(outcome="emergency") ^ models.Q(red_flags=[]),
            ),
            models.CheckConstraint(
                name="an_intake_is_ready_when_it_was_answered",
                condition=~models.Q(outcome="ready") | models.Q(answered_at__isnull=False),
            ),
        ]
