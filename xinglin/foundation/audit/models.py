"""Lines of the audit, the links that seal them, and those that wait to be sealed.

The tables are made by hand in the migration (`managed = False`): they refuse UPDATE, DELETE and
TRUNCATE, so Django must neither alter nor flush them.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models


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
