"""For those above who act within a visit: it is held first, then whatever is theirs."""

from uuid import UUID

from xinglin.care.consultation import channels
from xinglin.care.consultation.models import Call, Consultation
from xinglin.care.consultation.queries.calling import proven
from xinglin.care.consultation.services.locking import locked, locked_unless_busy
from xinglin.care.consultation.types import HeldVisit
from xinglin.kernel import clock
from xinglin.kernel.errors import NotFound


def hold(consultation_id: UUID) -> HeldVisit:
    """The visit, for callers that decide themselves who may act in it.

    Locks: the thread's row, then the visit's, until the transaction ends; a card may be posted.
    Raises:
        NotFound: there is no such visit.
    """
    return _held(locked(consultation_id))


def seen(consultation_id: UUID) -> HeldVisit:
    """As `hold`, and nobody waits: for callers that only tell what would be possible.

    Raises:
        NotFound: there is no such visit.
    """
    row = Consultation.objects.filter(pk=consultation_id).first()
    if row is None:
        raise NotFound
    return _held(row)


def hold_unless_busy(consultation_id: UUID) -> HeldVisit | None:
    """As `hold`, for the clock; None when somebody else holds it now."""
    row = locked_unless_busy(consultation_id)
    return None if row is None else _held(row)


def _held(row: Consultation) -> HeldVisit:
    return HeldVisit(
        id=row.pk,
        institution_id=row.institution_id,
        patient_id=row.patient_id,
        holder_id=row.holder_id,
        practitioner_id=row.practitioner_id,
        doctor_user_id=row.doctor_user_id,
        department=row.department,
        state=row.state,
        ending=row.ending,
        kind=row.kind,
        channel=_channel(row),
        asked_by=row.asked_by,
        allergies=row.allergies,
    )


def _channel(row: Consultation) -> str:
    """The richest that calls have proven until now, the one under way among them."""
    best: str = row.held_by
    if row.in_call_since is not None:
        for call in Call.objects.filter(consultation=row, state="open"):
            best = channels.richer(best, proven(call, at=clock.now()))
    return best
