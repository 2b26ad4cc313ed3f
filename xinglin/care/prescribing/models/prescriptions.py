"""Prescriptions: what is written, what was signed, how it was reviewed, and the ticket."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from xinglin.care.prescribing import lifecycle, sheet
from xinglin.care.prescribing.models.catalogue import MedicinalProduct
from xinglin.kernel import ids

_STATES = sorted(lifecycle.PRESCRIPTION.states)
_FINALS = sorted(lifecycle.PRESCRIPTION.finals)
_APPROVED = sorted(lifecycle.APPROVED)


class Prescription(models.Model):
    """One prescription. `state` follows `lifecycle.PRESCRIPTION`; `due_at` belongs to the sweeper.

    `sheet`: western, or slices (Chinese herbal slices, on a sheet of their own, R35). `diagnoses`:
    ICD-10 codes. `patient_facts`: as the doctor told them, of `sheet.PATIENT_FACTS`. `told`: why the
    supply is long, and who is present (`sheet.Told`). `version`: the last that the doctor signed; 0:
    none. `expires_at`: the first moment at which that version no longer holds. `review_due_at`: when
    an unreviewed one is escalated. `reviewer_id`: the account that has claimed or judged it.
    `copied_from`: the earlier one whose items were taken over.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    institution_id = models.UUIDField()
    consultation = models.ForeignKey("consultation.Consultation", on_delete=models.PROTECT)
    patient = models.ForeignKey("people.Patient", on_delete=models.PROTECT)
    holder_id = models.UUIDField()
    practitioner = models.ForeignKey("people.Practitioner", on_delete=models.PROTECT)
    prescriber_id = models.UUIDField()
    department = models.CharField(max_length=32)
    sheet = models.CharField(max_length=16)
    diagnoses = ArrayField(models.CharField(max_length=24), default=list)
    patient_facts = models.JSONField(default=dict)
    told = models.JSONField(default=dict)
    valid_days = models.PositiveSmallIntegerField(default=1)
    copied_from = models.ForeignKey("self", null=True, on_delete=models.PROTECT)
    revision = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=24)
    state_since = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    due_step = models.CharField(max_length=16, blank=True)
    version = models.PositiveSmallIntegerField(default=0)
    review_due_at = models.DateTimeField(null=True)
    reviewer_id = models.UUIDField(null=True)
    begun_at = models.DateTimeField()
    effective_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "prescription"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["patient", "-id"], name="prescription_of_patient"),
            models.Index(fields=["consultation", "-id"], name="prescription_of_visit"),
            models.Index(
                fields=["institution_id", "state", "review_due_at"],
                name="prescription_to_review",
                condition=models.Q(state__in=sorted(lifecycle.IN_REVIEW)),
            ),
            models.Index(
                fields=["institution_id", "effective_at"],
                name="prescription_of_a_period",
                condition=models.Q(effective_at__isnull=False),
            ),
            models.Index(
                fields=["due_at"], name="prescription_due", condition=models.Q(due_at__isnull=False)
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="a_prescription_is_in_a_state_of_the_table",
                condition=models.Q(state__in=_STATES),
            ),
            models.CheckConstraint(
                name="a_prescription_has_a_known_sheet",
                condition=models.Q(sheet__in=sorted(sheet.SHEETS)),
            ),
            models.CheckConstraint(
                name="a_prescription_is_valid_for_one_to_three_days",
                condition=models.Q(valid_days__range=(1, sheet.MOST_VALID_DAYS)),
            ),
            models.CheckConstraint(
                name="what_waits_for_a_pharmacist_was_signed",
                condition=models.Q(state__in=["draft", "discarded"])
                | models.Q(version__gt=0, expires_at__isnull=False, review_due_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_claimed_prescription_names_its_reviewer",
                condition=~models.Q(state__in=["claimed", "returned", "refused", *_APPROVED])
                | models.Q(reviewer_id__isnull=False),
            ),
            models.CheckConstraint(
                name="nobody_reviews_the_own_prescription",
                condition=models.Q(reviewer_id__isnull=True)
                | ~models.Q(reviewer_id=models.F("prescriber_id")),
            ),
            models.CheckConstraint(
                name="nobody_prescribes_for_the_own_account",
                condition=~models.Q(prescriber_id=models.F("holder_id")),
            ),
            models.CheckConstraint(
                name="an_effective_prescription_says_since_when",
                condition=~models.Q(state__in=_APPROVED) | models.Q(effective_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_prescription_at_its_end_has_no_deadline",
                condition=~models.Q(state__in=_FINALS) | models.Q(due_at__isnull=True),
            ),
        ]


class PrescriptionItem(models.Model):
    """One medicine of the draft; each signed version holds its own copy as it was signed.

    `doses`: how many single doses in all, where the frequency has no daily count. `quantity`: whole
    units of the product, computed. `to_confirm`: fields that were copied and that the doctor has not
    entered anew (R24).
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    prescription = models.ForeignKey(Prescription, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    sheet = models.CharField(max_length=16)
    product = models.ForeignKey(MedicinalProduct, on_delete=models.PROTECT)
    dose = models.DecimalField(max_digits=12, decimal_places=4)
    dose_unit = models.CharField(max_length=16)
    route = models.CharField(max_length=24)
    frequency = models.CharField(max_length=16)
    days = models.PositiveSmallIntegerField()
    doses = models.PositiveSmallIntegerField(null=True)
    quantity = models.PositiveIntegerField()
    to_confirm = ArrayField(models.CharField(max_length=16), default=list)

    class Meta:
        db_table = "prescription_item"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["prescription", "position"], name="an_item_has_its_place"
            ),
            models.UniqueConstraint(
                fields=["prescription", "product"], name="a_medicine_stands_once_on_a_sheet"
            ),
            models.CheckConstraint(
                name="an_item_is_a_positive_amount",
                condition=models.Q(
                    dose__gt=0, days__gt=0, days__lte=sheet.MOST_DAYS, quantity__gt=0
                ),
            ),
            models.CheckConstraint(
                name="a_sheet_has_its_most_items",
                condition=models.Q(
                    sheet=sheet.WESTERN, position__range=(1, sheet.MOST_ITEMS[sheet.WESTERN])
                )
                | models.Q(sheet=sheet.SLICES, position__range=(1, sheet.MOST_ITEMS[sheet.SLICES])),
            ),
        ]


class PrescriptionVersion(models.Model):
    """What the doctor signed; the database refuses to change or delete it.

    `content`: every word of the sheet (`sheet.content`). `report`: of the safety check that it was
    signed with. `overrides`: for each hit that interrupted, why the doctor goes on. `signer_marks`:
    by what the person is known (`people.queries.identity_marks`). `certificates`: DER, the signer's
    first; none where the gateway has none. `reviews_needed`: how many pharmacists pass it, by what
    policy said when it was signed.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    prescription = models.ForeignKey(
        Prescription, on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    report = models.JSONField()
    overrides = models.JSONField(default=list)
    rule_ids = models.JSONField(default=list)
    reviews_needed = models.PositiveSmallIntegerField(default=1, db_default=1)
    practitioner = models.ForeignKey("people.Practitioner", on_delete=models.PROTECT)
    signed_by = models.UUIDField()
    signer_marks = ArrayField(models.CharField(max_length=80))
    signed_at = models.DateTimeField()
    algorithm = models.CharField(max_length=32)
    key_id = models.CharField(max_length=80)
    signature = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    certificates = ArrayField(models.BinaryField(), default=list)

    class Meta:
        db_table = "prescription_version"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["prescription", "number"], name="a_prescription_version_is_signed_once"
            ),
            models.CheckConstraint(
                name="one_or_two_pharmacists_pass_a_version",
                condition=models.Q(reviews_needed__in=[1, 2]),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["signed_by", "prescription"], name="prescription_of_signer"),
        ]


