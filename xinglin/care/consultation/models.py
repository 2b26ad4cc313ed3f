"""Consultations and their steps, records, ratings, and the diagnosis codes."""

from typing import ClassVar

from django.db import models

from xinglin.care.consultation import lifecycle, rules
from xinglin.kernel import ids

_STATES = sorted(lifecycle.CONSULTATION.states)
_FINALS = sorted(lifecycle.CONSULTATION.finals)
_WITHOUT_DOCTOR = ["waiting", "nobody", "left_message", "cancelled"]


class Consultation(models.Model):
    """The encounter. `state` follows `lifecycle.CONSULTATION`; `due_at` belongs to the sweeper.

    `kind_rules`: the refusals and notes of policy that made the visit what it is.
    `first_reply_at` is set by `post_batch`. `allergies`: as told before the visit; null: not asked.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    institution_id = models.UUIDField()
    patient = models.ForeignKey("people.Patient", on_delete=models.PROTECT)
    holder_id = models.UUIDField()
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
    practitioner = models.ForeignKey("people.Practitioner", null=True, on_delete=models.PROTECT)
    doctor_user_id = models.UUIDField(null=True)
    requested_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    first_reply_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    returned = models.PositiveSmallIntegerField(default=0)

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
                fields=["first_reply_at"],
                name="consultation_first_reply",
                condition=models.Q(first_reply_at__isnull=False),
            ),
            models.Index(
                fields=["ended_at"],
                name="consultation_ended",
                condition=models.Q(ended_at__isnull=False),
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
                name="nobody_treats_the_own_account",
                condition=models.Q(doctor_user_id__isnull=True)
                | ~models.Q(doctor_user_id=models.F("holder_id")),
            ),
            models.UniqueConstraint(
                fields=["patient", "department"],
                name="one_open_visit_per_patient_and_department",
                condition=~models.Q(state__in=_FINALS),
            ),
        ]


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


class RecordDraft(models.Model):
    """What the doctor is writing. `prefilled`: fields still as the patient gave them."""

    consultation = models.OneToOneField(
        Consultation, primary_key=True, on_delete=models.PROTECT, related_name="draft"
    )
    fields = models.JSONField(default=dict)
    prefilled = models.JSONField(default=list)
    revision = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()

    class Meta:
        db_table = "consultation_record_draft"


class RecordVersion(models.Model):
    """A signed record; the database refuses to change or delete it. The newest one holds."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="record_versions"
    )
    version = models.PositiveSmallIntegerField()
    fields = models.JSONField()
    reason = models.CharField(max_length=500, blank=True)
    practitioner = models.ForeignKey("people.Practitioner", on_delete=models.PROTECT)
    signed_by = models.UUIDField()
    signed_at = models.DateTimeField()
    algorithm = models.CharField(max_length=32)
    key_id = models.CharField(max_length=80)
    signature = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        db_table = "consultation_record_version"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["consultation", "version"], name="a_version_is_signed_once"
            ),
            models.CheckConstraint(
                name="a_later_version_has_a_reason",
                condition=models.Q(version=1) | ~models.Q(reason=""),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["signed_by", "consultation"], name="record_version_of_signer"),
        ]


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


class DiagnosisCode(models.Model):
    """ICD-10. `rank`: 0 a category or subcategory, 1 an extension, 2 an oddity, 3 morphology."""

    code = models.CharField(primary_key=True, max_length=24)
    name_zh = models.CharField(max_length=120)
    initials = models.CharField(max_length=120)
    name_en = models.CharField(max_length=240, blank=True)
    rank = models.PositiveSmallIntegerField()

    class Meta:
        db_table = "diagnosis_code"
