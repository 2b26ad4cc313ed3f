"""The one place where an offer changes its state."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg.types.json import Jsonb

from xinglin.care.dispatch.events import OfferClosed
from xinglin.care.dispatch.lifecycle import LIVE, OFFER
from xinglin.care.dispatch.models import Duty, Offer
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.database import services as database
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel import ids

_FIELDS = [field.attname for field in Duty._meta.concrete_fields]  # noqa: SLF001  # Django's public name for it
_LOCK_DUTY = f"select {', '.join(_FIELDS)} from dispatch_duty where practitioner_id = %s for update"  # noqa: S608  # our own columns
_MOVE = """
    update dispatch_offer set state = %s, reason = %s, accepted_at = %s, closed_at = %s where id = %s
"""
_FREE_SLOT = """
    update dispatch_duty set reserved = reserved - 1, version = version + 1, updated_at = %s
    where practitioner_id = %s
"""
_STEP = """
    insert into dispatch_offer_step
        (id, offer_id, step, from_state, to_state, who, actor_id, at, reason, detail)
    values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def locked_duty(practitioner_id: UUID, *, skip_locked: bool = False) -> Duty | None:
    """The duty, held until the transaction ends; locked before any offer of the doctor.

    None: never on duty, or (with `skip_locked`) in other hands now.
    """
    row = database.fetch_one(
        f"{_LOCK_DUTY} skip locked" if skip_locked else _LOCK_DUTY, [practitioner_id]
    )
    if row is None:
        return None
    values: dict[str, Any] = dict(zip(_FIELDS, row, strict=True))
    for name in ("departments", "windows"):
        values[name] = json.loads(values[name])
    return Duty.from_db(connection.alias, _FIELDS, list(values.values()))


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
        database.later(_FREE_SLOT, [at, offer.practitioner_id])
    moved = [offer.state, reason, offer.accepted_at, offer.closed_at, offer.pk]
    database.later(_MOVE, moved)
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
    step = [ids.new(), offer.pk, name, before, offer.state, who, actor.user_id, at, offer.reason]
    database.later(_STEP, [*step, Jsonb(dict(detail))])
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
