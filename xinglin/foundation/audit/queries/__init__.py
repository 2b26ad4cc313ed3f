"""What can be asked of the audit."""

from uuid import UUID

from django.db import OperationalError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from psycopg.errors import QueryCanceled

from xinglin.foundation.audit.models import AuditLine, AuditLink
from xinglin.foundation.audit.queries.chains import (
    anchors,
    checks,
    sealed_lines,
    segments,
    standing,
)
from xinglin.foundation.audit.rules import first_id_at
from xinglin.foundation.audit.types import Access, Wanted
from xinglin.foundation.database import services as database
from xinglin.kernel.errors import Conflict
from xinglin.kernel.text import Text

__all__ = [
    "accesses_of",
    "anchors",
    "checks",
    "lines",
    "sealed_lines",
    "search",
    "segments",
    "standing",
]
LONGEST_SEARCH = "5s"


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
    """By one or two of these, newest first."""
    wanted = Wanted(subject=subject, actor=actor, action=action)
    return _accesses(found_by(wanted), limit, before)


def search(wanted: Wanted, *, limit: int, before: UUID | None = None) -> list[Access]:
    """For the auditor: newest first, and stopped after five seconds.

    Raises:
        Conflict: `search_too_wide`, so much had to be looked through.
    """
    try:
        with transaction.atomic():
            database.fetch("select set_config('statement_timeout', %s, true)", [LONGEST_SEARCH])
            found = _accesses(found_by(wanted), limit, before)
            database.change("set local statement_timeout to default")
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise Conflict("search_too_wide", _TOO_WIDE) from error
        raise
    return found


def found_by(wanted: Wanted) -> QuerySet[AuditLine]:
    """What was left out does not narrow. A span of time is a span of ids."""
    found = AuditLine.objects.all()
    if wanted.subject is not None:
        found = found.filter(subject_id=wanted.subject)
    if wanted.actor is not None:
        found = found.filter(actor_id=wanted.actor)
    if wanted.thing_ids:
        found = found.filter(thing_id__in=wanted.thing_ids)
    if wanted.action:
        found = found.filter(action=wanted.action)
    if wanted.purpose:
        found = found.filter(purpose=wanted.purpose)
    if wanted.since is not None:
        found = found.filter(id__gte=first_id_at(wanted.since))
    if wanted.until is not None:
        found = found.filter(id__lt=first_id_at(wanted.until))
    return found


_TOO_WIDE = Text(
    "要查看的记录太多，5秒内没有查完。请再加一个条件，或缩短时间范围。",
    "Too much had to be looked through for five seconds. Please add a condition, or shorten the span"
    " of time.",
)
