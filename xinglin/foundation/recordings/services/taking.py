"""Chunks come in: in order, once, chained; and on the disk before anybody is told so.

The outbox of a page sends again what was not answered, also after the page was loaded anew.
"""

import hashlib
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Min

from xinglin.foundation.accounts.types import SYSTEM_ID, Viewer
from xinglin.foundation.audit.services import record
from xinglin.foundation.outbox.services import poke
from xinglin.foundation.recordings import queries, rules
from xinglin.foundation.recordings.models import Chunk, Recording, Segment
from xinglin.foundation.recordings.services import disk
from xinglin.foundation.recordings.types import MAX_CHUNK, NewChunk, NewSegment, SegmentState, Span
from xinglin.kernel.dates import add_years
from xinglin.kernel.errors import Conflict, FieldError, Invalid, NotFound, TooLarge, Unsupported
from xinglin.kernel.text import Text

_MS = timedelta(milliseconds=1)
MAKING = "recording"  # what wakes the worker's loop


class ChunkMissing(Conflict):
    """`next`: which one belongs first."""

    code = "chunk_missing"
    text = Text("前面的录制块还没有收到。", "Chunks before this one have not come yet.")

    def __init__(self, expected: int) -> None:
        super().__init__()
        self.extra = {"next": expected}


class ChunkDiffers(Conflict):
    code = "chunk_differs"
    text = Text(
        "这个录制块已收到，内容不同；已收到的不会被替换。",
        "This chunk was received with other content; what was received is not replaced.",
    )


class ChunkDamaged(Conflict):
    code = "chunk_damaged"
    text = Text(
        "录制块在传输中损坏，请重新发送。", "The chunk was damaged on its way; send it again."
    )


class SegmentClosed(Conflict):
    code = "segment_closed"
    text = Text("这个录制段已结束，请另起一段。", "This segment has ended; begin another one.")


class RecordingOver(Conflict):
    code = "recording_over"
    text = Text(
        "通话结束已超过24小时，不再接收录制内容。",
        "The call ended more than 24 hours ago; nothing of it is taken in any more.",
    )


_UNLIKE = Text("录制段编号已用于别的录制。", "This segment's id belongs to another recording.")
_MIME = Text("不支持这种录制格式。", "A recording of this kind is not taken.")
_TIME = Text("录制开始时间不在通话时间内。", "It did not begin during the call.")
_TOO_LONG = Text(
    "一个录制段最长4小时，请另起一段。", "A segment lasts 4 hours at most; begin another one."
)
_TOO_BIG = Text("一个录制块最大4MB。", "A chunk has 4 MB at most.")
_TOO_MANY = Text("这次通话的录制段过多。", "There are too many segments of this call.")
_NOT_RISING = Text(
    "录制块的开始时间必须晚于前一块。", "A chunk begins later than the one before it."
)
_TOO_EARLY = Text(
    "录制块在其开始时间之前到达，请校准设备时间。",
    "The chunk came before it is said to begin; please set the device's clock.",
)
_EMPTY = Text("录制块是空的。", "The chunk is empty.")


def open_recording(room_id: UUID, *, place: str, subject_id: UUID, at: datetime) -> None:
    """From now on there is something to keep of this room; done twice it is done once."""
    Recording.objects.get_or_create(
        id=room_id,
        defaults={"place": place, "subject_id": subject_id, "key": disk.new_key(), "opened_at": at},
    )


@transaction.atomic
def end_recording(
    room_id: UUID,
    wanted: Iterable[Span],
    *,
    at: datetime,
    agreed: Iterable[Span] | None = None,
) -> None:
    """Nothing new begins. Idempotent.

    Args:
        wanted: the times in which it should have recorded.
        agreed: the times of which anything may be shown; None: all that was taken.
    """
    row = Recording.objects.select_for_update().filter(pk=room_id, ended_at=None).first()
    if row is None:
        return
    row.ended_at = at
    row.wanted = _told(wanted)
    row.agreed = None if agreed is None else _told(agreed)
    row.due_at = _due(row, at)
    # Sooner the database itself refuses to lose it.
    row.keep_until = add_years(at, rules.KEPT_YEARS)
    row.save(update_fields=["ended_at", "wanted", "agreed", "due_at", "keep_until"])
    transaction.on_commit(lambda: poke("worker", MAKING))


