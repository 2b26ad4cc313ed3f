"""A call changes its state here, and whoever is in it hears of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from xinglin.care.consultation.events import CallEvent
from xinglin.care.consultation.lifecycle import CALL
from xinglin.care.consultation.models import Call, CallStep, Consultation
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.database import services as database
from xinglin.foundation.outbox import services as outbox

# Who is in the call besides the two sides.
_OTHERS = """
    select user_id from consultation_call_invitation
        where call_id = %(call)s and answer in ('', 'joined')
    union select observer_id from consultation_call_observation where call_id = %(call)s
"""


def take(
    call: Call,
    row: Consultation,
    name: str,
    *,
    who: str,
    actor: Viewer,
    at: datetime,
    changes: Mapping[str, Any] | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Take a step on a locked call of a locked visit: state, step row and audit line.

    Raises:
        IllegalStep: no such step leaves the present state.
        Forbidden: it does, but not for `who`.
    """
    before = call.state
    values = {**(changes or {}), "state": CALL.take(before, name, who)}
    for column, value in values.items():
        setattr(call, column, value)
    call.save(update_fields=list(values))
    note(call, row, name, before=before, who=who, actor=actor, at=at, detail=detail)


def note(
    call: Call,
    row: Consultation,
    name: str,
    *,
    who: str,
    actor: Viewer,
    at: datetime,
    before: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """The immutable row of what happened in a call, and its audit line."""
    CallStep.objects.create(
        call=call,
        step=name,
        from_state=call.state if before is None else before,
        to_state=call.state,
        who=who,
        actor_id=actor.user_id,
        at=at,
        detail=dict(detail or {}),
    )
    audit.record(
        actor,
        f"consultation.call_{name}",
        subject=row.patient_id,
        thing="call",
        thing_id=call.pk,
        purpose="quality" if who in {"observer", "quality"} else "care",
        detail=dict(detail or {}),
    )


def announce(
    call: Call, row: Consultation, event: type[CallEvent], *also: str, **more: object
) -> None:
    """To both sides, and to whoever else is in the call; `also`: who is not any more, or not yet."""
    others = (f"user:{user_id}" for (user_id,) in database.fetch(_OTHERS, {"call": call.pk}))
    sides = (f"user:{row.holder_id}", f"user:{call.doctor_user_id}")
    outbox.emit(
        event(
            audience=tuple(dict.fromkeys((*sides, *others, *also))),
            consultation_id=row.pk,
            department=row.department,
            call_id=call.pk,
            **more,
        )
    )