class PrescriptionReview(models.Model):
    """What a pharmacist found of one version; the database refuses to change or delete it.

    `outcome`: approved, returned or refused. `checks`: the four checks that were confirmed. Only an
    approval is signed: over the doctor's statement and signature (`sheet.review_statement`).
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    version = models.OneToOneField(
        PrescriptionVersion, on_delete=models.PROTECT, related_name="review"
    )
    outcome = models.CharField(max_length=16)
    reason = models.CharField(max_length=16, blank=True)
    words = models.CharField(max_length=sheet.LONGEST_REASON, blank=True)
    checks = ArrayField(models.CharField(max_length=24), default=list)
    reviewed_by = models.UUIDField()
    reviewer_marks = ArrayField(models.CharField(max_length=80))
    reviewed_at = models.DateTimeField()
    algorithm = models.CharField(max_length=32, blank=True)
    key_id = models.CharField(max_length=80, blank=True)
    signature = models.BinaryField(default=b"")
    sha256 = models.CharField(max_length=64, blank=True)
    certificates = ArrayField(models.BinaryField(), default=list)

    class Meta:
        db_table = "prescription_review"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="an_approval_is_signed_and_a_refusal_has_its_reason",
                condition=(
                    models.Q(outcome="approved", reason="")
                    & ~models.Q(algorithm="")
                    & ~models.Q(sha256="")
                    & ~models.Q(signature=b"")
                )
                | (
                    models.Q(outcome__in=["returned", "refused"], signature=b"")
                    & ~models.Q(reason="")
                ),
            ),
        ]


class PrescriptionTicket(models.Model):
    """The one way to the medicine: shown by the patient, taken once (E06).

    `token_index` finds it and `token_sealed` shows it to its patient again. The database lets it be
    taken once, and nothing else of it be changed.
    """

    prescription = models.OneToOneField(
        Prescription, primary_key=True, on_delete=models.PROTECT, related_name="ticket"
    )
    token_sealed = models.BinaryField()
    token_index = models.BinaryField(unique=True)
    made_at = models.DateTimeField()
    taken_by = models.UUIDField(null=True)
    pharmacy_id = models.UUIDField(null=True)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "prescription_ticket"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="a_taken_ticket_says_by_whom_and_when",
                condition=models.Q(
                    taken_by__isnull=True, pharmacy_id__isnull=True, taken_at__isnull=True
                )
                | models.Q(
                    taken_by__isnull=False, pharmacy_id__isnull=False, taken_at__isnull=False
                ),
            ),
        ]


class PrescriptionStep(models.Model):
    """One step that was taken; the database refuses to change or delete it."""

    prescription = models.ForeignKey(Prescription, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(max_length=16)
    from_state = models.CharField(max_length=24, blank=True)
    to_state = models.CharField(max_length=24)
    who = models.CharField(max_length=16)
    actor_id = models.UUIDField()
    at = models.DateTimeField()
    reason = models.CharField(max_length=32, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        db_table = "prescription_step"


class PrescriptionOverride(models.Model):
    """A doctor went on over a hit that interrupts, for a reason; kept to be counted, never changed."""

    version = models.ForeignKey(
        PrescriptionVersion, on_delete=models.PROTECT, related_name="overridden"
    )
    practitioner = models.ForeignKey("people.Practitioner", on_delete=models.PROTECT)
    kind = models.CharField(max_length=24)
    level = models.CharField(max_length=8)
    rule = models.CharField(max_length=80)
    reason = models.CharField(max_length=sheet.LONGEST_REASON)
    at = models.DateTimeField()

    class Meta:
        db_table = "prescription_override"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["rule", "at"], name="overrides_of_rule"),
        ]


class Pharmacist(models.Model):
    """Who may review here, by a licence of a pharmacist. `title_code`: of GB/T 8561 (241-245).

    `licence_until`: the first moment at which it no longer holds; null: no end. `id_number_index`: as
    `people.queries.mark_of` makes it, to be compared with doctors and patients; empty only of those
    noted before the number was asked for.
    """

    user = models.OneToOneField("accounts.User", primary_key=True, on_delete=models.PROTECT)
    institution_id = models.UUIDField()
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80)
    title_code = models.CharField(max_length=8)
    id_number_sealed = models.BinaryField(default=b"")
    id_number_index = models.BinaryField(default=b"")
    licence_number = models.CharField(max_length=64)
    licence_from = models.DateField()
    licence_until = models.DateTimeField(null=True)
    suspended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "pharmacist"
