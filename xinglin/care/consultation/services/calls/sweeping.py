"""What the clock does with a call: nobody answers, the line stays down, the visit is over."""

from datetime import datetime
from uuid import UUID

from xinglin.care.consultation.lifecycle import LINE_LOST_AFTER
from xinglin.care.consultation.models import Call, Consultation
from xinglin.care.consultation.services.calls.ending import finish
from xinglin.care.consultation.services.locking import locked_unless_busy
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.calls import queries as rooms
from xinglin.foundation.outbox import services as outbox


@outbox.in_one_transaction()
def meet_call_deadline(call_id: UUID, *, at: datetime) -> bool:
    """Take the step that is due; whether one was. A visit in other hands now waits its turn.

    Locks: thread, visit and call, unless somebody holds them. Emits: CallEnded.
    """
    found = Call.objects.filter(pk=call_id).first()
    row = locked_unless_busy(found.consultation_id) if found else None
    if row is None:
        return False
    call = Call.objects.select_for_update().get(pk=call_id)
    if call.due_at is None or call.due_at > at:
        return False
    return _meet(call, row, at)


def _meet(call: Call, row: Consultation, at: datetime) -> bool:
    sweeper = Viewer.system("sweeper")
    if row.state != "active":
        # Whoever ends a visit ends its call first; this is for the one who did not.
        finish(call, row, "over", who="house", actor=sweeper, at=at, ending="visit_over")
        return True
    if call.state == "ringing":
        finish(call, row, "miss", who="clock", actor=sweeper, at=at, ending="missed")
        return True
    due = _lost_at(call, at)
    if due <= at:
        finish(call, row, "lose", who="clock", actor=sweeper, at=at, ending="line_lost")
        return True
    Call.objects.filter(pk=call.pk).update(due_at=due)
    return False


def _lost_at(call: Call, at: datetime) -> datetime:
    """When the line will have been down for too long, if it is down from now on at the latest."""
    down = rooms.down_since(call.pk, at=at)
    since = at if down is None else max(down, call.answered_at or down)
    return since + LINE_LOST_AFTER
