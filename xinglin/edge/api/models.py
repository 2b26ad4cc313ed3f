"""What the door itself remembers: answers already given, for requests sent twice."""

from typing import ClassVar

from django.db import models


class GivenAnswer(models.Model):
    """`digest` is SHA-256 over path and body of the request; `body`, of the answer, is sealed."""

    user_id = models.UUIDField()
    key = models.CharField(max_length=80)
    digest = models.BinaryField()
    status = models.PositiveSmallIntegerField(default=0)
    content_type = models.CharField(max_length=60, blank=True)
    body = models.BinaryField(default=b"")
    given_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user_id", "key"], name="a_key_is_answered_once"),
        ]
