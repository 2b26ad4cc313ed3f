"""Papers of earlier diagnoses, where they were shown, and how they were judged."""

from typing import ClassVar

from django.db import models

from xinglin.care.consultation import rules
from xinglin.care.consultation.models.visits import Consultation
from xinglin.kernel import ids


class Proof(models.Model):
    """A paper of an earlier diagnosis, as the patient hands it in (R04). Only a withdrawal changes it.

    `diagnosis_code` is empty where the patient used words of their own. `evidence`: SHA-256 over the
    fingerprints of its files (`rules.evidence`).
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    patient = models.ForeignKey("people.Patient", on_delete=models.PROTECT)
    holder_id = models.UUIDField()
    kind = models.CharField(max_length=32)
    diagnosis_code = models.CharField(max_length=24, blank=True)
    diagnosis_zh = models.CharField(max_length=rules.LONGEST_DIAGNOSIS)
    diagnosis_en = models.CharField(max_length=240, blank=True)
    hospital = models.CharField(max_length=rules.LONGEST_HOSPITAL)
    issued_on = models.DateField()
    evidence = models.CharField(max_length=64)
    added_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "consultation_proof"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["patient", "-id"], name="proof_of_patient"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="a_proof_is_of_a_known_kind",
                condition=models.Q(kind__in=sorted(rules.PROOF_KINDS)),
            ),
        ]


class ProofFile(models.Model):
    """A picture or document of a proof; the database refuses to change or delete it."""

    proof = models.ForeignKey(Proof, on_delete=models.PROTECT, related_name="files")
    position = models.PositiveSmallIntegerField()
    file_id = models.UUIDField()
    kind = models.CharField(max_length=16)
    sha256 = models.CharField(max_length=64)

    class Meta:
        db_table = "consultation_proof_file"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["proof", "position"], name="a_proof_has_its_order"),
            models.UniqueConstraint(fields=["proof", "file_id"], name="a_file_proves_once"),
        ]


class ShownProof(models.Model):
    """A proof that the doctor of a visit may see and judge."""

    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="shown_proofs"
    )
    proof = models.ForeignKey(Proof, on_delete=models.PROTECT, related_name="shown")
    shown_at = models.DateTimeField()

    class Meta:
        db_table = "consultation_shown_proof"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["consultation", "proof"], name="a_proof_is_shown_once_a_visit"
            ),
        ]


class ProofJudgement(models.Model):
    """What a doctor found of a proof in a visit. The newest holds; the database refuses to change it.

    `diagnoses`: those accepted, as in a record. `kind`, `may_prescribe`, `rule_ids`: what policy
    `open_kind` made of the visit.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="judgements"
    )
    proof = models.ForeignKey(Proof, on_delete=models.PROTECT, related_name="judgements")
    number = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=16)
    diagnoses = models.JSONField(default=list)
    reason = models.CharField(max_length=32, blank=True)
    words = models.CharField(max_length=rules.LONGEST_REASON, blank=True)
    practitioner = models.ForeignKey("people.Practitioner", on_delete=models.PROTECT)
    judged_by = models.UUIDField()
    judged_at = models.DateTimeField()
    evidence = models.CharField(max_length=64)
    kind = models.CharField(max_length=16)
    may_prescribe = models.BooleanField()
    rule_ids = models.JSONField()

    class Meta:
        db_table = "consultation_proof_judgement"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["proof", "consultation", "number"], name="a_judgement_follows_another"
            ),
            models.CheckConstraint(
                name="a_refused_proof_has_its_reason",
                condition=models.Q(outcome="accepted", reason="") & ~models.Q(diagnoses=[])
                | models.Q(outcome="not_accepted", diagnoses=[]) & ~models.Q(reason=""),
            ),
        ]
