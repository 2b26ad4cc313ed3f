"""Visits and their steps."""

from typing import ClassVar
from uuid import UUID

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from xinglin.care.consultation import lifecycle, rules
from xinglin.kernel import ids

_STATES = sorted(lifecycle.CONSULTATION.states)
_FINALS = sorted(lifecycle.CONSULTATION.finals)
_CLOSED_FOR = sorted([*rules.CLOSE_REASONS, rules.UNSTATED])
_WITHOUT_DOCTOR = ["waiting", "nobody", "left_message", "cancelled"]


class Consultation(models.Model):
    """The encounter. `state` follows `lifecycle.CONSULTATION`; `due_at` belongs to the sweeper.

    `kind_rules`: the refusals and notes of policy that made the visit what it is.
    `first_reply_at` is set by `post_batch`. `allergies`: as told before the visit; null: not asked.
    Frozen by the database once written: `asked_by` (self, guardian or proxy), `relation` (what the
    patient is to who asks), `asker_id` (that one's own registration) and `proxy_consent_id`.
    `named_practitioner`: the only doctor who may have it, until the patient takes any; `named_on`:
    the day of that doctor on which it takes a place. `language`: that the patient asks for, until any
    doctor is taken; whoever is asked by name is asked in any. `put_first`: by the hospital, in its queue.
    `extended_until`: the deadline of the present state was put off to then. `handed_to`: the
    colleague who is asked first after a transfer, while the visit waits. `ended_for`: the doctor's
    reason of an ending, of `rules.CLOSE_REASONS` or `rules.STOP_REASONS`. `channel`: that the patient
    wished for; `held_by`: the richest that calls have proven. `in_call_since`: a call rings or is open, and no deadline of the visit runs.
    `site_id`, `walk_in_id`: of a visit from a site; frozen by the database once written.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    institution_id = models.UUIDField()
    patient = models.ForeignKey("people.Patient", on_delete=models.PROTECT)
    holder_id = models.UUIDField()
    asked_by = models.CharField(max_length=8, default="self", db_default="self")
    relation = models.CharField(max_length=16, default="self", db_default="self")
    asker_id = models.UUIDField(null=True)
    proxy_consent_id = models.UUIDField(null=True)
    intake_id = models.UUIDField(unique=True)
    department = models.CharField(max_length=32)
    kind = models.CharField(max_length=16, default="advice")
    may_prescribe = models.BooleanField(default=False)
    kind_rules = models.JSONField(default=list)
    channel = models.CharField(max_length=16, default="text")
    urgency = models.PositiveSmallIntegerField(default=3)
    complaint = models.TextField()
    allergies = models.TextField(null=True)  # noqa: DJ001  # "not asked" is no empty answer
    state = models.CharField(max_length=24)
    state_since = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    due_step = models.CharField(max_length=32, blank=True)
    ending = models.CharField(max_length=32, blank=True)
    ended_for = models.CharField(max_length=32, blank=True, db_default="")
    practitioner = models.ForeignKey("people.Practitioner", null=True, on_delete=models.PROTECT)
    named_practitioner = models.ForeignKey(
        "people.Practitioner",
        null=True,
        on_delete=models.PROTECT,
        related_name="named_visits",
        db_index=False,
    )
    named_on = models.DateField(null=True)
    language = models.CharField(max_length=8, blank=True, default="", db_default="")
    handed_to = models.ForeignKey(
        "people.Practitioner",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    doctor_user_id = models.UUIDField(null=True)
    requested_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    first_reply_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    returned = models.PositiveSmallIntegerField(default=0)
    put_first = models.BooleanField(default=False, db_default=False)
    extended_until = models.DateTimeField(null=True)
    in_call_since = models.DateTimeField(null=True)
    held_by = models.CharField(max_length=16, default="text", db_default="text")
    site_id = models.UUIDField(null=True)
    walk_in_id = models.UUIDField(null=True, unique=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["holder_id", "-id"], name="consultation_of_holder"),
            models.Index(fields=["doctor_user_id", "-id"], name="consultation_of_doctor"),
            models.Index(
                fields=["practitioner"],
                name="consultation_open_of_doctor",
                condition=models.Q(state="active"),
            ),
            models.Index(
                fields=["due_at"], name="consultation_due", condition=models.Q(due_at__isnull=False)
            ),
            models.Index(
                fields=["department", "requested_at"],
                name="consultation_waiting",
                condition=models.Q(state__in=["waiting", "nobody", "left_message"]),
            ),
            models.Index(
                fields=["named_practitioner", "named_on"],
                name="consultation_named",
                condition=models.Q(named_on__isnull=False),
            ),
            models.Index(
                fields=["first_reply_at"],
                name="consultation_first_reply",
                condition=models.Q(first_reply_at__isnull=False),
            ),
            models.Index(
                fields=["ended_at"],
                name="consultation_ended",
                condition=models.Q(ended_at__isnull=False),
            ),
            # Visits come in the order of time: some pages a day, and next to nothing to write.
            BrinIndex(
                fields=["requested_at"],
                name="consultation_requested",
                pages_per_range=16,
                autosummarize=True,
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="a_state_is_of_the_table", condition=models.Q(state__in=_STATES)
            ),
            models.CheckConstraint(
                name="every_ending_has_a_reason",
                condition=models.Q(
                    state__in=_FINALS, ending__in=sorted(rules.ENDINGS), ended_at__isnull=False
                )
                | (~models.Q(state__in=_FINALS) & models.Q(ending="", ended_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="a_doctor_ends_a_visit_for_a_reason",
                condition=models.Q(ending="closed", ended_for__in=_CLOSED_FOR)
                | models.Q(ending="stopped", ended_for__in=sorted(rules.STOP_REASONS))
                | (~models.Q(ending__in=["closed", "stopped"]) & models.Q(ended_for="")),
            ),
            models.CheckConstraint(
                name="an_open_visit_has_a_deadline",
                condition=models.Q(state__in=_FINALS, due_at__isnull=True)
                | (~models.Q(state__in=_FINALS) & models.Q(due_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="a_visit_has_a_doctor_from_accept_on",
                condition=models.Q(
                    state__in=_WITHOUT_DOCTOR,
                    doctor_user_id__isnull=True,
                    practitioner__isnull=True,
                )
                | (
                    ~models.Q(state__in=_WITHOUT_DOCTOR)
                    & models.Q(doctor_user_id__isnull=False, practitioner__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="advice_carries_no_prescription",
                condition=~models.Q(kind="advice") | models.Q(may_prescribe=False),
            ),
            models.CheckConstraint(
                name="who_asks_is_known",
                condition=models.Q(asked_by="self", relation="self")
                | (models.Q(asked_by__in=["guardian", "proxy"]) & ~models.Q(relation="self")),
            ),
            models.CheckConstraint(
                name="nobody_treats_the_own_account",
                condition=models.Q(doctor_user_id__isnull=True)
                | ~models.Q(doctor_user_id=models.F("holder_id")),
            ),
            models.CheckConstraint(
                name="a_named_visit_is_had_by_that_doctor",
                condition=models.Q(named_practitioner__isnull=True, named_on__isnull=True)
                | (
                    models.Q(named_practitioner__isnull=False, named_on__isnull=False)
                    & (
                        models.Q(practitioner__isnull=True)
                        | models.Q(practitioner=models.F("named_practitioner"))
                    )
                ),
            ),
            models.CheckConstraint(
                name="only_what_waits_is_handed_to_a_colleague",
                condition=models.Q(handed_to__isnull=True)
                | models.Q(state="waiting", named_practitioner__isnull=True),
            ),
            models.CheckConstraint(
                name="a_walk_in_is_of_a_site",
                condition=models.Q(site_id__isnull=True, walk_in_id__isnull=True)
                | models.Q(site_id__isnull=False, walk_in_id__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["patient", "department"],
                name="one_open_visit_per_patient_and_department",
                condition=~models.Q(state__in=_FINALS),
            ),
        ]

    @property
    def asked_id(self) -> UUID | None:
        """The only doctor who is asked now: by the patient's word, or by that of a colleague."""
        return self.handed_to_id or self.named_practitioner_id

    @property
    def asked_language(self) -> str:
        """As `rules.asked_language` has it."""
        return rules.asked_language(self.asked_id, self.language)


class ConsultationStep(models.Model):
    """One step that was taken; the database refuses to change or delete it."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(max_length=32)
    from_state = models.CharField(max_length=24, blank=True)
    to_state = models.CharField(max_length=24)
    who = models.CharField(max_length=16)
    actor_id = models.UUIDField()
    at = models.DateTimeField()
    reason = models.CharField(max_length=32, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        db_table = "consultation_step"


class Rating(models.Model):
    """One per visit; the database refuses to change or delete it."""

    consultation = models.OneToOneField(
        Consultation, primary_key=True, on_delete=models.PROTECT, related_name="rating"
    )
    score = models.PositiveSmallIntegerField()
    tags = models.JSONField(default=list)
    comment = models.CharField(max_length=rules.LONGEST_COMMENT, blank=True)
    rated_at = models.DateTimeField()

    class Meta:
        db_table = "consultation_rating"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="a_score_is_one_to_five", condition=models.Q(score__range=(1, 5))
            ),
        ]
