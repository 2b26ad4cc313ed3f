"""Somebody knew better than triage: kept for people to look at; nothing learns from it by itself."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from xinglin.care.triage.models import Override
from xinglin.care.triage.queries.intakes import kept
from xinglin.care.triage.queries.overrides import OverrideLine
from xinglin.care.triage.queries.triaged import confidence_of
from xinglin.care.triage.types import Who
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record, record_each


def note_override(
    viewer: Viewer,
    *,
    who: Who,
    intake_id: UUID,
    consultation_id: UUID,
    institution_id: UUID,
    former: str,
    chosen: str,
    at: datetime,
) -> bool:
    """In the caller's transaction; False when nothing was chosen anew, and then nothing is kept.

    Args:
        former: where the visit stood; for a patient what triage had suggested.
    """
    if former == chosen:
        return False
    row = kept(intake_id)
    Override.objects.create(
        institution_id=institution_id,
        intake_id=intake_id,
        consultation_id=consultation_id,
        who=who,
        by=viewer.user_id,
        suggested=row.suggested,
        former=former,
        chosen=chosen,
        sure=row.sure,
        confidence=confidence_of(row.ranked),
        versions=row.versions,
        at=at,
    )
    record(
        viewer,
        "triage.override_department",
        subject=row.patient_id,
        thing="intake",
        thing_id=intake_id,
        purpose="triage",
        detail={"who": who, "suggested": row.suggested, "former": former, "chosen": chosen},
    )
    return True


def note_overrides_read(viewer: Viewer, lines: Iterable[OverrideLine]) -> None:
    """A line for each, in the record of its patient: the words were shown, without the name."""
    subjects: dict[UUID, UUID | None] = {line.intake_id: line.patient_id for line in lines}
    record_each(viewer, "triage.read_override", subjects, thing="intake", purpose="quality")
