"""The one place where a prescription changes its state."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from psycopg.types.json import Jsonb

from xinglin.care.consultation import services as consultation
from xinglin.care.consultation.types import HeldVisit
from xinglin.care.prescribing import events
from xinglin.care.prescribing.lifecycle import POOL, PRESCRIPTION
from xinglin.care.prescribing.models import Prescription
from xinglin.care.prescribing.services import lawful
from xinglin.foundation.accounts.queries import active_staff
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.database import services as database
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import IllegalStep, NotFound, Unavailable
from xinglin.kernel.text import Text

_FIELDS = [field.attname for field in Prescription._meta.concrete_fields]  # noqa: SLF001  # Django's public name for it
_VISIT = "select consultation_id from prescription where id = %s"
_LOCK = f"select {', '.join(_FIELDS)} from prescription where id = %s for update"  # noqa: S608  # our own columns
_ALONE = "select pg_advisory_xact_lock(hashtextextended(%s, 0))"
_STEP = """
    insert into prescription_step
        (prescription_id, step, from_state, to_state, who, actor_id, at, reason, detail)
    values (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
# Ours: so far the clocks of two machines may differ; what goes back further is no time of day.
CLOCK_SLACK: Final = timedelta(minutes=1)
_EVENTS: Mapping[str, type[events.PrescriptionEvent]] = {
    "abandon": events.PrescriptionDiscarded,
    "approve": events.PrescriptionApproved,
    "claim": events.PrescriptionClaimed,
    "discard": events.PrescriptionDiscarded,
    "escalate": events.PrescriptionEscalated,
    "expire": events.PrescriptionExpired,
    "lapse": events.PrescriptionUnclaimed,
    "pass_on": events.PrescriptionPassedOn,
    "refuse": events.PrescriptionRefused,
    "release": events.PrescriptionUnclaimed,
    "return": events.PrescriptionReturned,
    "run_out": events.PrescriptionVoided,
    "sign": events.PrescriptionSigned,
    "take": events.PrescriptionDispensed,
    "void": events.PrescriptionVoided,
}
_OF_ITS_DOCTOR = frozenset({"abandon", "discard"})
_OF_THE_POOL = frozenset(
    {"claim", "escalate", "lapse", "pass_on", "release", "run_out", "sign", "void"}
)
_COUNTED = frozenset({"approve", "pass_on", "sign"})


class ClockWentBackError(Unavailable):
    """The act would be before the state that it acts on: which day it is cannot be said."""

    code = "clock_went_back"
    text = Text(
        "系统时间异常，暂不能办理处方，内容已保留。请联系管理员校准时间后再试。",
        "The system's clock is wrong, so nothing can be done with prescriptions now; nothing is lost."
        " Please have the administrator set it right and try again.",
    )


def locked(prescription_id: UUID) -> tuple[Prescription, HeldVisit]:
    """The prescription and its visit, held until the transaction ends.

    Locks: thread and visit, then the prescription: the order of every act here, so that none waits
    for another in a circle.
    Raises:
        NotFound: there is no such prescription.
    """
    found = database.fetch_one(_VISIT, [prescription_id])
    if found is None:
        raise NotFound
    visit = consultation.hold(found[0])
    return _row(prescription_id), visit


def alone_with_patient(row: Prescription) -> None:
    """Until the transaction ends nobody else signs or passes anything for this patient: of two at
    once the second one's safety check sees the first.

    Locks: the patient's prescriptions, after the row that `locked` gave.
    """
    database.fetch(_ALONE, [f"prescriptions of {row.patient_id}"])


def locked_unless_busy(prescription_id: UUID) -> Prescription | None:
    """As `locked`, for the clock; None when somebody else holds its visit now, or it is gone."""
    found = database.fetch_one(_VISIT, [prescription_id])
    if found is None or consultation.hold_unless_busy(found[0]) is None:
        return None
    return _row(prescription_id)


def _row(prescription_id: UUID) -> Prescription:
    row = Prescription.objects.raw(_LOCK, [prescription_id])
    return next(iter(row))


def take(
    row: Prescription,
    name: str,
    *,
    who: str,
    actor: Viewer,
    at: datetime,
    reason: str = "",
    detail: Mapping[str, Any] | None = None,
    changes: Mapping[str, Any] | None = None,
    **told: object,
) -> None:
    """Take a step on a locked prescription: state, deadline, step row, audit line, event.

    The caller posts the card.

    Args:
        changes: further columns that the step sets.
        told: further fields of the event.
    Raises:
        IllegalStep: no such step leaves the present state.
        Forbidden: it does, but not for `who`.
        ClockWentBackError: `at` lies before the present state.
    """
    if at < row.state_since - CLOCK_SLACK:
        raise ClockWentBackError
    before = row.state
    after = PRESCRIPTION.take(before, name, who)
    values = {**(changes or {}), "state": after, "state_since": at}
    for column, value in values.items():
        setattr(row, column, value)
    row.due_at, row.due_step = due(row, at)
    _move(row, before, {**values, "due_at": row.due_at, "due_step": row.due_step})
    note(row, name, before, who=who, actor=actor, at=at, reason=reason, detail=detail)
    _announce(row, name, **told)


def due(row: Prescription, at: datetime) -> tuple[datetime | None, str]:
    """When the clock acts on the present state, and by which step.

    What goes back to the pool keeps its deadline, and what that leads to is policy's; at the end of its
    validity what is effective expires, and what still waits is void.
    """
    if row.state == "effective":
        return row.expires_at, "expire"
    if row.state in POOL:
        assert row.review_due_at is not None  # constraints: what was signed has both
        assert row.expires_at is not None
        if row.state == "signed_by_doctor" and max(at, row.review_due_at) < row.expires_at:
            return row.review_due_at, lawful.timed_out_by(row.institution_id, at)
        return row.expires_at, "run_out"
    return PRESCRIPTION.due(row.state, at) or (None, "")


def _move(row: Prescription, before: str, values: Mapping[str, Any]) -> None:
    columns = ", ".join(f"{column} = %s" for column in values)
    sql = f"update prescription set {columns} where id = %s and state = %s"  # noqa: S608  # our own columns
    if not database.change(sql, [*values.values(), row.pk, before]):
        raise IllegalStep


def note(
    row: Prescription,
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
    database.later(_STEP, [*step, Jsonb(dict(detail or {}))])
    audit.record(
        actor,
        f"prescription.{name}",
        subject=row.patient_id,
        thing="prescription",
        thing_id=row.pk,
        purpose="care",
        detail={"from": before, "to": row.state, "reason": reason},
    )


def _announce(row: Prescription, name: str, **told: object) -> None:
    more: dict[str, Any] = {"version": row.version} if name in _COUNTED else {}
    outbox.emit(
        _EVENTS[name](
            audience=_audience(row, name),
            prescription_id=row.pk,
            consultation_id=row.consultation_id,
            state=row.state,
            **more,
            **told,
        )
    )


def _audience(row: Prescription, name: str) -> tuple[str, ...]:
    """The doctor; the patient, once it was signed; and whoever watches the pool, when that changes."""
    told = [f"user:{row.prescriber_id}"]
    if name not in _OF_ITS_DOCTOR or row.version:
        told.append(f"user:{row.holder_id}")
    if name in _OF_THE_POOL:
        told += [f"user:{who}" for who in active_staff("pharmacist", row.institution_id)]
    elif row.reviewer_id:
        told.append(f"user:{row.reviewer_id}")
    return tuple(dict.fromkeys(told))
