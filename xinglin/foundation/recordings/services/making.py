"""The worker's part: of what came of a call that has ended, one playable file. Nothing waits for it.

A recording is taken by a lease: `due_at` moves on to where another worker may try, and what is made is
written only if it still stands there. So nothing is locked for the minutes that it takes, and a chunk that
comes late meanwhile (it moves `due_at` too) has the file made anew.
"""

import os
import threading
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from django.db import transaction
from django.db.models import Sum

from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record
from xinglin.foundation.outbox.services import in_one_transaction
from xinglin.foundation.recordings import queries, rules
from xinglin.foundation.recordings.models import Chunk, Recording, Segment
from xinglin.foundation.recordings.services import disk
from xinglin.foundation.recordings.services.child import Died, Stopped, answered
from xinglin.foundation.recordings.services.taking import note_tip
from xinglin.foundation.recordings.types import Span
from xinglin.kernel import clock

log = structlog.get_logger(__name__)
# Six seconds of CPU for a minute of two pictures were measured; this is for a busy machine.
_AT_LEAST_S: Final = 300
_S_PER_MB: Final = 20
_MS: Final = timedelta(milliseconds=1)
_MOST_S: Final = 2 * 3600
_LEASE_SLACK: Final = timedelta(minutes=5)
_MOST_TRIES: Final = 6
_LONGEST_PAUSE_S: Final = 600
_BATCH: Final = 5
_MOST_MS: Final = 12 * 3600 * 1000
# The result holds the same pictures and one voice; what is longer is no recording.
_ROOM: Final = 64 * rules.MB


class _Refused(Exception):
    """For good. The word is one of `rules.FAILURES`."""


def make_due(*, stop: threading.Event | None = None) -> int:
    """What is due, at most 5, each by itself; what is under way is left for another when `stop` is set."""
    handled, told = 0, stop or threading.Event()
    while handled < _BATCH and not told.is_set() and _one(clock.now(), told):
        handled += 1
    return handled


def _one(at: datetime, stop: threading.Event) -> bool:
    row = _leased(at)
    if row is None:
        return False
    try:
        if row.tries > _MOST_TRIES:  # whoever tried died of it
            raise _Refused("interrupted")  # noqa: TRY301  # one way out for all that fails
        _finish(row, _made(row, stop), at)
    except Stopped:
        _give_back(row, at)
    except Died:
        _put_off(row, "unplayable", at, for_good=False)
    except _Refused as refused:
        _put_off(row, str(refused), at, for_good=True)
    except Exception as error:  # noqa: BLE001  # whatever fails, the others go on
        _put_off(row, type(error).__name__, at, for_good=False)
    return True


@transaction.atomic
def _leased(at: datetime) -> Recording | None:
    due = Recording.objects.select_for_update(skip_locked=True).filter(due_at__lte=at)
    row = due.order_by("due_at").first()
    if row is None:
        return None
    lease = timedelta(seconds=_within_s(row)) + _LEASE_SLACK
    row.due_at, row.tries, row.state = at + lease, row.tries + 1, "making"
    row.save(update_fields=["due_at", "tries", "state"])
    return row


def _within_s(row: Recording) -> float:
    size = row.segments.aggregate(bytes=Sum("bytes"))["bytes"] or 0
    return float(min(_MOST_S, _AT_LEAST_S + _S_PER_MB * size / rules.MB))


def _give_back(row: Recording, at: datetime) -> None:
    """As if nobody had taken it."""
    Recording.objects.filter(pk=row.pk, due_at=row.due_at).update(
        due_at=at, tries=row.tries - 1, state="keeping"
    )


@in_one_transaction()
def _give_up(row: Recording) -> None:
    """What has not been closed by now never will be: the tab crashed, or its device is gone."""
    for segment in row.segments.select_for_update().filter(state="open"):
        segment.state = "lost"
        segment.save(update_fields=["state"])
        note_tip(segment)


