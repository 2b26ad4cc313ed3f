"""Who walked in, what was measured, and who holds the screen."""

from typing import ClassVar

from django.db import models

from xinglin.care.sites.models.sites import Device, Site
from xinglin.kernel import ids


class WalkIn(models.Model):
    """`id` is chosen by the device. `day`: of the house. `digest`: blind, of the form as it came.

    `captured_at`: put down on the device while there was no line. `relative_sees`: the account is a
    relative's, and the patient agreed that this one sees the visit. `alarmed_at`: what was measured
    during the visit is an emergency. `signed_at`: the record of the visit was, first.
    """

    id = models.UUIDField(primary_key=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="walk_ins")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey("people.Patient", on_delete=models.PROTECT, related_name="+")
    institution_id = models.UUIDField()
    holder_id = models.UUIDField()
    assistant_id = models.UUIDField()
    day = models.DateField()
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=16, default="registered")
    complaint = models.TextField(blank=True)
    picture_ids = models.JSONField(default=list)
    locale = models.CharField(max_length=8, default="zh")
    card_by = models.CharField(max_length=8, default="typed")
    relative_sees = models.BooleanField(default=False)
    digest = models.BinaryField()
    intake_id = models.UUIDField(null=True)
    consultation_id = models.UUIDField(null=True, unique=True)
    stays = models.BooleanField(null=True)
    chat_shared = models.BooleanField(default=False)
    registered_at = models.DateTimeField()
    captured_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=40, blank=True)
    alarmed_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["day", "site"], name="walk_ins_of_a_day"),
            models.Index(fields=["patient", "site"], name="walk_ins_of_a_patient"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["site", "day", "number"], name="a_number_is_one_walk_in_of_a_day"
            ),
            models.UniqueConstraint(
                fields=["site", "day", "patient"],
                condition=models.Q(state__in=["registered", "asked", "seen"]),
                name="a_patient_walks_in_once_at_a_time",
            ),
            models.CheckConstraint(
                name="a_walk_in_is_in_one_of_six_states",
                condition=models.Q(
                    state__in=["registered", "asked", "seen", "ended", "left", "emergency"]
                ),
            ),
            models.CheckConstraint(
                name="a_walk_in_has_ended_when_it_is_over",
                condition=models.Q(state__in=["registered", "asked", "seen"], ended_at__isnull=True)
                | models.Q(state__in=["ended", "left", "emergency"], ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_walk_in_was_asked_before_it_was_seen",
                condition=~models.Q(state__in=["asked", "seen"])
                | models.Q(consultation_id__isnull=False, asked_at__isnull=False),
            ),
        ]


class Opening(models.Model):
    """When an assistant last opened a walk-in that the patient was told of."""

    pk = models.CompositePrimaryKey("walk_in_id", "user_id")
    walk_in = models.ForeignKey(WalkIn, on_delete=models.PROTECT, related_name="+", db_index=False)
    user_id = models.UUIDField()
    at = models.DateTimeField()


class WalkInStep(models.Model):
    """Never changed. `by`: the account, or the part of the house."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    walk_in = models.ForeignKey(WalkIn, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(max_length=16)
    former = models.CharField(max_length=16, blank=True)
    state = models.CharField(max_length=16)
    by = models.UUIDField()
    at = models.DateTimeField()


class Reading(models.Model):
    """`id` is chosen by the device, or is that of the observation. Nothing of it is ever changed but
    its withdrawal. `confirmed`: unlikely, and measured again.
    """

    id = models.UUIDField(primary_key=True)
    walk_in = models.ForeignKey(WalkIn, on_delete=models.PROTECT, related_name="readings")
    kind = models.CharField(max_length=24)
    values = models.JSONField()
    unit = models.CharField(max_length=16)
    told_values = models.JSONField()
    told_unit = models.CharField(max_length=16)
    context = models.CharField(max_length=16, blank=True)
    instrument_serial = models.CharField(max_length=60, blank=True)
    instrument_model = models.CharField(max_length=120, blank=True)
    by = models.CharField(max_length=8)
    confirmed = models.BooleanField(default=False)
    taken_by = models.UUIDField()
    measured_at = models.DateTimeField()
    kept_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="a_reading_comes_by_hand_or_by_a_gateway",
                condition=models.Q(by="hand")
                | (models.Q(by="gateway") & ~models.Q(instrument_serial="")),
            ),
        ]


class Observed(models.Model):
    """What a gateway has sent to the site. `identifier`: the sender's own, so that twice is once."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    identifier = models.CharField(max_length=200)
    digest = models.BinaryField()
    kind = models.CharField(max_length=24)
    values = models.JSONField()
    unit = models.CharField(max_length=16)
    told_values = models.JSONField()
    told_unit = models.CharField(max_length=16)
    context = models.CharField(max_length=16, blank=True)
    instrument_serial = models.CharField(max_length=60)
    instrument_model = models.CharField(max_length=120)
    measured_at = models.DateTimeField()
    received_at = models.DateTimeField()
    walk_in = models.ForeignKey(WalkIn, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["site", "received_at"],
                name="observed_of_nobody_yet",
                condition=models.Q(walk_in__isnull=True),
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["site", "identifier"], name="an_observation_is_received_once"
            ),
        ]


class ScreenPass(models.Model):
    """`staff_id`: whose session sleeps while it lives. `done_at`: the patient has finished."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    walk_in = models.ForeignKey(WalkIn, on_delete=models.PROTECT, related_name="+")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="+")
    staff_id = models.UUIDField()
    cookie_hash = models.BinaryField(unique=True)
    given_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_for = models.CharField(max_length=16, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["device"],
                condition=models.Q(ended_at__isnull=True),
                name="a_screen_is_held_by_one_patient",
            ),
            models.UniqueConstraint(
                fields=["walk_in"],
                condition=models.Q(ended_at__isnull=True),
                name="a_walk_in_holds_one_screen",
            ),
        ]


class PinTry(models.Model):
    """How often a wrong number was tried on a pass; written apart, and so outlives the refusal."""

    pass_id = models.UUIDField(primary_key=True)
    tries = models.PositiveSmallIntegerField()
