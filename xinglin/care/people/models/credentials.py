"""What a doctor hands in, who looked at it, and what became of it."""

from typing import ClassVar

from django.db import models

from xinglin.care.people.lifecycle import APPLICATION
from xinglin.kernel import ids

_OPEN = sorted(APPLICATION.states - APPLICATION.finals)


class Application(models.Model):
    """A doctor asks to work at an institution, or to go on with newer papers.

    `form`: of `types.CredentialForm`, as JSON. `revision` grows with each change. `evidence_hash`: of
    form and files together (`rules.evidence_hash`), kept with each answer. `since`: when the present
    state began.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    institution = models.ForeignKey("people.Institution", on_delete=models.PROTECT)
    practitioner = models.ForeignKey("people.Practitioner", null=True, on_delete=models.PROTECT)
    kind = models.CharField(max_length=8)
    state = models.CharField(max_length=16, default=APPLICATION.initial)
    since = models.DateTimeField()
    revision = models.PositiveIntegerField(default=0)
    form = models.JSONField(default=dict)
    id_number_sealed = models.BinaryField(default=b"")
    id_number_index = models.BinaryField(default=b"")
    evidence_hash = models.CharField(max_length=64, blank=True)
    begun_at = models.DateTimeField()
    handed_in_at = models.DateTimeField(null=True)
    checked_by = models.UUIDField(null=True)
    checked_at = models.DateTimeField(null=True)
    checked_hash = models.CharField(max_length=64, blank=True)
    approved_by = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)
    approved_hash = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=1000, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["institution", "state", "-id"], name="applications_of_a_state"),
            models.Index(
                fields=["state", "since"],
                name="applications_by_the_clock",
                condition=models.Q(state__in=["draft", "returned"]),
            ),
            models.Index(
                fields=["id_number_index"],
                name="approved_identities",
                condition=models.Q(state="approved"),
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="an_application_is_in_a_known_state",
                condition=models.Q(state__in=sorted(APPLICATION.states)),
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(state__in=_OPEN),
                name="a_doctor_has_one_open_application",
            ),
            models.CheckConstraint(
                name="one_person_checks_another_approves",
                condition=models.Q(approved_by__isnull=True)
                | (
                    models.Q(checked_by__isnull=False)
                    & ~models.Q(checked_by=models.F("approved_by"))
                    & ~models.Q(user_id=models.F("approved_by"))
                    & ~models.Q(user_id=models.F("checked_by"))
                ),
            ),
            models.CheckConstraint(
                name="an_approval_names_who_what_and_when",
                condition=~models.Q(state="approved")
                | (
                    models.Q(approved_by__isnull=False, approved_at__isnull=False)
                    & ~models.Q(approved_hash="")
                    & models.Q(approved_hash=models.F("checked_hash"))
                ),
            ),
        ]


class ApplicationFile(models.Model):
    """A piece of evidence. `kind`: of `rules.EVIDENCE`. `sha256`: of what is kept of the file."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="files")
    file_id = models.UUIDField()
    kind = models.CharField(max_length=32)
    position = models.PositiveSmallIntegerField()
    file_kind = models.CharField(max_length=10)
    name = models.CharField(max_length=120, blank=True)
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["application", "file_id"], name="evidence_is_shown_once"
            ),
        ]


class ApplicationStep(models.Model):
    """What happened to an application; the database refuses to change or delete it.

    `form`, `files`: as they were when it was handed in, to tell what is different since.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(max_length=16)
    from_state = models.CharField(max_length=16, blank=True)
    to_state = models.CharField(max_length=16)
    who = models.CharField(max_length=16)
    actor_id = models.UUIDField()
    at = models.DateTimeField()
    reason = models.CharField(max_length=1000, blank=True)
    evidence_hash = models.CharField(max_length=64, blank=True)
    form = models.JSONField(null=True)
    files = models.JSONField(null=True)

    class Meta:
        db_table = "people_application_step"
