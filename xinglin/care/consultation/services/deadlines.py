"""What the clock does with a visit that is due."""

from datetime import datetime
from uuid import UUID

from xinglin.care.consultation import rules
from xinglin.care.consultation.lifecycle import REPLY_WITHIN, active_due, look_again_at
from xinglin.care.consultation.messages import queries as messages
from xinglin.care.consultation.models import Consultation
from xinglin.care.consultation.services.ending import run_out, withdraw
from xinglin.care.consultation.services.locking import locked_unless_busy
from xinglin.care.consultation.services.offering import give_back
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.outbox import services as outbox


@outbox.in_one_transaction()
def meet_deadline(consultation_id: UUID, *, at: datetime) -> bool:
    """Take the step that is due; whether one was. A visit in other hands now waits its turn.

    Locks: thread and visit, unless somebody holds them.
    Emits: ConsultationWithdrawn, ConsultationReturned or ConsultationEnded.
    """
    row = locked_unless_busy(consultation_id)
    if row is None or row.due_at is None or row.due_at > at:
        return False
    if row.state == "active":
        return _meet_active(row, at)
    ending = rules.GIVEN_UP[row.state]
    withdraw(row, "give_up", who="clock", actor=_sweeper(), at=at, ending=ending)
    return True


@outbox.in_one_transaction()
def give_up(consultation_id: UUID, *, at: datetime) -> bool:
    """The longest wait is over, however often it began anew; False: the visit is in other hands now.

    Locks: thread and visit, unless somebody holds them. Emits: ConsultationWithdrawn.
    """
    row = locked_unless_busy(consultation_id)
    if row is None or row.state not in {"waiting", "nobody"}:
        return False
    withdraw(row, "give_up", who="clock", actor=_sweeper(), at=at, ending=rules.GIVEN_UP["waiting"])
    return True


def _meet_active(row: Consultation, at: datetime) -> bool:
    """The thread says whose turn it is, and since when. While its sides talk, nobody is late."""
    if row.in_call_since is not None:
        Consultation.objects.filter(pk=row.pk).update(due_at=at + REPLY_WITHIN)
        return False
    facts = messages.thread_facts(row.pk)
    due, step = active_due(
        accepted_at=row.state_since,
        last_patient_at=facts.last_patient_at,
        last_doctor_at=facts.last_doctor_at,
        closes_at=facts.closes_at,
        may_ask=rules.has_turn(facts.turns, facts.max_turns),
        extended_until=row.extended_until,
    )
    if due > at:
        Consultation.objects.filter(pk=row.pk).update(due_at=look_again_at(due, at), due_step=step)
        return False
    if step == "no_reply":
        give_back(row, step, who="clock", actor=_sweeper(), at=at, reason=step)
    else:
        run_out(row, step, actor=_sweeper(), at=at)
    return True


def _sweeper() -> Viewer:
    return Viewer.system("sweeper")