def _made(row: Recording, stop: threading.Event) -> dict[str, Any]:
    _give_up(row)
    segments = list(row.segments.filter(chunks__gt=0).order_by("received_at"))
    if not segments:
        raise _Refused("nothing")
    zeros = queries.zeros(segments)
    zero = min(zeros.values())
    size = sum(segment.bytes for segment in segments)
    with ExitStack() as open_files:
        out = open_files.enter_context(disk.scratch(size + _ROOM))
        numbers = [open_files.enter_context(disk.scratch(each.bytes)) for each in segments]
        told = [
            {
                "fd": _gathered(row, segment, number),
                "id": str(segment.pk),
                "person": str(segment.of_person_id),
                "role": segment.of_role,
                "at_ms": round((zeros[segment.pk] - zero) / _MS),
                "keep": _keep(row, zeros[segment.pk]),
            }
            for segment, number in zip(segments, numbers, strict=True)
        ]
        plan = {"out": out, "segments": told, "most_ms": _MOST_MS, "most_bytes": size + _ROOM}
        answer = answered(plan, [out, *numbers], within_s=_within_s(row), stop=stop)
        _note_lengths(row, answer.get("lengths", {}))
        if "refused" in answer:
            raise _Refused(answer["refused"])
        return answer | _kept(row, out) | {"zero": zero}


def _keep(row: Recording, zero: datetime) -> list[list[int]] | None:
    """What was agreed to, on the segment's own time line; None: all of it."""
    if row.agreed is None:
        return None
    return [[round((at - zero) / _MS) for at in span] for span in queries.spans_of(row.agreed)]


def _gathered(row: Recording, segment: Segment, number: int) -> int:
    """All chunks of a segment in their order, each compared with what was received."""
    key, at = disk.key_of(row), 0
    for chunk in Chunk.objects.filter(segment=segment).order_by("seq"):
        content = disk.chunk(key, row.pk, segment.pk, chunk.seq)
        if content is None or not queries.is_as_received(chunk, content):
            raise _Refused("altered")
        at += os.pwrite(number, content, at)
    return number


def _kept(row: Recording, number: int) -> dict[str, Any]:
    """The file first: a row that names none would be a lie, a file that none names is only waste."""
    size = os.fstat(number).st_size
    digest = queries.digest_of(number)
    with os.fdopen(os.dup(number), "rb") as plain:
        plain.seek(0)
        disk.keep_made(row, plain, size, digest)
    return {"bytes": size, "sha256": digest}


def _note_lengths(row: Recording, lengths: dict[str, int]) -> None:
    for segment in row.segments.filter(pk__in=list(lengths)):
        segment.milliseconds = lengths[str(segment.pk)]
        segment.is_left_out = not segment.milliseconds
        segment.save(update_fields=["milliseconds", "is_left_out"])


@in_one_transaction()
def _finish(row: Recording, made: dict[str, Any], at: datetime) -> None:
    """Nothing, if a chunk has come meanwhile or another worker has taken over."""
    now = Recording.objects.select_for_update().filter(pk=row.pk, due_at=row.due_at).first()
    if now is None:
        return
    now.state, now.due_at, now.last_error = "made", None, ""
    now.made_at, now.zero_at = at, made["zero"]
    now.container, now.tracks, now.milliseconds = (
        made["container"],
        made["tracks"],
        made["milliseconds"],
    )
    now.bytes, now.sha256 = made["bytes"], made["sha256"]
    now.checked_at, now.faults = at, 0  # each chunk was compared on its way into the file
    now.gaps = _told(queries.gaps_of(now))
    now.save()
    _note(now, "recordings.make", {"sha256": made["sha256"].hex(), "bytes": now.bytes})
    transaction.on_commit(lambda: disk.forget_drafts(now))


@in_one_transaction()
def _put_off(row: Recording, why: str, at: datetime, *, for_good: bool) -> None:
    is_over = for_good or row.tries >= _MOST_TRIES
    pause = timedelta(seconds=min(_LONGEST_PAUSE_S, 2**row.tries))
    changed = Recording.objects.filter(pk=row.pk, due_at=row.due_at).update(
        state="failed" if is_over else "keeping",
        last_error=why[:80],
        due_at=None if is_over else at + pause,
        gaps=_told(queries.gaps_of(row)),
    )
    if changed and is_over:
        _note(row, "recordings.fail", {"why": why[:80]})
    log.warning("recording not made", recording_id=str(row.pk), reason=why[:80], over=is_over)


def _note(row: Recording, action: str, detail: dict[str, Any]) -> None:
    record(
        Viewer.system("recordings"),
        action,
        subject=row.subject_id,
        thing="recording",
        thing_id=row.pk,
        purpose="keeping",
        detail=detail,
    )


def _told(spans: list[Span]) -> list[list[str]]:
    return [[a.isoformat(), b.isoformat()] for a, b in spans]
