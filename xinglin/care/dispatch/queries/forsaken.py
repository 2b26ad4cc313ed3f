"""Visits that nobody on duty may take, and whose patients do not know it yet."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from xinglin.care.consultation.types import WaitingRequest
from xinglin.care.dispatch.queries.shapes import DutyRow, queue_of
from xinglin.care.dispatch.rules import COLLEAGUE_WITHIN
from xinglin.care.dispatch.types import FINAL_REFUSALS
from xinglin.foundation.database import services as database

NEVER = datetime.max.replace(tzinfo=UTC)
_TOLD = """
    select consultation_id, department, named, language, at from dispatch_nobodytold
    where consultation_id = any(%s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forsaken:
    """A visit that nobody may take now. Of a named doctor `reason` and `since` tell why, and when.

    `language`: that the patient asks for, and nobody there speaks.
    """

    consultation_id: UUID
    department: str
    named_id: UUID | None = None
    reason: str = ""
    since: datetime | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class OfferRow:
    consultation_id: UUID
    practitioner_id: UUID
    department: str
    state: str
    reason: str
    closed_at: datetime | None


Staff = Mapping[str, Collection[UUID]]
Duties = Mapping[UUID, DutyRow]
_Told = tuple[str, UUID | None, str, datetime]


def untold(found: Iterable[Forsaken | None]) -> tuple[Forsaken, ...]:
    """Those of whom the patient was not told yet."""
    forsaken = [f for f in found if f is not None]
    if not forsaken:
        return ()
    rows = database.fetch(_TOLD, [[f.consultation_id for f in forsaken]])
    told: dict[UUID, _Told] = {visit: tuple(rest) for visit, *rest in rows}
    return tuple(f for f in forsaken if not _knows(f, told.get(f.consultation_id)))


def forsaken(
    w: WaitingRequest,
    staff: Staff,
    duties: Duties,
    barred: Mapping[UUID, datetime],
    offers: Iterable[OfferRow],
    at: datetime,
) -> Forsaken | None:
    """A message left for the next shift waits without a word."""
    if w.left_message:
        return None
    if w.named_id:
        closed = (o for o in offers if o.closed_at and o.practitioner_id == w.named_id)
        answer = max(closed, key=lambda o: o.closed_at or NEVER, default=None)
        return _by_one(w, staff, answer, at)
    there = staff.get(queue_of(w.institution_id, w.department), ())
    if any(barred.get(doctor) != NEVER and _speaks(duties[doctor], w.language) for doctor in there):
        return None
    return Forsaken(consultation_id=w.consultation_id, department=w.department, language=w.language)


def _speaks(duty: DutyRow, language: str) -> bool:
    return not language or language in duty.languages


def _by_one(
    w: WaitingRequest, staff: Staff, answer: OfferRow | None, at: datetime
) -> Forsaken | None:
    """The doctor whom the patient asked for is not there, or did not take it: the patient chooses.

    A colleague to whom it was transferred, and who has no room for long, is not waited for either.
    """
    if answer is not None and is_before_the_hand(w, answer):
        answer = None
    if answer is not None:
        gone = "not_suited" if answer.reason in FINAL_REFUSALS else "declined"
        reason = "no_answer" if answer.state == "lapsed" else gone
    elif w.named_id not in staff.get(queue_of(w.institution_id, w.department), ()):
        reason = "off_duty"
    elif w.handed_at is not None and at - w.handed_at >= COLLEAGUE_WITHIN:
        reason = "no_room"
    else:
        return None
    return Forsaken(
        consultation_id=w.consultation_id,
        department=w.department,
        named_id=w.named_id,
        reason=reason,
        since=w.handed_at if answer is None else answer.closed_at,
    )


def is_before_the_hand(waiting: WaitingRequest, offer: OfferRow) -> bool:
    """What a doctor said before a colleague transferred the visit to him counts no more."""
    return (
        waiting.handed_at is not None
        and waiting.named_id == offer.practitioner_id
        and offer.closed_at is not None
        and offer.closed_at < waiting.handed_at
    )


def _knows(found: Forsaken, told: _Told | None) -> bool:
    """Whether the patient was told of this already, and not only of what was before."""
    if told is None or told[:3] != (found.department, found.named_id, found.language):
        return False
    return found.since is None or told[3] >= found.since
