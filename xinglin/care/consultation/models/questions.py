"""Questions to a colleague about a visit, and what becomes of them."""

from typing import ClassVar

from django.db import models

from xinglin.care.consultation import rules
from xinglin.care.consultation.lifecycle import QUESTION
from xinglin.care.consultation.models.visits import Consultation
from xinglin.kernel import ids


class Question(models.Model):
    """A doctor asks one colleague. `given` is all that the colleague may read, as it stood then.

    Without identity nothing in `given` names or reaches the patient. `picture_ids`: chosen one by
    one. `due_at`: unanswered, it lapses; `readable_until`: after the answer.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="questions"
    )
    asker = models.ForeignKey("people.Practitioner", on_delete=models.PROTECT, related_name="+")
    asker_user_id = models.UUIDField()
    colleague = models.ForeignKey("people.Practitioner", on_delete=models.PROTECT, related_name="+")
    colleague_user_id = models.UUIDField()
    words = models.CharField(max_length=rules.LONGEST_QUESTION)
    with_identity = models.BooleanField()
    given = models.JSONField()
    picture_ids = models.JSONField(default=list)
    state = models.CharField(max_length=16)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=rules.LONGEST_ANSWER, blank=True)
    answered_at = models.DateTimeField(null=True)
    readable_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "consultation_question"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["colleague_user_id", "-id"], name="question_of_colleague"),
            models.Index(
                fields=["due_at"], name="question_due", condition=models.Q(due_at__isnull=False)
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="a_question_is_in_a_known_state",
                condition=models.Q(state__in=sorted(QUESTION.states)),
            ),
            models.CheckConstraint(
                name="only_an_answered_question_has_an_answer",
                condition=models.Q(
                    state="answered", answered_at__isnull=False, readable_until__isnull=False
                )
                & ~models.Q(answer="")
                | ~models.Q(state="answered")
                & models.Q(answer="", answered_at__isnull=True, readable_until__isnull=True),
            ),
            models.CheckConstraint(
                name="an_open_question_has_a_deadline",
                condition=models.Q(state="asked", due_at__isnull=False)
                | ~models.Q(state="asked") & models.Q(due_at__isnull=True),
            ),
            models.CheckConstraint(
                name="nobody_asks_oneself",
                condition=~models.Q(asker=models.F("colleague")),
            ),
        ]


class QuestionStep(models.Model):
    """One step that was taken; the database refuses to change or delete it."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(max_length=16)
    from_state = models.CharField(max_length=16, blank=True)
    to_state = models.CharField(max_length=16)
    who = models.CharField(max_length=16)
    actor_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        db_table = "consultation_question_step"
