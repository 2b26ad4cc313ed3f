"""What triage announces. No name, complaint or word of a patient is in an event."""

from dataclasses import dataclass
from uuid import UUID

from xinglin.foundation.outbox.types import Event


@dataclass(frozen=True, kw_only=True)
class CrisisTold(Event):
    """Somebody told of wanting to die or to harm themselves: people of the house are paged at once.

    Audience: nobody.
    """

    intake_id: UUID
    institution_id: UUID
    department: str
