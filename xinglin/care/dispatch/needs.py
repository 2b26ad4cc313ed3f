"""What doctors have said of how senior a visit's doctor must be; immutable rows."""

from typing import ClassVar

from django.db import models

from xinglin.kernel import ids


class RaisedNeed(models.Model):
    """A doctor of `grade` said that a visit needs a more senior one: at least of `need`.

    Of one visit the highest counts. `how`: refused or transferred.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    consultation = models.ForeignKey("consultation.Consultation", on_delete=models.PROTECT)
    practitioner = models.ForeignKey("people.Practitioner", on_delete=models.PROTECT)
    grade = models.PositiveSmallIntegerField()
    need = models.PositiveSmallIntegerField()
    how = models.CharField(max_length=16)
    at = models.DateTimeField()

    class Meta:
        db_table = "dispatch_raised_need"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="only_a_doctors_word_raises_a_need",
                condition=models.Q(grade__gte=1, grade__lte=3)
                & (models.Q(need=models.F("grade") + 1) | models.Q(grade=3, need=3)),
            ),
        ]
