"""Institutions, departments, practitioners and licences, patients, consent."""

from typing import ClassVar

from django.db import models

from xinglin.kernel import ids


class Institution(models.Model):
    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    code = models.CharField(max_length=32, unique=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    grade = models.CharField(max_length=16, blank=True)
    jurisdiction = models.CharField(max_length=16, default="cn")
    licence_number = models.CharField(max_length=64, blank=True)
    licence_until = models.DateTimeField(null=True)


class Department(models.Model):
    """One of the launch departments; `codes` are those of the official catalogue."""

    slug = models.CharField(primary_key=True, max_length=32)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80)
    codes = models.JSONField(default=list)
    aliases = models.JSONField(default=list)
    position = models.PositiveSmallIntegerField(default=0)


class Practitioner(models.Model):
    """A doctor. `title_code` is of GB/T 8561 (231 chief ... 234 resident)."""

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
    full_time = models.BooleanField(default=False)
    independent_since = models.DateField(null=True)
    institution_consented = models.BooleanField(default=False)
    identity_checked_at = models.DateTimeField(null=True)
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


class Patient(models.Model):
    """The subject of a record. Name and identity number are sealed; `holder` is the account.

    `sex`: code of GB/T 2261.1 (`rules.SEX_CODES`).
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

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["institution", "id_type", "id_number_index"],
                name="an_identity_is_one_patient",
            ),
            models.UniqueConstraint(
                fields=["holder"],
                condition=models.Q(relation="self"),
                name="an_account_has_one_self",
            ),
        ]


class ConsentText(models.Model):
    """One version of a text; the newest that is in force binds."""

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
