"""Replies that a doctor gave to several patients nearly word for word (D02)."""

from typing import ClassVar

from django.db import models

from xinglin.kernel import ids


class RepeatedReply(models.Model):
    """For quality control to look at. `similarity`: percent, with the reply of the other visit."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    consultation = models.ForeignKey(
        "consultation.Consultation", on_delete=models.PROTECT, related_name="repeated_replies"
    )
    seq = models.PositiveIntegerField()
    doctor_user_id = models.UUIDField()
    other_consultation_id = models.UUIDField()
    other_seq = models.PositiveIntegerField()
    similarity = models.PositiveSmallIntegerField()
    found_at = models.DateTimeField()

    class Meta:
        db_table = "consultation_repeated_reply"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["found_at", "id"], name="repeated_reply_found"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["consultation", "seq"], name="a_reply_is_flagged_once"),
        ]
