"""What the modules above tell of a walk-in, in the transaction of their own act. Twice is once."""

from datetime import datetime
from uuid import UUID

from xinglin.care.sites.lifecycle import ENDED
from xinglin.care.sites.queries.walk_ins import row_of
from xinglin.care.sites.services.steps import announce, take
from xinglin.foundation.accounts.types import SYSTEM_ID
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import Conflict, IllegalStep
from xinglin.kernel.text import Text


@outbox.in_one_transaction()
def note_intake(walk_in_id: UUID, intake_id: UUID, *, outcome: str, at: datetime) -> None:
    """Triage has begun, or has answered. `outcome`: interview, emergency or ready.

    Raises:
        NotFound.
        IllegalStep: the visit was asked for already, or the walk-in is over.
    """
    row = row_of(walk_in_id, lock=True)
    if row.intake_id == intake_id and row.state == "emergency" == outcome:
        return
    if row.state != "registered":
        raise IllegalStep
    row.intake_id = intake_id
    if outcome == "emergency":
        take(row, "send_away", who="system", by=SYSTEM_ID, at=at)
        return
    row.save(update_fields=["intake_id"])


@outbox.in_one_transaction()
def note_asked(walk_in_id: UUID, consultation_id: UUID, *, at: datetime) -> None:
    """The patient has asked for the doctor.

    Raises:
        NotFound.
        Conflict: `walk_in_asked`, another visit was asked for in it.
        IllegalStep: it is over.
    """
    row = row_of(walk_in_id, lock=True)
    if row.consultation_id == consultation_id:
        return
    if row.consultation_id is not None:
        raise Conflict(
            "walk_in_asked",
            Text(
                "本次到店已请求过就诊；再次就诊请重新登记。",
                "A doctor was asked for in this walk-in already; to ask again, register once more.",
            ),
        )
    row.consultation_id, row.asked_at = consultation_id, at
    take(row, "ask", who="patient", by=row.holder_id, at=at)


@outbox.in_one_transaction()
def note_seen(walk_in_id: UUID, *, at: datetime) -> None:
    """A doctor has taken the visit. `seen_at` is of the first. Raises NotFound, IllegalStep."""
    row = row_of(walk_in_id, lock=True)
    if row.state == "seen":
        return
    row.seen_at = row.seen_at or at
    take(row, "see", who="system", by=SYSTEM_ID, at=at)


@outbox.in_one_transaction()
def note_returned(walk_in_id: UUID, *, at: datetime) -> None:
    """The visit went back to the queue. Raises NotFound, IllegalStep."""
    row = row_of(walk_in_id, lock=True)
    if row.state == "asked":
        return
    take(row, "give_back", who="system", by=SYSTEM_ID, at=at)


@outbox.in_one_transaction()
def note_alarm(walk_in_id: UUID, *, at: datetime) -> None:
    """What was measured during the visit is an emergency. Raises NotFound.

    Emits: WalkInMoved.
    """
    row = row_of(walk_in_id, lock=True)
    if row.alarmed_at is None and row.state not in ENDED:
        row.alarmed_at = at
        row.save(update_fields=["alarmed_at"])
        announce(row)


@outbox.in_one_transaction()
def note_signed(walk_in_id: UUID, *, at: datetime) -> None:
    """The record of the visit is signed: there is something to print. Raises NotFound.

    Emits: WalkInMoved.
    """
    row = row_of(walk_in_id, lock=True)
    if row.signed_at is None:
        row.signed_at = at
        row.save(update_fields=["signed_at"])
        announce(row)


@outbox.in_one_transaction()
def note_ended(walk_in_id: UUID, *, ending: str, at: datetime) -> None:
    """The visit is over, however; of who has left, nothing changes. Raises NotFound, IllegalStep."""
    row = row_of(walk_in_id, lock=True)
    if row.state in ENDED:
        return
    take(row, "end", who="system", by=SYSTEM_ID, at=at, ending=ending)
