"""Institutions, departments, practitioners and licences, patients, consent."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from xinglin.kernel import ids


class Institution(models.Model):
    """`opened_at`: since when patients may come; null: it is still being set up."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    code = models.CharField(max_length=32, unique=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    grade = models.CharField(max_length=16, blank=True)
    jurisdiction = models.CharField(max_length=16, default="cn")
    licence_number = models.CharField(max_length=64, blank=True)
    licence_until = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)


class Department(models.Model):
    """One of the launch departments; `codes` are those of the official catalogue.

    `closed_at`: nobody new comes in; what was done there keeps its name. `edited_at`: by the house,
    so that a new version's own texts no longer come over it; null: as shipped.
    """

    slug = models.CharField(primary_key=True, max_length=32)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80)
    codes = models.JSONField(default=list)
    aliases = models.JSONField(default=list)
    position = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    edited_at = models.DateTimeField(null=True)


class Practitioner(models.Model):
    """A doctor. `title_code` is of GB/T 8561 (231 chief ... 234 resident).

    `hospital_grade`: of the main hospital of a part-time doctor (`rules.GRADES`). `named_a_day`: how
    many patients may ask for this doctor by name in a day; null: what is usual. `suspended_at`: by the
    house, which said why in `suspended_for`; until reinstated the doctor sees nobody. `languages`: of
    `languages.LANGUAGES`; none: not said.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    user = models.OneToOneField("accounts.User", on_delete=models.PROTECT)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80)
    title_code = models.CharField(max_length=8)
    good_at_zh = models.TextField(blank=True)
    good_at_en = models.TextField(blank=True)
    hospital_zh = models.CharField(max_length=120, blank=True)
    hospital_en = models.CharField(max_length=160, blank=True)
    hospital_grade = models.CharField(max_length=16, blank=True)
    named_a_day = models.PositiveSmallIntegerField(null=True)
    languages = ArrayField(models.CharField(max_length=8), default=list, db_default=[], blank=True)
    full_time = models.BooleanField(default=False)
    independent_since = models.DateField(null=True)
    institution_consented = models.BooleanField(default=False)
    identity_checked_at = models.DateTimeField(null=True)
    suspended_at = models.DateTimeField(null=True)
    suspended_for = models.CharField(max_length=500, blank=True)
    synthetic = models.BooleanField(default=False)


class PractitionerDepartment(models.Model):
    """`fit`: 1 own department, 2 also serves."""

    practitioner = models.ForeignKey(
        Practitioner, on_delete=models.CASCADE, related_name="departments"
    )
    department = models.ForeignKey(Department, on_delete=models.PROTECT)
    fit = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["practitioner", "department"], name="a_doctor_serves_a_department_once"
            ),
        ]


class Licence(models.Model):
    """To practise at one institution: registered there, or filed there as multi-site work (R17).

    `valid_until`, `filed_until`: the first moment at which it no longer holds; null: no end.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    practitioner = models.ForeignKey(
        Practitioner, on_delete=models.CASCADE, related_name="licences"
    )
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT)
    number = models.CharField(max_length=64)
    valid_from = models.DateField()
    valid_until = models.DateTimeField(null=True)
    registered_here = models.BooleanField(default=True)
    multi_site_filed = models.BooleanField(default=False)
    filing_number = models.CharField(max_length=64, blank=True)
    filed_until = models.DateTimeField(null=True)
    application = models.ForeignKey(
        "people.Application", null=True, on_delete=models.PROTECT, related_name="+"
    )


