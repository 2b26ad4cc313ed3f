"""Lines of the audit, the links that seal them, and those that wait to be sealed.

The tables of lines and links are made by hand in the migration (`managed = False`): they refuse
UPDATE, DELETE and TRUNCATE, so Django must neither alter nor flush them.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from xinglin.kernel import ids


class AuditLine(models.Model):
    """Written in the transaction of the act itself."""

    id = models.UUIDField(primary_key=True)
    chain = models.SmallIntegerField()
    at = models.DateTimeField()
    actor_id = models.UUIDField()
    actor_roles = ArrayField(models.TextField())
    action = models.TextField()
    subject_id = models.UUIDField(null=True)
    thing = models.TextField()
    thing_id = models.UUIDField(null=True)
    purpose = models.TextField()
    address = models.TextField()
    device = models.TextField()
    detail = models.JSONField()

    class Meta:
        managed = False
        db_table = "audit_line"


class AuditLink(models.Model):
    """`hash` is SHA-256 over the line, its place, and the hash of the link before it."""

    pk = models.CompositePrimaryKey("chain", "position")
    chain = models.SmallIntegerField()
    position = models.BigIntegerField()
    line_id = models.UUIDField(unique=True)
    previous = models.BinaryField()
    hash = models.BinaryField()
    sealed_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "audit_link"


class AuditWaiting(models.Model):
    """Lines not yet linked: a list and not a high-water mark, since ids may commit out of order."""

    line_id = models.UUIDField(primary_key=True)

    class Meta:
        managed = False
        db_table = "audit_waiting"


class AuditAnchor(models.Model):
    """The ends of all chains at one moment, signed by the house; the database refuses to change it.

    `tips`: [chain, position, hash in hex] of each. `previous`: SHA-256 of the statement before.
    """

    number = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    tips = models.JSONField()
    previous = models.CharField(max_length=64)
    algorithm = models.CharField(max_length=32)
    key_id = models.CharField(max_length=80)
    signature = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        db_table = "audit_anchor"


class AuditCheck(models.Model):
    """One walk over all chains, asked for by a person. `state`: asked, done or failed.

    `walked` of `total` links so far. `report`: what was found, once done.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, default="asked")
    retry_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    walked = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    report = models.JSONField(null=True)

    class Meta:
        db_table = "audit_check"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="a_check_is_in_one_of_three_states",
                condition=models.Q(state="asked", finished_at__isnull=True)
                | models.Q(state__in=["done", "failed"], finished_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["state"],
                condition=models.Q(state="asked"),
                name="one_check_at_a_time",
            ),
        ]
