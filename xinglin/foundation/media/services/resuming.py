"""Uploads in pieces: a piece that was answered is on the disk, and the next one follows it.

After a line that broke, or a page that was loaded anew, the sender asks how far it has come. The
idea is tus's; the last piece is answered with the file itself.
"""

from datetime import datetime
from typing import cast
from uuid import UUID

from django.db import transaction

from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.media import queries, rules
from xinglin.foundation.media.models import Upload
from xinglin.foundation.media.services import disk
from xinglin.foundation.media.services.keeping import keep, spend_quota
from xinglin.foundation.media.types import Kind, UploadState
from xinglin.kernel.errors import Conflict, FieldError, Invalid, NotFound, TooLarge, TooMany
from xinglin.kernel.text import Text

_ON_THEIR_WAY = Text(
    "同时上传的文件太多，请等前面的上传完成。",
    "Too many files are on their way; please wait until some have arrived.",
)
_OTHER_FILE = Text(
    "上传的文件已更换，请重新上传。", "This is another file than before; please upload it anew."
)
_DAMAGED = Text(
    "文件在传输中损坏，请重新上传。", "The file was damaged on its way; please upload it again."
)
_PIECE = Text("这一段文件的大小不正确。", "This piece does not fit the file.")


class OffsetMoved(Conflict):
    """Another tab, or an earlier try, was faster. `offset`: where to go on."""

    code = "offset_moved"
    text = Text("上传进度已更新，正在继续。", "The upload has come further; it goes on from there.")

    def __init__(self, offset: int) -> None:
        super().__init__()
        self.extra = {"offset": offset}


@transaction.atomic
def begin(
    viewer: Viewer,
    upload_id: UUID,
    *,
    kind: Kind,
    size: int,
    sha256: str,
    name: str,
    at: datetime,
) -> UploadState:
    """A new upload, or the state of the one that has begun under this id.

    Args:
        sha256: hex; empty where the sender cannot compute one.
    Raises:
        TooLarge, Invalid: by its size.
        TooMany: of today, or at once.
        NotFound: the id is somebody else's.
        Conflict: it has begun with another file.
    """
    _check_size(kind, size)
    told = {"kind": kind, "bytes": size, "sha256": bytes.fromhex(sha256)}
    more = {"name": rules.plain_name(name, kind)} if kind in {"document", "sheet"} else {}
    row = Upload.objects.select_for_update(of=("self",)).filter(pk=upload_id).first()
    if row is None:
        spend_quota(viewer)
        if queries.on_their_way(viewer.user_id) >= rules.MAX_ON_THEIR_WAY:
            raise TooMany(60, "too_many_uploads", _ON_THEIR_WAY)
        row, _ = Upload.objects.get_or_create(
            id=upload_id, defaults={"owner_id": viewer.user_id, "touched_at": at, **told, **more}
        )
    if row.owner_id != viewer.user_id:
        raise NotFound
    if (row.kind, row.bytes, bytes(row.sha256)) != tuple(told.values()):
        raise Conflict("another_file", _OTHER_FILE)
    return _state(row)


@transaction.atomic
def append(
    viewer: Viewer, upload_id: UUID, *, offset: int, piece: bytes, at: datetime
) -> UploadState:
    """One piece more; with the last one the file is looked at and kept.

    Raises:
        NotFound: no such upload of this person.
        OffsetMoved: this is not the place where the next piece belongs.
        Invalid: the piece is empty, or longer than what is missing.
        StorageFull: nothing of the piece was kept; it can be sent again.
        Whatever `keep` raises; what was refused for good leaves nothing.
    Locks: the upload.
    """
    row = _own(viewer, upload_id)
    if row.file_id is not None:
        return _state(row)
    have = _held(row)
    if offset != have:
        raise OffsetMoved(have)
    if not piece or have + len(piece) > row.bytes:
        raise Invalid(FieldError("body", _PIECE))
    disk.extend(rules.part_of(row.pk), have, piece)
    row.offset, row.touched_at = have + len(piece), at
    if row.offset == row.bytes:
        row.file_id = _finish(viewer, row)
    row.save(update_fields=["offset", "touched_at", "file"])
    return _state(row)


@transaction.atomic
def cancel(viewer: Viewer, upload_id: UUID) -> None:
    """What is here of it goes; a file that is complete stays, and is pruned if nobody claims it."""
    row = _own(viewer, upload_id)
    if row.file_id is None:
        row.delete()
        disk.forget(rules.part_of(upload_id))


def _finish(viewer: Viewer, row: Upload) -> UUID:
    part = rules.part_of(row.pk)
    try:
        _check_whole(row, part)
        card = keep(viewer, cast("Kind", row.kind), part, name=row.name)
    except (Conflict, Invalid, TooLarge):
        disk.forget(part)
        raise
    transaction.on_commit(lambda: disk.forget(part))
    return card.id


def _check_whole(row: Upload, part: str) -> None:
    if row.sha256 and disk.digest(part) != bytes(row.sha256):
        raise Conflict("damaged", _DAMAGED)


def _own(viewer: Viewer, upload_id: UUID) -> Upload:
    row = (
        Upload.objects.select_for_update(of=("self",))
        .filter(pk=upload_id, owner_id=viewer.user_id)
        .first()
    )
    if row is None:
        raise NotFound
    return row


def _held(row: Upload) -> int:
    """What a piece that did not commit has written is not counted; what is not there neither."""
    return min(row.offset, disk.length(rules.part_of(row.pk)))


def _state(row: Upload) -> UploadState:
    return UploadState(
        id=row.pk,
        kind=cast("Kind", row.kind),
        offset=row.bytes if row.file_id else _held(row),
        bytes=row.bytes,
        file=queries.file(row.file_id) if row.file_id else None,
    )


def _check_size(kind: Kind, size: int) -> None:
    if size <= 0:
        raise Invalid(FieldError("bytes", rules.EMPTY), code="file_empty", text=rules.EMPTY)
    if size > rules.MAX_BYTES[kind]:
        raise TooLarge("file_too_large", rules.TOO_BIG[kind])


def state_of(viewer: Viewer, upload_id: UUID) -> UploadState:
    """Raises NotFound."""
    row = Upload.objects.filter(pk=upload_id, owner_id=viewer.user_id).first()
    if row is None:
        raise NotFound
    return _state(row)
