"""What the doctor's page has recorded comes in, a loss is told, and the recording is seen."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from xinglin.care.consultation import events
from xinglin.care.consultation.models import Call, Consultation
from xinglin.care.consultation.queries.calling import may_upload
from xinglin.care.consultation.queries.recordings import (
    purposes_of,
    recorded_calls,
    recording_spans,
    wanted_spans,
)
from xinglin.care.consultation.services.calls.steps import announce, note
from xinglin.care.consultation.services.locking import locked_unless_busy
from xinglin.care.consultation.types import SegmentTold
from xinglin.care.people import queries as people
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.calls import queries as rooms
from xinglin.foundation.outbox import services as outbox
from xinglin.foundation.recordings import queries, services
from xinglin.foundation.recordings.types import NewChunk, NewSegment, SegmentState
from xinglin.kernel.errors import Conflict, FieldError, Invalid, NotFound
from xinglin.kernel.text import Text

# A page's clock is known to the second. Of the file that is made not even that much is shown.
_SLACK: Final = timedelta(seconds=1)


class NotAgreed(Conflict):
    """What is in the chunk was said while one of the two did not want it kept."""

    code = "recording_not_agreed"
    text = Text(
        "这一段不在双方同意录制的时间内，没有保存；请停止录制并删除本机缓存。",
        "Not both sides wanted this kept when it was said, so it was not; stop recording, and drop it.",
    )


class GuestNotAgreed(Conflict):
    """A guest came into the call without a yes to being recorded."""

    code = "guest_not_agreed"
    text = Text(
        "这位受邀人没有同意被录制，没有保存其声音和画面；通话其他人的录制不受影响。",
        "This guest has not agreed to be recorded, so neither voice nor picture was kept; the recording"
        " of the others goes on.",
    )


_SEAT = Text("没有找到这个席位。", "There is no such seat in this call.")
_PURPOSE = Text("您不能以此目的查看。", "You cannot look at it for this purpose.")


@outbox.in_one_transaction()
def begin_segment(
    viewer: Viewer, call_id: UUID, told: SegmentTold, *, at: datetime
) -> SegmentState:
    """A run of a recorder begins, or goes on under the same id.

    Raises:
        NotFound: the viewer is not the doctor of the call with this seat, or nobody agreed.
        Invalid: whose it is.
        GuestNotAgreed: of a guest who has not said yes to it.
        Whatever `recordings.services.begin_segment` raises.
    Locks: the call; its end waits, so that no recording stays without one.
    """
    if not may_upload(viewer, call_id, told.seat):
        raise NotFound
    person = rooms.person_of(call_id, told.of)
    if person is None:
        raise Invalid(FieldError("of", _SEAT))
    if not rooms.may_be_recorded(call_id, told.of):
        raise GuestNotAgreed
    calls = Call.objects.select_for_update(of=("self",), no_key=True)
    call = calls.select_related("consultation").get(pk=call_id)
    _open(call, at)
    if call.state == "ended":
        end_recording(call_id)
    return services.begin_segment(
        call_id,
        NewSegment(
            id=told.id,
            seat_id=told.seat,
            person_id=viewer.user_id,
            of_seat_id=told.of,
            of_person_id=person,
            # Not as the page says it.
            of_role=next(s.role for s in rooms.stays(call_id) if s.person_id == person),
            mime=told.mime,
            began_at=told.began_at,
            sent_at=told.sent_at,
        ),
        at=at,
    )


def _open(call: Call, at: datetime) -> None:
    visit = call.consultation
    services.open_recording(
        call.pk,
        place=people.institution(visit.institution_id).place,
        subject_id=visit.patient_id,
        at=call.answered_at or at,
    )


def append_chunk(
    viewer: Viewer, call_id: UUID, segment_id: UUID, new: NewChunk, *, at: datetime
) -> SegmentState:
    """Raises NotFound, NotAgreed, and whatever `recordings.services.append_chunk` raises."""
    when = queries.chunk_at(call_id, segment_id, viewer.user_id, began_ms=new.began_ms, at=at)
    if when is None:
        raise NotFound
    spans = recording_spans(call_id, at=at)
    if not any(since - _SLACK <= when <= until + _SLACK for since, until in spans):
        raise NotAgreed
    return services.append_chunk(call_id, segment_id, viewer.user_id, new, at=at)


def view_recording(viewer: Viewer, call_id: UUID, *, purpose: str, at: datetime) -> str:
    """A link of this viewer's; audited with the purpose, and the patient reads it.

    Raises:
        NotFound: nothing was recorded, or not for this viewer.
        Invalid: not for this purpose.
        Conflict: `recording_not_made`.
    """
    purposes = purposes_of(viewer, call_id)
    if not purposes:
        raise NotFound
    queries.card(call_id)
    if purpose not in purposes:
        raise Invalid(FieldError("purpose", _PURPOSE))
    return services.ask_view(viewer, call_id, purpose=purpose, at=at)


def end_recording(call_id: UUID) -> None:
    """The call is over: what came of it is made into one file. Twice is as good as once.

    What should have been recorded and never came has a card too.
    """
    call = Call.objects.select_related("consultation").filter(pk=call_id).first()
    if call is None or call.ended_at is None:
        return
    at = call.ended_at
    wanted = wanted_spans(call_id, at=at)
    if wanted:
        _open(call, at)
    services.end_recording(call_id, wanted, agreed=recording_spans(call_id, at=at), at=at)


def tell_losses(*, at: datetime) -> int:
    """How many recordings were found to be lost that were not known to be."""
    lost, kept = recorded_calls(at=at)
    services.note_found(kept)
    return sum(_tell_loss(call_id, at) for call_id in sorted(lost))


@outbox.in_one_transaction()
def _tell_loss(call_id: UUID, at: datetime) -> bool:
    """Once for each loss. A visit in other hands now waits its turn. Emits: RecordingLost."""
    found = Call.objects.select_related("consultation").get(pk=call_id)
    row: Consultation | None = locked_unless_busy(found.consultation_id)
    if row is None:
        return False
    call = Call.objects.select_for_update().get(pk=call_id)
    _open(call, at)
    if call.state != "open" or not services.note_lost(call_id, at=at):
        return False
    note(call, row, "recording_lost", who="clock", actor=Viewer.system("sweeper"), at=at)
    announce(call, row, events.RecordingLost)
    return True