@transaction.atomic
def begin_segment(room_id: UUID, new: NewSegment, *, at: datetime) -> SegmentState:
    """A new segment, or the state of the one that has begun under this id.

    Raises:
        NotFound: nothing of this room is recorded, or the id is somebody else's.
        Conflict: it began with something else; RecordingOver.
        Invalid, Unsupported, TooLarge: what it says of itself.
    Locks: the recording.
    """
    if not rules.is_known_mime(new.mime):
        raise Unsupported("mime_unknown", _MIME)
    recording = Recording.objects.select_for_update().filter(pk=room_id).first()
    if recording is None:
        raise NotFound
    row = Segment.objects.filter(pk=new.id).first()
    if row is None:
        row = _begun(recording, new, at)
    if (row.recording_id, row.person_id) != (room_id, new.person_id):
        raise NotFound
    if (row.seat_id, row.of_seat_id, row.mime) != (new.seat_id, new.of_seat_id, new.mime):
        raise Conflict("another_segment", _UNLIKE)
    return queries.state_of(row)


def _begun(recording: Recording, new: NewSegment, at: datetime) -> Segment:
    _check_late(recording, at)
    skew = _skew(recording, new, at)
    first, last = recording.opened_at - rules.CLOCK_SLACK, at + rules.CLOCK_SLACK
    if not first <= new.began_at + skew <= last:
        raise Invalid(FieldError("began_at", _TIME))
    if recording.segments.count() >= rules.MOST_SEGMENTS:
        raise TooLarge("too_many_segments", _TOO_MANY)
    row = Segment.objects.create(
        id=new.id,
        recording=recording,
        seat_id=new.seat_id,
        person_id=new.person_id,
        of_seat_id=new.of_seat_id,
        of_person_id=new.of_person_id,
        of_role=new.of_role,
        mime=new.mime,
        began_at=new.began_at,
        received_at=at,
        skew_ms=round(skew / _MS),
        last_at=at,
        chain=rules.NO_CHAIN,
    )
    _again(recording, at)
    return row


def _skew(recording: Recording, new: NewSegment, at: datetime) -> timedelta:
    """How far the page's clock is behind: by that word of this seat which came with the least delay.

    Of this seat: a person's other device has another clock. What has been judged before stays.
    """
    own = at - (new.sent_at or at)
    alike = recording.segments.filter(
        seat_id=new.seat_id, skew_ms__gte=round((own - rules.MOST_DELAY) / _MS)
    )
    least = alike.aggregate(least=Min("skew_ms"))["least"]
    return own if least is None else min(own, least * _MS)


@transaction.atomic
def append_chunk(
    room_id: UUID, segment_id: UUID, person_id: UUID, new: NewChunk, *, at: datetime
) -> SegmentState:
    """The next chunk, durable when this returns; the same one again is answered alike.

    Raises:
        NotFound: no such segment of this person in this room.
        ChunkMissing, ChunkDiffers, ChunkDamaged, SegmentClosed, RecordingOver.
        TooLarge, Invalid: by its size, by that of its segment, or by its time.
        StorageFull: nothing of it was kept; it can be sent again.
    Locks: the segment.
    """
    row = _own(room_id, segment_id, person_id)
    _check_content(new)
    if new.seq < row.chunks:
        return _same(row, new)
    if new.seq > row.chunks:
        raise ChunkMissing(row.chunks)
    if row.state == "closed":
        raise SegmentClosed
    _check_late(row.recording, at)
    if new.began_ms > rules.MAX_SEGMENT.total_seconds() * 1000:
        raise TooLarge("segment_too_long", _TOO_LONG)
    if row.bytes + len(new.content) > rules.MAX_SEGMENT_BYTES:
        raise TooLarge("segment_too_long", _TOO_LONG)
    if rules.next_chain(bytes(row.chain), new.sha256) != new.chain:
        raise ChunkDiffers
    _check_time(row, new, at)
    disk.keep_chunk(row, new.seq, new.content)
    Chunk.objects.create(
        segment=row,
        seq=new.seq,
        sha256=new.sha256,
        chain=new.chain,
        bytes=len(new.content),
        began_ms=new.began_ms,
        received_at=at,
    )
    row.chunks, row.bytes = row.chunks + 1, row.bytes + len(new.content)
    row.chain, row.last_at, row.state = new.chain, at, "open"
    row.save(update_fields=["chunks", "bytes", "chain", "last_at", "state", "skew_ms"])
    _again(row.recording, at)
    return queries.state_of(row)


