"""Seeing a recording: asked for with a purpose, audited, and then by a link of one person's."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from django.core import signing

from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record
from xinglin.foundation.outbox.services import in_one_transaction
from xinglin.foundation.recordings import rules
from xinglin.foundation.recordings.models import Recording, View
from xinglin.foundation.recordings.services import disk
from xinglin.foundation.recordings.services.verifying import note_verdict
from xinglin.foundation.recordings.types import Fault, Verdict
from xinglin.kernel.errors import Conflict, FieldError, Invalid, NotFound, TooLarge
from xinglin.kernel.text import Text

PATH: Final = "/files/recordings/"
_SALT: Final = "xinglin.recordings.view"
# Who watches pauses and goes back.
_TO_WATCH: Final = timedelta(hours=1)
_NOT_MADE = Text(
    "录音录像还没有整理好，请稍后再看。",
    "The recording is still being made; please look again later.",
)
_PURPOSE = Text("请选择查看目的。", "Please say what you look at it for.")


Wanted = tuple[int, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Bytes `start` up to `stop` of `size`; none where `start` is not before `stop`."""

    content_type: str
    name: str
    size: int
    start: int
    stop: int
    content: bytes = field(repr=False)


class ByParts(TooLarge):
    code = "recording_by_parts"
    text = Text(
        "录音录像较大，请分段读取（每段最多1MB）；播放器会自动这样做。",
        "This recording is too large for one answer; ask for parts (Range, a megabyte each at most), as"
        " players do.",
    )


class Altered(Conflict):
    code = "recording_altered"
    text = Text(
        "这份录音录像的文件丢失或与整理时不一致，不能播放，已记入审计；请联系信息安全负责人。",
        "The file of this recording is gone or is not what was made, so it is not played; the audit says"
        " so. Please tell whoever answers for security.",
    )


@in_one_transaction()
def ask_view(viewer: Viewer, recording_id: UUID, *, purpose: str, at: datetime) -> str:
    """A link that must be opened within a minute, by nobody else. The caller has checked who asks.

    Raises:
        NotFound: nothing of this room is kept.
        Invalid: no purpose.
        Conflict: `recording_not_made`.
    """
    if purpose not in rules.PURPOSES:
        raise Invalid(FieldError("purpose", _PURPOSE))
    row = Recording.objects.filter(pk=recording_id).first()
    if row is None:
        raise NotFound
    if row.made_at is None:
        raise Conflict("recording_not_made", _NOT_MADE)
    view = View.objects.create(
        recording=row, person_id=viewer.user_id, purpose=purpose, asked_at=at
    )
    record(
        viewer,
        "recordings.view",
        subject=row.subject_id,
        thing="recording",
        thing_id=row.pk,
        purpose=purpose,
        detail={"view": str(view.pk), "sha256": bytes(row.sha256).hex()},
    )
    return f"{PATH}{signing.Signer(salt=_SALT).sign_object(view.pk.hex)}"


def streamed(
    person_id: UUID | None,
    token: str,
    wanted: Wanted | None,
    *,
    may: Callable[[UUID, str], bool],
    most: int,
    at: datetime,
) -> Stream:
    """What a player asks for.

    Args:
        person_id: who is signed in; the link is good for who asked for it.
        wanted: first byte and last byte (None: to the end), a negative first counts from the end;
            None: all of it.
        may: whether this person still may look at a recording for a purpose.
        most: bytes of an answer; who wants more asks on.
    Raises:
        NotFound: no such link, too late, somebody else's, or not theirs any more.
        ByParts: all of it is more than `most`.
        Altered: that is noted, and in the audit.
    """
    row = _viewed(person_id, token, may, at)
    if wanted is None and row.bytes > most:
        raise ByParts
    start, stop = (0, row.bytes) if wanted is None else _part(wanted, row.bytes, most)
    return Stream(
        content_type=rules.CONTENT_TYPES[row.container],
        name=f"recording-{row.pk}.{row.container}",
        size=row.bytes,
        start=start,
        stop=stop,
        content=_read(row, start, stop),
    )


def _read(row: Recording, start: int, stop: int) -> bytes:
    if start >= stop:
        return b""
    try:
        return b"".join(disk.made(row, start=start, stop=stop))
    except (InvalidTag, FileNotFoundError) as error:
        now = Recording.objects.get(pk=row.pk)
        if now.sha256 != row.sha256:  # made anew this moment
            raise Conflict("recording_not_made", _NOT_MADE) from error
        if not now.faults:
            fault = Fault(kind="made_altered", segment=None, seq=None)
            note_verdict(now, Verdict(chunks=0, faults=(fault,)))
        raise Altered from error


def _viewed(
    person_id: UUID | None, token: str, may: Callable[[UUID, str], bool], at: datetime
) -> Recording:
    try:
        hexed = signing.Signer(salt=_SALT).unsign_object(token)
    except signing.BadSignature as error:
        raise NotFound from error
    views = View.objects.select_related("recording")
    view = views.filter(pk=UUID(hexed), person_id=person_id).first() if person_id else None
    if view is None or view.recording.made_at is None:
        raise NotFound
    if not may(view.recording_id, view.purpose):
        raise NotFound
    length = timedelta(milliseconds=view.recording.milliseconds)
    if view.opened_at is None:
        if at > view.asked_at + rules.OPEN_WITHIN:
            raise NotFound
        View.objects.filter(pk=view.pk, opened_at=None).update(opened_at=at)
    elif at > view.opened_at + 2 * length + _TO_WATCH:
        raise NotFound
    return view.recording


def _part(wanted: Wanted, size: int, most: int) -> tuple[int, int]:
    """Nothing (start is not before stop) where it begins behind the end."""
    first, last = wanted
    start = max(0, size + first) if first < 0 else first
    stop = size if last is None else min(last + 1, size)
    return start, min(stop, start + most)