class Patient(models.Model):
    """The subject of a record. Name and identity number are sealed; `holder` is the account.

    `sex`: code of GB/T 2261.1 (`rules.SEX_CODES`). `guardian`: of a minor, the account's own adult.
    `closed_at`: the account is closed; the row stays with the records that the law keeps.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    holder = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="patients")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT)
    relation = models.CharField(max_length=16)
    name_sealed = models.BinaryField()
    id_type = models.CharField(max_length=4)
    id_number_sealed = models.BinaryField()
    id_number_index = models.BinaryField()
    birth_date = models.DateField()
    sex = models.CharField(max_length=1)
    synthetic = models.BooleanField(default=False)
    registered_at = models.DateTimeField(auto_now_add=True)
    guardian = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["institution", "id_type", "id_number_index"],
                condition=models.Q(closed_at__isnull=True),
                name="an_identity_is_one_patient",
            ),
            models.UniqueConstraint(
                fields=["holder"],
                condition=models.Q(relation="self"),
                name="an_account_has_one_self",
            ),
        ]


class ConsentText(models.Model):
    """One version of a text; the newest that is in force binds, and is never altered (a trigger)."""

    kind = models.CharField(max_length=32)
    version = models.CharField(max_length=32)
    text_zh = models.TextField()
    text_en = models.TextField()
    min_seconds = models.PositiveSmallIntegerField(default=5)
    in_force_from = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["kind", "version"], name="a_consent_version_is_one_text"
            ),
        ]


class Consent(models.Model):
    """Given by an account holder; withdrawal is a date, never a deletion."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    holder = models.ForeignKey("accounts.User", on_delete=models.PROTECT)
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["holder", "text"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="a_consent_is_given_once_until_withdrawn",
            ),
        ]


class Attempt(models.Model):
    """How often one account tried one act since `since`; outlives the act's roll-back."""

    user_id = models.UUIDField()
    act = models.CharField(max_length=32)
    since = models.DateTimeField()
    tries = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user_id", "act"], name="attempts_are_counted_in_one_row"
            ),
        ]


class ProxyConsent(models.Model):
    """An adult relative was asked, on the own phone, whether the account may ask for them.

    What becomes of it is dates; a new question is a new row. `token_index` finds the link that was
    sent. `phone_sealed` is emptied when the account closes.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="proxy_consents")
    holder_id = models.UUIDField()
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT)
    phone_sealed = models.BinaryField()
    phone_index = models.BinaryField()
    token_index = models.BinaryField(unique=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    given_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["patient", "-asked_at"], name="proxy_consent_of_patient"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="a_proxy_consent_is_given_or_refused",
                condition=models.Q(given_at__isnull=True) | models.Q(refused_at__isnull=True),
            ),
            models.CheckConstraint(
                name="only_a_given_proxy_consent_is_withdrawn",
                condition=models.Q(withdrawn_at__isnull=True) | models.Q(given_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["patient", "holder_id"],
                condition=models.Q(given_at__isnull=False, withdrawn_at__isnull=True),
                name="one_proxy_consent_holds",
            ),
        ]


class MergeProposal(models.Model):
    """Somebody registers an identity that another account has: a person of the house decides.

    `name_sealed`, `relation`: as the one who asks gave them; the name is emptied when that account
    closes or the patient is erased. `answer`: empty until answered.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="merge_proposals")
    asked_by = models.UUIDField()
    relation = models.CharField(max_length=16)
    name_sealed = models.BinaryField()
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=16, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="a_merge_is_answered_by_a_person_with_a_reason",
                condition=models.Q(
                    answer="", reason="", answered_by__isnull=True, answered_at__isnull=True
                )
                | (
                    models.Q(
                        answer__in=["confirmed", "refused"],
                        answered_by__isnull=False,
                        answered_at__isnull=False,
                    )
                    & ~models.Q(reason="")
                ),
            ),
            models.UniqueConstraint(
                fields=["patient", "asked_by"],
                condition=models.Q(answer=""),
                name="a_merge_is_proposed_once_until_answered",
            ),
        ]


class Export(models.Model):
    """A copy of what the house keeps of one account. `state`: asked, ready, failed or gone.

    The file is `settings.FILES_DIR/exports/<id>.zip` while `ready`. `left_out`: files that did not
    fit.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    holder_id = models.UUIDField()
    locale = models.CharField(max_length=8)
    state = models.CharField(max_length=8, default="asked")
    asked_at = models.DateTimeField()
    retry_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    bytes = models.PositiveBigIntegerField(default=0)
    files = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["holder_id", "-id"], name="exports_of_holder"),
            models.Index(
                fields=["state", "expires_at"],
                name="exports_to_look_at",
                condition=models.Q(state__in=["asked", "ready"]),
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="an_export_is_in_one_of_four_states",
                condition=models.Q(state__in=["asked", "ready", "failed", "gone"]),
            ),
            models.CheckConstraint(
                name="a_ready_export_expires",
                condition=~models.Q(state="ready")
                | models.Q(ready_at__isnull=False, expires_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["holder_id"],
                condition=models.Q(state="asked"),
                name="an_account_waits_for_one_export",
            ),
        ]
