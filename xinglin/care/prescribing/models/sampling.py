"""Review by sample: what was drawn of which frame, what reviewers found, and what doctors say to it."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from xinglin.care.prescribing import drawing, sheet
from xinglin.care.prescribing.models.prescriptions import Prescription, PrescriptionVersion
from xinglin.kernel import ids


class PrescriptionSample(models.Model):
    """One drawing. The database lets its state move on, and nothing else of it change.

    `criteria` of `drawing.Criteria`; `seed` and `algorithm` draw the same `size` of `frame` again.
    `frame`: every id there was to draw from; `frame_sha256` of `drawing.frame_sha256`. `fingerprint`:
    nobody draws the same twice.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    institution_id = models.UUIDField()
    since = models.DateField()
    until = models.DateField()
    department = models.CharField(max_length=32, blank=True)
    practitioner_id = models.UUIDField(null=True)
    focus = models.CharField(max_length=16, blank=True)
    percent = models.PositiveSmallIntegerField(null=True)
    seed = models.CharField(max_length=64)
    algorithm = models.CharField(max_length=32)
    frame = ArrayField(models.UUIDField())
    frame_size = models.PositiveIntegerField()
    frame_sha256 = models.CharField(max_length=64)
    size = models.PositiveSmallIntegerField()
    fingerprint = models.CharField(max_length=64, unique=True)
    drawn_by = models.UUIDField()
    drawn_at = models.DateTimeField()
    state = models.CharField(max_length=16)
    announced_by = models.UUIDField(null=True)
    announced_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "prescription_sample"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="a_sample_is_in_a_state_of_the_table",
                condition=models.Q(state="drawn", announced_at__isnull=True, closed_at__isnull=True)
                | models.Q(
                    state="announced",
                    announced_at__isnull=False,
                    announced_by__isnull=False,
                    closed_at__isnull=True,
                )
                | models.Q(
                    state="closed",
                    announced_at__isnull=False,
                    closed_at__isnull=False,
                    closed_by__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="a_sample_is_some_of_its_frame",
                condition=models.Q(
                    size__range=(1, drawing.MOST_DRAWN), size__lte=models.F("frame_size")
                ),
            ),
            models.CheckConstraint(
                name="a_period_ends_after_it_begins",
                condition=models.Q(until__gte=models.F("since")),
            ),
            models.CheckConstraint(
                name="a_sample_has_a_known_focus",
                condition=models.Q(focus__in=["", *drawing.FOCUSES]),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["institution_id", "-id"], name="sample_of_house"),
        ]


class SampledPrescription(models.Model):
    """One prescription of a sample, as it was signed by then; never changed.

    `position`: in the order of the drawing, from 1. `reviewer_id`: the pharmacist who had passed it.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    sample = models.ForeignKey(PrescriptionSample, on_delete=models.PROTECT, related_name="drawn")
    position = models.PositiveSmallIntegerField()
    prescription = models.ForeignKey(Prescription, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(PrescriptionVersion, on_delete=models.PROTECT, related_name="+")
    practitioner_id = models.UUIDField()
    prescriber_id = models.UUIDField()
    reviewer_id = models.UUIDField()
    department = models.CharField(max_length=32)

    class Meta:
        db_table = "prescription_sampled"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["sample", "position"], name="a_place_is_drawn_once"),
            models.UniqueConstraint(
                fields=["sample", "prescription"], name="a_prescription_is_drawn_once"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["prescriber_id", "-id"], name="sampled_of_doctor"),
        ]


class SampleObjection(models.Model):
    """What the doctor says to a finding, once; never changed."""

    sampled = models.OneToOneField(
        SampledPrescription,
        primary_key=True,
        on_delete=models.PROTECT,
        related_name="objection",
    )
    words = models.CharField(max_length=sheet.LONGEST_REASON)
    said_by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        db_table = "prescription_sample_objection"


class SampleJudgement(models.Model):
    """What a reviewer found; never changed. The last number of a prescription counts.

    `problems`: codes of `problems.problems()`; none: it is rational. `classes`: as they follow.
    `answers`: the objection that this one answers. `judge_marks`: by what the person is known.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    sampled = models.ForeignKey(
        SampledPrescription, on_delete=models.PROTECT, related_name="judgements"
    )
    number = models.PositiveSmallIntegerField()
    problems = ArrayField(models.CharField(max_length=8), default=list)
    classes = ArrayField(models.CharField(max_length=16), default=list)
    comment = models.CharField(max_length=sheet.LONGEST_REASON, blank=True)
    answers = models.OneToOneField(
        SampleObjection, null=True, on_delete=models.PROTECT, related_name="answer"
    )
    judged_by = models.UUIDField()
    judge_marks = ArrayField(models.CharField(max_length=80), default=list)
    at = models.DateTimeField()

    class Meta:
        db_table = "prescription_sample_judgement"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["sampled", "number"], name="a_judgement_has_its_number"
            ),
            models.CheckConstraint(
                name="what_is_not_rational_is_explained",
                condition=models.Q(problems=[], classes=[])
                | (~models.Q(problems=[]) & ~models.Q(classes=[]) & ~models.Q(comment="")),
            ),
        ]
