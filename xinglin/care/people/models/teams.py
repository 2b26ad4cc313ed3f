"""A doctor's team: assistants who read and write in the doctor's open visits."""

from typing import ClassVar

from django.db import models

from xinglin.care.people.models.people import Practitioner
from xinglin.kernel import ids


class Team(models.Model):
    """Whether the doctor has the team on; off, no assistant sees or says anything."""

    lead = models.OneToOneField(
        Practitioner, primary_key=True, on_delete=models.PROTECT, related_name="team"
    )
    is_on = models.BooleanField(default=False)
    changed_at = models.DateTimeField()


class TeamMember(models.Model):
    """An assistant (an account of the role) of one doctor at a time; leaving is a date."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    lead = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="members")
    assistant = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    added_by = models.UUIDField()
    added_at = models.DateTimeField()
    removed_by = models.UUIDField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["assistant"],
                condition=models.Q(removed_at__isnull=True),
                name="an_assistant_has_one_lead",
            ),
            models.CheckConstraint(
                name="who_removes_is_known",
                condition=models.Q(removed_at__isnull=True, removed_by__isnull=True)
                | models.Q(removed_at__isnull=False, removed_by__isnull=False),
            ),
        ]
