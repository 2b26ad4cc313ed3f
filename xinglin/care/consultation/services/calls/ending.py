"""How a call ends: by a side, by the clock, or with its visit."""

from datetime import datetime, timedelta

from xinglin.care.consultation import channels, events, rules
from xinglin.care.consultation.lifecycle import REPLY_WITHIN
from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.models import Call, Consultation
from xinglin.care.consultation.queries.calling import proven
from xinglin.care.consultation.services.calls import cards
from xinglin.care.consultation.services.calls.steps import announce, take
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.calls import queries as rooms_now
from xinglin.foundation.calls import services as rooms

_LEAST_PART = 3  # a third of what was promised (C03)


def end_with_visit(row: Consultation, *, actor: Viewer, at: datetime) -> None:
    """Before a visit goes into other hands or ends, its call does. The visit is locked."""
    call = Call.objects.select_for_update().filter(consultation=row).exclude(state="ended").first()
    if call is not None:
        finish(call, row, "over", who="house", actor=actor, at=at, ending="visit_over")


def finish(
    call: Call, row: Consultation, name: str, *, who: str, actor: Viewer, at: datetime, ending: str
) -> None:
    """Close the room, stop the service clock, and let the visit's own clock run again.

    Call and visit are locked. Emits: CallEnded, and CallCutShort.
    """
    was_held = call.answered_at is not None
    by_doctor = actor.user_id == call.doctor_user_id or (
        ending == "line_lost" and _doctor_has_gone(call, row, at)
    )
    rooms.close_room(call.pk, at=at)
    clock_ms = rooms_now.clock(call.pk, at=at).ms if was_held else 0
    cut_short = was_held and by_doctor and clock_ms * _LEAST_PART < call.promised_s * 1000
    note_proven(call, row, at=at)
    changes = {
        "due_at": None,
        "ended_at": at,
        "ending": ending,
        "clock_ms": clock_ms,
        "cut_short": cut_short,
    }
    take(
        call,
        row,
        name,
        who=who,
        actor=actor,
        at=at,
        changes=changes,
        detail={"ending": ending, "clock_ms": clock_ms},
    )
    _let_visit_go_on(call, row, at)
    held = timedelta(milliseconds=clock_ms) if was_held else None
    words = cards.ended(rules.CALL_ENDINGS[ending], held)
    more = {"call_id": str(call.pk), "ending": ending, "clock_ms": clock_ms}
    messages.post_card(row.pk, "call_ended", words, channel=call.channel, **more)
    announce(call, row, events.CallEnded, reason=ending)
    if cut_short:
        announce(
            call,
            row,
            events.CallCutShort,
            practitioner_id=call.practitioner_id,
            clock_ms=clock_ms,
            promised_ms=call.promised_s * 1000,
        )


def _doctor_has_gone(call: Call, row: Consultation, at: datetime) -> bool:
    """The patient's page waits, and the doctor's says nothing: left, or closed without a word."""
    there = rooms_now.present(call.pk, at=at)
    return row.holder_id in there and call.doctor_user_id not in there


def note_proven(call: Call, row: Consultation, *, at: datetime) -> None:
    """What the law may ask of a visit: whether the patient was seen, or heard (IN2)."""
    best = channels.richer(row.held_by, proven(call, at=at))
    if best != row.held_by:
        Consultation.objects.filter(pk=row.pk).update(held_by=best)
        row.held_by = best


def _let_visit_go_on(call: Call, row: Consultation, at: datetime) -> None:
    """The time of the call was not the conversation's; its deadlines begin anew (ADR 0062)."""
    look_again = at + REPLY_WITHIN
    Consultation.objects.filter(pk=row.pk).update(in_call_since=None, due_at=look_again)
    row.in_call_since = None
    if call.visit_closes_at is not None:
        messages.run_time(row.pk, call.visit_closes_at + (at - call.asked_at))
    messages.note_spoken(row.pk, *_spoke(call, row), at=at)


def _spoke(call: Call, row: Consultation) -> tuple[str, ...]:
    """Who has turned to the other side: both, once it was answered; else who rang.

    A doctor who hangs up before the patient could answer has not; nor is a ring that nobody took the
    first reply, which is still owed.
    """
    if call.answered_at is not None:
        return ("patient", "doctor")
    owes_first = row.first_reply_at is None or call.ending == "taken_back"
    return () if call.asked_by == "doctor" and owes_first else (call.asked_by,)
