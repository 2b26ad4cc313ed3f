"""What can be asked of the audit."""

from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from xinglin.foundation.audit.models import AuditLine, AuditLink
from xinglin.foundation.audit.types import Access


def _accesses(lines: QuerySet[AuditLine], limit: int, before: UUID | None) -> list[Access]:
    """Newest first; `before` is the id of the last line already shown."""
    if before is not None:
        lines = lines.filter(id__lt=before)
    linked = Exists(AuditLink.objects.filter(line_id=OuterRef("id")))
    return [
        Access(
            id=line.id,
            at=line.at,
            actor_id=line.actor_id,
            actor_roles=tuple(line.actor_roles),
            action=line.action,
            subject_id=line.subject_id,
            thing=line.thing,
            thing_id=line.thing_id,
            purpose=line.purpose,
            address=line.address,
            device=line.device,
            detail=line.detail,
            sealed=line.sealed,
        )
        for line in lines.annotate(sealed=linked).order_by("-id")[:limit]
    ]


def accesses_of(subject_id: UUID, limit: int = 50, before: UUID | None = None) -> list[Access]:
    """Who read or changed this patient's record; the caller has checked who asks."""
    return _accesses(AuditLine.objects.filter(subject_id=subject_id), limit, before)


def lines(
    *,
    subject: UUID | None = None,
    actor: UUID | None = None,
    action: str = "",
    limit: int = 50,
    before: UUID | None = None,
) -> list[Access]:
    """For the auditor."""
    found = AuditLine.objects.all()
    if subject is not None:
        found = found.filter(subject_id=subject)
    if actor is not None:
        found = found.filter(actor_id=actor)
    if action:
        found = found.filter(action=action)
    return _accesses(found, limit, before)
