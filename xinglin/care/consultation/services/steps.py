"""The one place where a visit changes its state."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from xinglin.care.consultation.events import ConsultationEvent
from xinglin.care.consultation.lifecycle import CONSULTATION
from xinglin.care.consultation.models import Consultation
from xinglin.care.consultation.services.at_site import note_course
from xinglin.care.consultation.services.calls.ending import end_with_visit
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.database import services as database
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import IllegalStep

_STEP = """
    insert into consultation_step
        (consultation_id, step, from_state, to_state, who, actor_id, at, reason, detail)
    values (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def queue_up(holder_id: UUID) -> None:
    """Until the transaction ends, nobody else opens or moves visits of this account."""
    database.later(
        "select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"consultation {holder_id}"]
    )


def take(
    row: Consultation,
    name: str,
    *,
    who: str,
    actor: Viewer,
    at: datetime,
    reason: str = "",
    detail: Mapping[str, Any] | None = None,
    changes: Mapping[str, Any] | None = None,
) -> str:
    """Take a step on a locked visit: state, deadline, step row and audit line.

    The caller announces the event and posts the card. Answers the state before the step. A call that
    is under way ends first; a site from which the visit is held hears of it.

    Args:
        changes: further columns that the step sets.
    Raises:
        IllegalStep: no such step leaves the present state.
        Forbidden: it does, but not for `who`.
    """
    before = row.state
    after = CONSULTATION.take(before, name, who)
    if row.in_call_since is not None and after != before:
        end_with_visit(row, actor=actor, at=at)
    due_at, due_step = CONSULTATION.due(after, at) or (None, "")
    values = {
        # A colleague who is asked by hand is asked until the next step, whatever it is.
        **({"handed_to_id": None} if row.handed_to_id else {}),
        **(changes or {}),
        "state": after,
        "state_since": at,
        "due_at": due_at,
        "due_step": due_step,
        "extended_until": None,
        **({"ended_at": at} if after in CONSULTATION.finals else {}),
    }
    _move(row, before, values)
    for column, value in values.items():
        setattr(row, column, value)
    note(row, name, before, who=who, actor=actor, at=at, reason=reason, detail=detail)
    note_course(row, before=before, at=at)
    return before


def stay(
    row: Consultation,
    name: str,
    *,
    who: str,
    actor: Viewer,
    at: datetime,
    changes: Mapping[str, Any],
    reason: str = "",
    detail: Mapping[str, Any] | None = None,
) -> None:
    """As `take`, for a step that ends where it began: whose turn it is, and the clock, stay as they are.

    Raises:
        IllegalStep, Forbidden: as `take`.
    """
    before = row.state
    assert CONSULTATION.take(before, name, who) == before
    _move(row, before, changes)
    note(row, name, before, who=who, actor=actor, at=at, reason=reason, detail=detail)


def _move(row: Consultation, before: str, values: Mapping[str, Any]) -> None:
    columns = ", ".join(f"{column} = %s" for column in values)
    sql = f"update consultation_consultation set {columns} where id = %s and state = %s"  # noqa: S608  # our own columns
    if not database.change(sql, [*values.values(), row.pk, before]):
        raise IllegalStep


def note(
    row: Consultation,
    name: str,
    before: str,
    *,
    who: str,
    actor: Viewer,
    at: datetime,
    reason: str = "",
    detail: Mapping[str, Any] | None = None,
) -> None:
    """The immutable row of a step, and its audit line."""
    step: list[Any] = [row.pk, name, before, row.state, who, actor.user_id, at, reason]
    step.append(Jsonb(dict(detail or {})))
    database.later(_STEP, step)
    audit.record(
        actor,
        f"consultation.{name}",
        subject=row.patient_id,
        thing="consultation",
        thing_id=row.pk,
        purpose="care",
        detail={"from": before, "to": row.state, "reason": reason},
    )


def announce(row: Consultation, event: type[ConsultationEvent], *also: str, **more: object) -> None:
    """To the parties, the department of the visit, the board, and `also`."""
    audience = (*parties_of(row), f"department:{row.department}", "board", *also)
    outbox.emit(event(audience=audience, consultation_id=row.pk, department=row.department, **more))


def tell_parties(row: Consultation, event: type[ConsultationEvent], **more: object) -> None:
    """Only to patient and doctor: nobody else has to know of it."""
    outbox.emit(
        event(
            audience=parties_of(row),
            consultation_id=row.pk,
            department=row.department,
            **more,
        )
    )


def parties_of(row: Consultation) -> tuple[str, ...]:
    doctor = (f"user:{row.doctor_user_id}",) if row.doctor_user_id else ()
    return (f"user:{row.holder_id}", *doctor)
