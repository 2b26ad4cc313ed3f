"""Erasing what was told and led to no visit, when its account has closed."""

from collections.abc import Collection
from uuid import UUID

from xinglin.care.triage.models import Intake


def forget_intakes(holder_id: UUID, *, keep: Collection[UUID]) -> int:
    """Answers how many are gone.

    Args:
        keep: those that a visit stands on; the law keeps them with its record.
    """
    return Intake.objects.filter(holder_id=holder_id).exclude(pk__in=keep).delete()[0]