@transaction.atomic
def close_segment(
    room_id: UUID,
    segment_id: UUID,
    person_id: UUID,
    *,
    chunks: int,
    chain: bytes,
    ended_at: datetime,
    at: datetime,
) -> SegmentState:
    """All of it is here. Its tip goes into the audit, whose chains others have signed. Idempotent.

    Raises:
        NotFound, ChunkMissing, ChunkDiffers.
    Locks: the segment.
    """
    row = _own(room_id, segment_id, person_id)
    if chunks > row.chunks:
        raise ChunkMissing(row.chunks)
    if (chunks, chain) != (row.chunks, bytes(row.chain)):
        raise ChunkDiffers
    if row.state != "closed":
        row.state, row.ended_at = "closed", ended_at
        row.save(update_fields=["state", "ended_at"])
        note_tip(row)
        _again(row.recording, at)
    return queries.state_of(row)


def note_lost(room_id: UUID, *, at: datetime) -> bool:
    """Nothing is recorded although it should be; whether that is new."""
    return bool(Recording.objects.filter(pk=room_id, lost_at=None).update(lost_at=at))


def note_found(room_ids: Collection[UUID]) -> None:
    """These are recorded again; what comes next is another loss."""
    Recording.objects.filter(pk__in=room_ids, lost_at__isnull=False).update(lost_at=None)


def note_tip(row: Segment) -> None:
    record(
        Viewer.system("recordings"),
        "recordings.end_segment",
        subject=row.recording.subject_id,
        thing="recording",
        thing_id=row.recording_id,
        purpose="keeping",
        detail={
            "segment": str(row.pk),
            "by": str(row.person_id),
            "state": row.state,
            "chunks": row.chunks,
            "chain": bytes(row.chain).hex(),
        },
    )


def _own(room_id: UUID, segment_id: UUID, person_id: UUID) -> Segment:
    assert person_id != SYSTEM_ID  # the house itself records nothing
    row = (
        Segment.objects.select_for_update(of=("self",))
        .select_related("recording")
        .filter(pk=segment_id, recording_id=room_id, person_id=person_id)
        .first()
    )
    if row is None:
        raise NotFound
    return row


def _check_content(new: NewChunk) -> None:
    if not new.content:
        raise Invalid(FieldError("body", _EMPTY))
    if len(new.content) > MAX_CHUNK:
        raise TooLarge("chunk_too_large", _TOO_BIG)
    if hashlib.sha256(new.content).digest() != new.sha256:
        raise ChunkDamaged


def _check_time(row: Segment, new: NewChunk, at: datetime) -> None:
    """Times of chunks rise, and none comes before it begins: then the page's first word was late.

    Raises Invalid.
    """
    before = Chunk.objects.filter(segment=row, seq=new.seq - 1).values_list("began_ms", flat=True)
    if any(new.began_ms <= began_ms for began_ms in before):
        raise Invalid(FieldError("X-Began-At", _NOT_RISING))
    early = queries.zero_of(row) + new.began_ms * _MS - at
    if early > rules.LONGEST_CHUNK:
        raise Invalid(FieldError("X-Began-At", _TOO_EARLY))
    row.skew_ms -= max(0, round(early / _MS))


def _same(row: Segment, new: NewChunk) -> SegmentState:
    kept = Chunk.objects.get(segment=row, seq=new.seq)
    if (bytes(kept.sha256), bytes(kept.chain)) != (new.sha256, new.chain):
        raise ChunkDiffers
    return queries.state_of(row)


def _check_late(recording: Recording, at: datetime) -> None:
    if recording.ended_at is not None and at > recording.ended_at + rules.LATE:
        raise RecordingOver


def _told(spans: Iterable[Span]) -> list[list[str]]:
    return [[a.isoformat(), b.isoformat()] for a, b in rules.joined(spans)]


def _due(row: Recording, at: datetime) -> datetime:
    """At once when all that has begun is here, else when it is given up."""
    states = set(row.segments.values_list("state", flat=True))
    return at if states and "open" not in states else at + rules.LOST_AFTER


def _again(recording: Recording, at: datetime) -> None:
    """Something has come: what was made after the end is made anew."""
    if recording.ended_at is None:
        return
    Recording.objects.filter(pk=recording.pk).update(
        lost_at=None, state="keeping", tries=0, last_error="", due_at=_due(recording, at)
    )
    transaction.on_commit(lambda: poke("worker", MAKING))
