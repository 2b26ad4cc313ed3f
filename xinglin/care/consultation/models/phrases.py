"""Words that doctors use again: quick phrases of a reply, templates of a record."""

from typing import ClassVar

from django.db import models

from xinglin.kernel import ids


class Phrase(models.Model):
    """`kind`: reply, or template of a record. `owner_id`: whose it is; null: of a department.

    `zh`, `en`: what it says, by part; one of both may be empty, then it is offered in the other only.
    `spelt`: pinyin and initials of the Chinese, written by the worker. One that was removed can be
    taken back for a day.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    institution_id = models.UUIDField()
    kind = models.CharField(max_length=16)
    owner_id = models.UUIDField(null=True)
    department = models.CharField(max_length=32, blank=True)
    zh = models.JSONField(default=dict)
    en = models.JSONField(default=dict)
    spelt = models.TextField(blank=True)
    position = models.PositiveIntegerField()
    revision = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "consultation_phrase"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["owner_id"],
                name="phrase_of_owner",
                condition=models.Q(owner_id__isnull=False),
            ),
            models.Index(
                fields=["institution_id", "department"],
                name="phrase_of_department",
                condition=models.Q(owner_id__isnull=True),
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="a_phrase_is_of_a_known_kind",
                condition=models.Q(kind__in=["reply", "template"]),
            ),
            models.CheckConstraint(
                name="a_phrase_is_of_somebody_or_of_a_department",
                condition=models.Q(owner_id__isnull=False, department="")
                | (models.Q(owner_id__isnull=True) & ~models.Q(department="")),
            ),
            models.CheckConstraint(
                name="a_phrase_says_something",
                condition=~models.Q(zh={}, en={}),
            ),
        ]


class PhraseUse(models.Model):
    """When somebody last took a phrase: what was used last is offered first."""

    user_id = models.UUIDField()
    phrase = models.ForeignKey(Phrase, on_delete=models.CASCADE, related_name="uses")
    used_at = models.DateTimeField()

    class Meta:
        db_table = "consultation_phrase_use"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user_id", "phrase"], name="a_phrase_was_last_used_once"
            ),
        ]
