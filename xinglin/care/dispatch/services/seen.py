"""A doctor who reads an offer or the queue leaves a line in the audit, and not one for every poll."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from xinglin.care.dispatch.models import Offer
from xinglin.care.dispatch.types import OfferCard, Waiting
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit


def note_offers_seen(viewer: Viewer, shown: Iterable[OfferCard], *, at: datetime) -> None:
    """One line in the record of each patient, when the doctor reads the offer for the first time."""
    for offer in shown:
        unread = Offer.objects.filter(pk=offer.id, user_id=viewer.user_id, seen_at__isnull=True)
        if unread.update(seen_at=at):
            audit.record(
                viewer,
                "dispatch.read_offer",
                subject=offer.patient_id,
                thing="offer",
                thing_id=offer.id,
                purpose="care",
                detail={"consultation_id": str(offer.consultation_id)},
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
