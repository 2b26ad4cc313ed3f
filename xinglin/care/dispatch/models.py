"""Duties, offers with their immutable steps, and the dispatcher's lease."""

from typing import ClassVar

from django.db import models

from xinglin.care.dispatch.lifecycle import LIVE, OFFER
from xinglin.kernel import ids

_LIVE = sorted(LIVE)
MOST_AT_ONCE = 10


class Duty(models.Model):
    """A doctor's presence at work. `reserved` equals his live offers, always.

    `departments`: slug -> fit (1 own, 2 also serves). `on_since` is null when off duty. `judged_at`:
    when policy last said that he may work. `given_at`: when he was last offered a visit.
    Whoever locks this row and an offer locks this row first.
    """

    practitioner = models.OneToOneField(
        "people.Practitioner", on_delete=models.PROTECT, primary_key=True
    )
    user_id = models.UUIDField(unique=True)
    institution_id = models.UUIDField()
    departments = models.JSONField(default=dict)
    grade = models.PositiveSmallIntegerField(default=1)
    capacity = models.PositiveSmallIntegerField(default=5)
    reserved = models.PositiveSmallIntegerField(default=0)
    on_since = models.DateTimeField(null=True)
    off_reason = models.CharField(max_length=16, blank=True)
    away_until = models.DateTimeField(null=True)
    given_at = models.DateTimeField(null=True)
    judged_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["judged_at"], name="duty_on", condition=models.Q(on_since__isnull=False)
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="no_doctor_has_more_than_he_can",
                condition=models.Q(reserved__gte=0, reserved__lte=models.F("capacity")),
            ),
            models.CheckConstraint(
                name="a_capacity_is_humane",
                condition=models.Q(capacity__gte=1, capacity__lte=MOST_AT_ONCE),
            ),
        ]


class Offer(models.Model):
    """One visit offered to one doctor. `epoch`: of the lease under which it was made.

    `seen_at`: when the doctor first read it.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    consultation = models.ForeignKey("consultation.Consultation", on_delete=models.PROTECT)
    practitioner = models.ForeignKey("people.Practitioner", on_delete=models.PROTECT)
    user_id = models.UUIDField()
    patient_id = models.UUIDField()
    department = models.CharField(max_length=32)
    state = models.CharField(max_length=16, default=OFFER.initial)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=32, blank=True)
    why = models.JSONField()
    epoch = models.PositiveBigIntegerField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["expires_at"], name="offer_due", condition=models.Q(state="offered")
            ),
            models.Index(
                fields=["practitioner"], name="offer_live", condition=models.Q(state__in=_LIVE)
            ),
            models.Index(
                fields=["department", "-accepted_at"],
                name="offer_accepted",
                condition=models.Q(accepted_at__isnull=False),
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["consultation"],
                condition=models.Q(state__in=_LIVE),
                name="a_visit_is_offered_to_one_doctor",
            ),
            models.CheckConstraint(
                name="an_offer_is_in_a_known_state",
                condition=models.Q(state__in=sorted(OFFER.states)),
            ),
        ]


class OfferStep(models.Model):
    """What happened to an offer; the database refuses to change or delete it."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(max_length=16)
    from_state = models.CharField(max_length=16, blank=True)
    to_state = models.CharField(max_length=16)
    who = models.CharField(max_length=16)
    actor_id = models.UUIDField()
    at = models.DateTimeField()
    reason = models.CharField(max_length=32, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        db_table = "dispatch_offer_step"


class DispatcherLease(models.Model):
    """Who leads. `expires_at` is of the database's clock; `epoch` grows with every leader."""

    name = models.CharField(primary_key=True, max_length=40)
    holder = models.CharField(max_length=80)
    epoch = models.PositiveBigIntegerField()
    expires_at = models.DateTimeField()


class NobodyTold(models.Model):
    """A patient who was told that nobody is on duty there; told again only after duty changed."""

    consultation = models.OneToOneField(
        "consultation.Consultation", on_delete=models.CASCADE, primary_key=True
    )
    department = models.CharField(max_length=32)
    at = models.DateTimeField()
