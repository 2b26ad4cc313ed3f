"""Duties, offers with their immutable steps, and the dispatcher's lease."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.db import models

from xinglin.care.dispatch.lifecycle import LIVE, OFFER
from xinglin.care.dispatch.needs import RaisedNeed  # noqa: F401  # Django looks for it here
from xinglin.care.dispatch.promised import Promise  # noqa: F401  # Django looks for it here
from xinglin.care.dispatch.reckoning import DutySpan, Replay, ToldWait  # noqa: F401  # Django looks for them here
from xinglin.care.dispatch.rules import OVER
from xinglin.kernel import ids

_LIVE = sorted(LIVE)
MOST_AT_ONCE = 10


def no_scores() -> list[int]:
    return [0] * 5


class Duty(models.Model):
    """A doctor's presence at work. `reserved` equals his live offers, always; only the most urgent may
    make it one more than `capacity`.

    `departments`: slug -> fit (1 own, 2 also serves). `on_since` is null when off duty. `judged_at`:
    when policy last said that he may work. `given_at`: when he was last offered a visit.
    `back_at`: when he says that he is on duty next. `missed`: refused or let lapse in a row; `paused_at`:
    asked since then whether he is there, and for nothing else. `slowed`: places fewer while his answers
    are slow (B06). `windows`: own hours as [weekday, "HH:MM", "HH:MM"], Monday 0; `ends_at`: of the
    present one; `end_told_at`: when he was told that it ends.
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
    back_at = models.DateTimeField(null=True)
    missed = models.PositiveSmallIntegerField(default=0, db_default=0)
    paused_at = models.DateTimeField(null=True)
    slowed = models.PositiveSmallIntegerField(default=0, db_default=0)
    windows = models.JSONField(default=list, db_default=[])
    ends_at = models.DateTimeField(null=True)
    end_told_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["judged_at"], name="duty_on", condition=models.Q(on_since__isnull=False)
            ),
            models.Index(
                fields=["back_at"], name="duty_back", condition=models.Q(back_at__isnull=False)
            ),
            models.Index(
                fields=["ends_at"], name="duty_ends", condition=models.Q(ends_at__isnull=False)
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="no_doctor_has_more_than_one_above_his_number",
                condition=models.Q(reserved__gte=0, reserved__lte=models.F("capacity") + OVER),
            ),
            models.CheckConstraint(
                name="a_capacity_is_humane",
                condition=models.Q(capacity__gte=1, capacity__lte=MOST_AT_ONCE),
            ),
            models.CheckConstraint(
                name="a_slow_doctor_keeps_a_place",
                condition=models.Q(slowed__lt=models.F("capacity")),
            ),
            models.CheckConstraint(
                name="who_is_asked_is_on_duty",
                condition=models.Q(paused_at__isnull=True) | models.Q(on_since__isnull=False),
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
            models.Index(fields=["practitioner", "-id"], name="offer_of_doctor"),
            models.Index(
                fields=["department", "-accepted_at"],
                name="offer_accepted",
                condition=models.Q(accepted_at__isnull=False),
            ),
            # Offers come in the order of time: some pages a day, and next to nothing to write.
            BrinIndex(
                fields=["made_at"], name="offer_made", pages_per_range=16, autosummarize=True
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


class StrictOrder(models.Model):
    """Since when the leader of a shard works by strict order; null: by the usual one.

    It holds for the leader of that `epoch` alone, while the lease is his: the next begins anew.
    """

    name = models.CharField(primary_key=True, max_length=40)
    epoch = models.PositiveBigIntegerField()
    since = models.DateTimeField(null=True)

    class Meta:
        db_table = "dispatch_strict_order"


class SparedDepartment(models.Model):
    """An operator's switch "spare" is on there; the row goes when it is switched off."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    institution_id = models.UUIDField()
    department = models.CharField(max_length=32)
    since = models.DateTimeField()
    by = models.UUIDField()

    class Meta:
        db_table = "dispatch_spared_department"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["institution_id", "department"], name="a_department_is_spared_once"
            ),
        ]


class Profile(models.Model):
    """What patients find a doctor by, and the sums over the doctor's visits; all of it from other rows.

    `departments`: slug -> fit. `sort_key`: the name in pinyin. `names`: every way of writing it;
    `words`: these and all else that is searched, `grams` its pairs of characters. `is_fit`: policy
    `staff_eligibility` said so at `judged_at`; it holds until `fit_until`. `is_stale`: something has
    happened since. `scores`: ratings of one star to five. `accept_ms`: of `accepts` offers together.
    """

    practitioner = models.OneToOneField(
        "people.Practitioner", on_delete=models.CASCADE, primary_key=True
    )
    institution_id = models.UUIDField()
    title_code = models.CharField(max_length=8, blank=True)
    departments = models.JSONField(default=dict)
    sort_key = models.CharField(max_length=200, blank=True, db_collation="C")
    names = models.TextField(blank=True)
    words = models.TextField(blank=True)
    grams = ArrayField(models.TextField(), default=list)
    is_fit = models.BooleanField(default=False)
    fit_until = models.DateTimeField(null=True)
    is_stale = models.BooleanField(default=True)
    judged_at = models.DateTimeField()
    visits = models.PositiveIntegerField(default=0)
    patients = models.PositiveIntegerField(default=0)
    scores = ArrayField(models.PositiveIntegerField(), default=no_scores)
    accepts = models.PositiveIntegerField(default=0)
    accept_ms = models.PositiveBigIntegerField(default=0)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["institution_id", "sort_key", "practitioner"],
                name="profile_in_order",
                condition=models.Q(is_fit=True),
            ),
            GinIndex(fields=["grams"], name="profile_by_gram", fastupdate=False),
            GinIndex(fields=["departments"], name="profile_by_department", fastupdate=False),
            models.Index(
                fields=["practitioner"], name="profile_stale", condition=models.Q(is_stale=True)
            ),
            models.Index(fields=["judged_at"], name="profile_judged"),
        ]


class NobodyTold(models.Model):
    """A patient who was told that nobody is on duty there; told again only after duty changed.

    `named`: the doctor whom the patient asked for; `language`: that nobody there spoke. `at`: told again of what happens later.
    """

    consultation = models.OneToOneField(
        "consultation.Consultation", on_delete=models.CASCADE, primary_key=True
    )
    department = models.CharField(max_length=32)
    named = models.UUIDField(null=True)
    language = models.CharField(max_length=8, blank=True, default="", db_default="")
    at = models.DateTimeField()


class Abnormal(models.Model):
    """Something that should not have happened, or has not: what, where, whose, since when.

    `source`: the row that tells of it; one source makes one of a kind. `due_at`: the deadline that
    passed. `settled_at`: made good since. `settled_by`, `note`: who has acknowledged a crisis, and what
    was done; for the house alone. What is of a site as a whole has `site_id` and no department.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    kind = models.CharField(max_length=24)
    source = models.UUIDField()
    institution_id = models.UUIDField()
    department = models.CharField(max_length=32, blank=True)
    site_id = models.UUIDField(null=True)
    consultation_id = models.UUIDField(null=True)
    practitioner_id = models.UUIDField(null=True)
    due_at = models.DateTimeField()
    at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.UUIDField(null=True)
    note = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["institution_id", "-id"], name="abnormal_of_house"),
            models.Index(fields=["institution_id", "kind", "-id"], name="abnormal_of_kind"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kind", "source"], name="one_source_is_told_once"),
            models.CheckConstraint(
                condition=models.Q(settled_by__isnull=True) | models.Q(settled_at__isnull=False),
                name="who_settled_it_has_a_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(department="") | models.Q(site_id__isnull=False),
                name="it_is_of_a_department_or_of_a_site",
            ),
        ]


class Remedy(models.Model):
    """What an operator did: remind, reassign, extend, close, off_duty. Never changed or deleted.

    `told`: the account that was reminded. `kind`: of the notice. `note`: for the house alone.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    act = models.CharField(max_length=16)
    institution_id = models.UUIDField()
    consultation_id = models.UUIDField(null=True)
    practitioner_id = models.UUIDField(null=True)
    told = models.UUIDField(null=True)
    kind = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=32, blank=True)
    note = models.CharField(max_length=200, blank=True)
    by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["consultation_id", "at"],
                name="remedy_of_visit",
                condition=models.Q(consultation_id__isnull=False),
            ),
            models.Index(
                fields=["practitioner_id", "at"],
                name="remedy_of_doctor",
                condition=models.Q(practitioner_id__isnull=False),
            ),
            models.Index(
                fields=["told", "at"],
                name="remedy_told",
                condition=models.Q(told__isnull=False),
            ),
        ]


class HandOver(models.Model):
    """An open visit of a doctor who may not see it to its end: on the house's list until it is done.

    `due_at`: the clock then gives it back to the queue. `outcome`: empty while it waits; `queue`: given
    back; `kept`: the doctor may go on; `over`: it ended before.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    consultation = models.ForeignKey("consultation.Consultation", on_delete=models.CASCADE)
    practitioner = models.ForeignKey("people.Practitioner", on_delete=models.PROTECT)
    institution_id = models.UUIDField()
    reason = models.CharField(max_length=32)
    listed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.UUIDField(null=True)
    outcome = models.CharField(max_length=8, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["due_at"], name="hand_over_due", condition=models.Q(done_at__isnull=True)
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["consultation"],
                condition=models.Q(done_at__isnull=True),
                name="a_visit_is_handed_over_once",
            ),
            models.CheckConstraint(
                name="a_hand_over_is_done_or_waits",
                condition=models.Q(done_at__isnull=True, outcome="")
                | models.Q(done_at__isnull=False, outcome__in=["queue", "kept", "over"]),
            ),
        ]
