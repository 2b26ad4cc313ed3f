"""Calls of a visit: who rang, who was in it, what was agreed to, and what is kept."""

from typing import ClassVar

from django.db import models

from xinglin.care.consultation import rules
from xinglin.care.consultation.lifecycle import CALL
from xinglin.care.consultation.models.visits import Consultation
from xinglin.kernel import ids

_SIDES = ["patient", "doctor"]


class Call(models.Model):
    """One call; its id is that of the room. `state` follows `lifecycle.CALL`.

    `due_at`: when the sweeper looks at it. `doctor_user_id`, `practitioner`: the doctor of the visit
    then. `promised_s`: of the channel it began with. `visit_closes_at`: when the conversation's time
    would have been over; that stands still during the call. `recording_wanted_since`: the doctor
    wants it recorded. `clock_ms`, `cut_short`: known from its end on.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="calls")
    channel = models.CharField(max_length=16)
    state = models.CharField(max_length=16)
    due_at = models.DateTimeField(null=True)
    asked_by = models.CharField(max_length=8)
    practitioner = models.ForeignKey(
        "people.Practitioner", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    doctor_user_id = models.UUIDField()
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=16, blank=True)
    promised_s = models.PositiveIntegerField()
    visit_closes_at = models.DateTimeField(null=True)
    recording_wanted_since = models.DateTimeField(null=True)
    still_asked_at = models.DateTimeField(null=True)
    clock_ms = models.BigIntegerField(null=True)
    cut_short = models.BooleanField(default=False)

    class Meta:
        db_table = "consultation_call"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["due_at"], name="call_due", condition=models.Q(due_at__isnull=False)
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["consultation"],
                name="a_visit_has_one_call_at_a_time",
                condition=~models.Q(state="ended"),
            ),
            models.CheckConstraint(
                name="a_call_is_in_a_known_state",
                condition=models.Q(state__in=sorted(CALL.states)),
            ),
            models.CheckConstraint(
                name="a_call_is_between_the_sides", condition=models.Q(asked_by__in=_SIDES)
            ),
            models.CheckConstraint(
                name="every_call_ends_somehow",
                condition=models.Q(
                    state="ended",
                    ending__in=sorted(rules.CALL_ENDINGS),
                    ended_at__isnull=False,
                    clock_ms__isnull=False,
                    due_at__isnull=True,
                )
                | ~models.Q(state="ended")
                & models.Q(
                    ending="", ended_at__isnull=True, clock_ms__isnull=True, due_at__isnull=False
                ),
            ),
            models.CheckConstraint(
                name="an_open_call_was_answered",
                condition=~models.Q(state="open") | models.Q(answered_at__isnull=False),
            ),
        ]


class CallStep(models.Model):
    """One step that was taken; the database refuses to change or delete it."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(max_length=16)
    from_state = models.CharField(max_length=16, blank=True)
    to_state = models.CharField(max_length=16)
    who = models.CharField(max_length=16)
    actor_id = models.UUIDField()
    at = models.DateTimeField()
    detail = models.JSONField(default=dict)

    class Meta:
        db_table = "consultation_call_step"


class CallConsent(models.Model):
    """What one side has said to a recording, or to stills; the newest of a side and kind counts.

    The database refuses to change or delete it.
    """

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="consents")
    kind = models.CharField(max_length=16)
    side = models.CharField(max_length=8)
    answer = models.BooleanField()
    version = models.CharField(max_length=32)
    by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        db_table = "consultation_call_consent"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="a_side_consents_to_something",
                condition=models.Q(kind__in=["recording", "still"], side__in=_SIDES),
            ),
        ]


class CallInvitation(models.Model):
    """A colleague who is asked into a call. `answer`: empty, joined, declined or removed."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="invitations")
    practitioner = models.ForeignKey(
        "people.Practitioner", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    user_id = models.UUIDField()
    invited_by = models.UUIDField()
    invited_at = models.DateTimeField()
    answer = models.CharField(max_length=8, blank=True)
    answered_at = models.DateTimeField(null=True)
    joined_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "consultation_call_invitation"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user_id", "-id"], name="call_invitation_of_colleague"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["call", "practitioner"], name="a_colleague_is_asked_into_a_call_once"
            ),
            models.CheckConstraint(
                name="an_invitation_is_answered_in_a_known_way",
                condition=models.Q(answer="", answered_at__isnull=True)
                | models.Q(answer__in=["joined", "declined", "removed"], answered_at__isnull=False),
            ),
        ]


class Observation(models.Model):
    """Somebody of quality control listens to a call. `openly`: those in it are told.

    The database refuses to change or delete it.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="observations")
    observer_id = models.UUIDField()
    reason = models.CharField(max_length=rules.LONGEST_OBSERVE_REASON)
    openly = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        db_table = "consultation_call_observation"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["call", "observer_id"], name="an_observer_gives_one_reason"
            ),
            models.CheckConstraint(
                name="nobody_observes_without_a_reason", condition=~models.Q(reason="")
            ),
        ]


class Still(models.Model):
    """A still of the patient's picture, as message `seq` of the conversation.

    The database refuses to change or delete it.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="stills")
    file_id = models.UUIDField(unique=True)
    seq = models.PositiveIntegerField()
    consent = models.ForeignKey(CallConsent, on_delete=models.PROTECT, related_name="+")
    by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        db_table = "consultation_call_still"
