"""Links by which staff begin, and lost second factors on their way to being replaced."""

from typing import ClassVar

from django.db import models

from xinglin.kernel import ids


class Invitation(models.Model):
    """The one link of an account by which its person sets a password; a new one takes its place.

    `token_index` finds the link; the link itself is told once and kept nowhere.
    """

    user = models.OneToOneField("accounts.User", on_delete=models.PROTECT, primary_key=True)
    token_index = models.BinaryField(unique=True)
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class FactorReset(models.Model):
    """Somebody has lost the second factor. Two people take it away: who asks, and who confirms.

    `outcome`: empty while it waits, then `done` or `stopped`.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, blank=True)
    ended_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(outcome=""), name="one_reset_waits"
            ),
            models.CheckConstraint(
                name="a_reset_is_ended_by_somebody",
                condition=models.Q(outcome="", ended_by__isnull=True, ended_at__isnull=True)
                | models.Q(
                    outcome__in=["done", "stopped"], ended_by__isnull=False, ended_at__isnull=False
                ),
            ),
        ]
