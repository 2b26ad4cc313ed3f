"""A doctor who reads an offer or the queue leaves a line in the audit, and not one for every poll."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from xinglin.care.dispatch.types import OfferCard, Waiting
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.database import services as database
from xinglin.kernel import clock

_SEEN = """
    update dispatch_offer set seen_at = %s
    where id = any(%s) and user_id = %s and seen_at is null
    returning id, patient_id, consultation_id
"""
_ONE_READING: Final = timedelta(minutes=10)
_NEVER: Final = datetime.min.replace(tzinfo=UTC)
_MOST_SHOWN: Final = 20_000
_shown: dict[tuple[UUID, str, UUID], datetime] = {}


def note_offers_seen(viewer: Viewer, shown: Iterable[OfferCard], *, at: datetime) -> None:
    """One line in the record of each patient, when the doctor reads the offer for the first time."""
    if not (asked := [offer.id for offer in shown]):
        return
    unread = database.fetch(_SEEN, [at, asked, viewer.user_id])
    for offer_id, patient_id, consultation_id in unread:
        audit.record(
            viewer,
            "dispatch.read_offer",
            subject=patient_id,
            thing="offer",
            thing_id=offer_id,
            purpose="care",
            detail={"consultation_id": str(consultation_id)},
        )


def note_queue_seen(viewer: Viewer, shown: Sequence[Waiting]) -> None:
    """One line for the list, with the ids of its visits; none for an empty one."""
    if shown:
        audit.record(
            viewer,
            "dispatch.read_queue",
            subject=None,
            thing="queue",
            thing_id=None,
            purpose="care",
            detail={"consultation_ids": [str(w.consultation_id) for w in shown]},
        )


def note_visits_listed(
    viewer: Viewer, subjects: Mapping[UUID, UUID], *, action: str = "dispatch.list_visits"
) -> None:
    """A line for each visit: its patient sees that it was shown.

    A list that refreshes itself shows the same visits again and again: within ten minutes that is one
    reading (of one process; two may write it twice).

    Args:
        subjects: visit -> patient.
    """
    at = clock.now()
    new = {
        visit: patient
        for visit, patient in subjects.items()
        if not timedelta(0)
        <= at - _shown.get((viewer.user_id, action, visit), _NEVER)
        < _ONE_READING
    }
    audit.record_each(viewer, action, new, thing="consultation", purpose="operation")
    if len(_shown) > _MOST_SHOWN:
        _shown.clear()
    _shown.update({(viewer.user_id, action, visit): at for visit in new})


def note_steps_read(viewer: Viewer, consultation_id: UUID, patient_id: UUID) -> None:
    audit.record(
        viewer,
        "dispatch.read_visit_steps",
        subject=patient_id,
        thing="consultation",
        thing_id=consultation_id,
        purpose="operation",
    )


def note_export(viewer: Viewer, what: str, rows: int) -> None:
    audit.record(
        viewer,
        "dispatch.export_board",
        subject=None,
        thing="board",
        thing_id=None,
        purpose="operation",
        detail={"what": what, "rows": rows},
    )
