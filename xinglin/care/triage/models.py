"""Intakes: what the patient said before the visit."""

from typing import ClassVar

from django.db import models

from xinglin.kernel import ids


class Intake(models.Model):
    """`outcome`: interview, emergency or ready. `answers` maps link ids to values.

    `red_flags`: the entries as they were shown, since the list of the house changes later.
    `why`: on which words the suggestion rests, in both languages. `level`: how urgent it is, of which
    `urgency` is the step that orders the queue; `reasons` are the rules that said so, `findings` what
    they rest on. `ranked`: three departments with their probability. `interview`, `asks`: which
    questions are put. `versions`: of all that decided. `proposed`: what an assistant pointed out, null
    without one; it is of no record. `measured`: at a site, by the names of `rules.vitals`; beside what was
    told the graver counts.
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
    level = models.CharField(max_length=16, default="online_routine")
    reasons = models.JSONField(default=list)
    findings = models.JSONField(default=list)
    ranked = models.JSONField(default=list)
    crisis = models.BooleanField(default=False)
    interview = models.CharField(max_length=32, default="general")
    asks = models.JSONField(default=list)
    versions = models.JSONField(default=dict)
    proposed = models.JSONField(null=True)
    measured = models.JSONField(default=dict, db_default={})
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
            models.CheckConstraint(
                name="an_intake_has_one_of_five_levels",
                condition=models.Q(
                    level__in=[
                        "emergency",
                        "in_person_today",
                        "online_soon",
                        "online_routine",
                        "self_care",
                    ]
                ),
            ),
            models.CheckConstraint(
                name="an_emergency_is_of_that_level_and_no_other_is",
                condition=~(models.Q(outcome="emergency") ^ models.Q(level="emergency")),
            ),
        ]


class Override(models.Model):
    """Somebody chose another department than triage had suggested; the database refuses to change it.

    `former`: where the visit stood (for a patient the suggestion itself). `who`: patient, doctor or
    operator; `by`: the account. `versions`: of the rules and of the model that had suggested;
    `confidence`: theirs, null when it was not kept.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    institution_id = models.UUIDField()
    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="overrides")
    consultation_id = models.UUIDField()
    who = models.CharField(max_length=8)
    by = models.UUIDField()
    suggested = models.CharField(max_length=32)
    former = models.CharField(max_length=32)
    chosen = models.CharField(max_length=32)
    sure = models.BooleanField()
    confidence = models.FloatField(null=True)
    versions = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["institution_id", "-id"], name="triage_override_of_house"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="an_override_is_of_somebody",
                condition=models.Q(who__in=["patient", "doctor", "operator"]),
            ),
            models.CheckConstraint(
                name="an_override_changes_the_department",
                condition=~models.Q(former=models.F("chosen")),
            ),
        ]
