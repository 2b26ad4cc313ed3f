"""What can be asked of recordings. The caller has checked who asks."""

import hashlib
import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from django.db.models import Max

from xinglin.foundation.recordings import rules
from xinglin.foundation.recordings.models import Chunk, Recording, Segment
from xinglin.foundation.recordings.types import (
    RecordingCard,
    SegmentCard,
    SegmentState,
    Span,
    State,
)
from xinglin.kernel import clock
from xinglin.kernel.errors import NotFound
from xinglin.policy import facts
from xinglin.policy.rules import Verdict, decide, local_date

joined, without = rules.joined, rules.without
_MUST = ("patient", "doctor")
_PIECE = 256 * 1024


def card(recording_id: UUID) -> RecordingCard:
    """Raises NotFound: nothing was recorded of this room, or it is kept no more."""
    found = cards([recording_id])
    if not found:
        raise NotFound
    return found[recording_id]


def cards(recording_ids: Iterable[UUID]) -> dict[UUID, RecordingCard]:
    """Those that exist; two statements."""
    rows = Recording.objects.filter(pk__in=list(recording_ids)).prefetch_related("segments")
    return {row.pk: _card(row) for row in rows}


def _card(row: Recording) -> RecordingCard:
    is_failed = row.state == "failed"
    return RecordingCard(
        id=row.pk,
        state=cast("State", row.state),
        opened_at=row.opened_at,
        ended_at=row.ended_at,
        made_at=row.made_at,
        zero_at=row.zero_at,
        content_type=rules.CONTENT_TYPES.get(row.container, ""),
        bytes=row.bytes,
        sha256=bytes(row.sha256).hex(),
        milliseconds=row.milliseconds,
        tracks=tuple(row.tracks),
        wanted=tuple(spans_of(row.wanted)),
        gaps=tuple(spans_of(row.gaps)),
        segments=tuple(map(_segment, sorted(row.segments.all(), key=lambda s: s.received_at))),
        lost_at=row.lost_at,
        kept_until=retention(row, at=clock.now()).retain_until if row.ended_at else None,
        is_verified=None if row.checked_at is None else row.faults == 0,
        why=rules.FAILURES.get(row.last_error, rules.FAILURES["other"]) if is_failed else None,
    )


def retention(row: Recording, *, at: datetime) -> Verdict:
    """What policy `retain` says to deleting it now, counted from the last thing that came of it."""
    ends = [row.ended_at or row.opened_at]
    since = max(ends + [segment.last_at for segment in row.segments.all()])
    return decide(
        "retain",
        facts.Retain(thing="video", made_at=since, wants_delete=False, now=at),
        place=row.place,
        on=local_date(at, row.place),
    )


def _segment(row: Segment) -> SegmentCard:
    return SegmentCard(
        id=row.pk,
        person_id=row.person_id,
        of_person_id=row.of_person_id,
        of_role=row.of_role,
        mime=row.mime,
        began_at=row.began_at,
        received_at=row.received_at,
        state=row.state,
        chunks=row.chunks,
        bytes=row.bytes,
        milliseconds=row.milliseconds,
        chain=bytes(row.chain).hex(),
        is_left_out=row.is_left_out,
    )


def state_of(row: Segment) -> SegmentState:
    return SegmentState(
        id=row.pk,
        state=row.state,  # type: ignore[arg-type]  # the column's constraint knows these three
        next=row.chunks,
        chain=bytes(row.chain).hex(),
        bytes=row.bytes,
    )


def spans_of(told: list[list[str]]) -> list[Span]:
    return [(datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b in told]


def last_chunks(room_ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """When the last chunk came, of those rooms of which one came; one statement."""
    rows = Segment.objects.filter(recording_id__in=list(room_ids), chunks__gt=0)
    told = rows.values_list("recording_id").annotate(last=Max("last_at"))
    return dict(told.order_by())


def zeros(segments: Iterable[Segment]) -> dict[UUID, datetime]:
    """When each segment began, by the house's clock."""
    return {row.pk: zero_of(row) for row in segments}


def zero_of(row: Segment) -> datetime:
    return row.began_at + timedelta(milliseconds=row.skew_ms)


def chunk_at(
    room_id: UUID, segment_id: UUID, person_id: UUID, *, began_ms: int, at: datetime
) -> datetime | None:
    """When what is in a chunk began, by the house's clock; None: no such segment of this person.

    Not after `at`, when it came.
    """
    row = Segment.objects.filter(recording_id=room_id, person_id=person_id, pk=segment_id).first()
    return None if row is None else min(zero_of(row) + timedelta(milliseconds=began_ms), at)


def gaps_of(row: Recording) -> list[Span]:
    """Times of `wanted` in which patient or doctor was not recorded."""
    segments = list(row.segments.all())
    begins: dict[UUID, list[int]] = {}
    chunks = Chunk.objects.filter(segment__recording=row).order_by("segment", "seq")
    for segment_id, began_ms in chunks.values_list("segment_id", "began_ms"):
        begins.setdefault(segment_id, []).append(began_ms)
    at = zeros(segments)
    sides: dict[str, list[Span]] = {role: [] for role in _MUST}
    for segment in segments:
        if segment.of_role in sides and segment.pk in begins and not segment.is_left_out:
            sides[segment.of_role] += rules.covered(
                at[segment.pk], begins[segment.pk], milliseconds=segment.milliseconds
            )
    return rules.gaps(spans_of(row.wanted), list(sides.values()))


def is_as_received(row: Chunk, content: bytes) -> bool:
    return hashlib.sha256(content).digest() == bytes(row.sha256)


def digest_of(number: int) -> bytes:
    """SHA-256 of an open file."""
    digest, at = hashlib.sha256(), 0
    while piece := os.pread(number, _PIECE, at):
        digest.update(piece)
        at += len(piece)
    return digest.digest()


def manifest(recording_id: UUID) -> dict[str, Any]:
    """All that proves a recording, for a copy: segments, chunks, hashes and chains in hex.

    Raises:
        NotFound.
    """
    row = Recording.objects.filter(pk=recording_id).first()
    if row is None:
        raise NotFound
    chunks: dict[UUID, list[dict[str, Any]]] = {}
    for chunk in Chunk.objects.filter(segment__recording=row).order_by("segment", "seq"):
        chunks.setdefault(chunk.segment_id, []).append(
            {
                "sha256": bytes(chunk.sha256).hex(),
                "chain": bytes(chunk.chain).hex(),
                "bytes": chunk.bytes,
                "began_ms": chunk.began_ms,
                "received_at": chunk.received_at.isoformat(),
            }
        )
    return {
        "recording": str(row.pk),
        "state": row.state,
        "made": {"sha256": bytes(row.sha256).hex(), "bytes": row.bytes} if row.bytes else None,
        "wanted": row.wanted,
        "gaps": row.gaps,
        "segments": [
            {
                "id": str(segment.pk),
                "by": str(segment.person_id),
                "of": str(segment.of_person_id),
                "role": segment.of_role,
                "mime": segment.mime,
                "began_at": segment.began_at.isoformat(),
                "state": segment.state,
                "chain": bytes(segment.chain).hex(),
                "chunks": chunks.get(segment.pk, []),
            }
            for segment in row.segments.order_by("received_at")
        ],
    }
