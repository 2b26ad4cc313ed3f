"""Where a doctor sends a patient who needs to be seen in person, and whether the patient went."""

from typing import ClassVar

from django.db import models

from xinglin.care.consultation import rules
from xinglin.care.consultation.models.visits import Consultation


class Referral(models.Model):
    """The letter of a visit that was stopped; the database refuses to change what it says.

    `hospital`, `department`, `booking_url`: of the place where the patient goes. `clinical`: for the
    doctor there. `ask_at`: when the patient is asked whether they went; `asked_at`: when that was
    done. `seen_at`: when the doctor noted the last answer.
    """

    consultation = models.OneToOneField(
        Consultation, primary_key=True, on_delete=models.PROTECT, related_name="referral"
    )
    practitioner = models.ForeignKey(
        "people.Practitioner", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    reason = models.CharField(max_length=32)
    urgency = models.CharField(max_length=16)
    hospital = models.CharField(max_length=rules.LONGEST_PLACE)
    department = models.CharField(max_length=rules.LONGEST_PLACE, blank=True)
    booking_url = models.CharField(max_length=rules.LONGEST_LINK, blank=True)
    advice = models.TextField()
    clinical = models.CharField(max_length=rules.LONGEST_CLINICAL, blank=True)
    issued_at = models.DateTimeField()
    ask_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "consultation_referral"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["ask_at"],
                name="referral_to_ask",
                condition=models.Q(asked_at__isnull=True),
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="a_referral_says_why_where_and_how_soon",
                condition=models.Q(
                    reason__in=sorted(rules.STOP_REASONS), urgency__in=sorted(rules.STOP_URGENCIES)
                )
                & ~models.Q(hospital="")
                & ~models.Q(advice=""),
            ),
        ]


class ReferralAnswer(models.Model):
    """What the patient said, once or again; the last one counts. Never changed or deleted."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="answers")
    went = models.CharField(max_length=16)
    words = models.CharField(max_length=rules.LONGEST_WENT, blank=True)
    answered_by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        db_table = "consultation_referral_answer"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="whether_one_went_is_of_the_list",
                condition=models.Q(went__in=sorted(rules.WENT)),
            ),
        ]
