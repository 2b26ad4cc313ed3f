"""A doctor who reads an offer or the queue leaves a line in the audit, and not one for every poll."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from xinglin.care.dispatch.types import OfferCard, Waiting
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.database import services as database

_SEEN = """
    update dispatch_offer set seen_at = %s
    where id = any(%s) and user_id = %s and seen_at is null
    returning id, patient_id, consultation_id
"""


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
