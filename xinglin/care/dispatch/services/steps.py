"""The one place where an offer changes its state."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from xinglin.care.dispatch.events import OfferClosed
from xinglin.care.dispatch.lifecycle import LIVE, OFFER
from xinglin.care.dispatch.models import Duty, Offer, OfferStep
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.outbox import services as outbox


def locked_duty(practitioner_id: UUID, *, skip_locked: bool = False) -> Duty | None:
    """The duty, held until the transaction ends; locked before any offer of the doctor.

    None: never on duty, or (with `skip_locked`) in other hands now.
    """
    rows = Duty.objects.select_for_update(skip_locked=skip_locked)
    return rows.filter(practitioner_id=practitioner_id).first()


def take(
    offer: Offer,
    name: str,
    *,
    who: str,
    actor: Viewer,
    at: datetime,
    reason: str = "",
    note: str = "",
) -> None:
    """Take a step on an offer: state, the doctor's reserved slots, step row, audit line, event.

    The duty and the offer are locked by the caller.

    Raises:
        IllegalStep: no such step leaves the present state.
        Forbidden: it does, but not for `who`.
    """
    before = offer.state
    offer.state = OFFER.take(before, name, who)
    offer.reason = reason
    if offer.state in LIVE:
        offer.accepted_at = at
    else:
        offer.closed_at = at
        Duty.objects.filter(pk=offer.practitioner_id).update(
            reserved=F("reserved") - 1, version=F("version") + 1, updated_at=at
        )
    offer.save(update_fields=["state", "reason", "accepted_at", "closed_at"])
    note_step(
        offer, name, before, who=who, actor=actor, at=at, detail={"note": note} if note else {}
    )
    outbox.emit(
        OfferClosed(
            audience=(f"user:{offer.user_id}",),
            offer_id=offer.pk,
            consultation_id=offer.consultation_id,
            state=offer.state,
            reason=reason,
        )
    )


def note_step(
    offer: Offer,
    name: str,
    before: str,
    *,
    who: str,
    actor: Viewer,
    at: datetime,
    detail: Mapping[str, Any],
) -> None:
    """The immutable row of a step, and its audit line."""
    OfferStep.objects.create(
        offer=offer,
        step=name,
        from_state=before,
        to_state=offer.state,
        who=who,
        actor_id=actor.user_id,
        at=at,
        reason=offer.reason,
        detail=dict(detail),
    )
    audit.record(
        actor,
        f"dispatch.{name}_offer",
        subject=offer.patient_id,
        thing="offer",
        thing_id=offer.pk,
        purpose="care",
        detail={
            "consultation_id": str(offer.consultation_id),
            "practitioner_id": str(offer.practitioner_id),
            "from": before,
            "to": offer.state,
            "reason": offer.reason,
        },
    )
