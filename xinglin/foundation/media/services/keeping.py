"""A file that is wholly here becomes a row: pictures encoded anew, the rest as it was sent."""

import hashlib
import threading
from uuid import UUID

from django.db import transaction

from xinglin.foundation.accounts.services import lock_account
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.media import queries, rules
from xinglin.foundation.media.models import File
from xinglin.foundation.media.services import disk
from xinglin.foundation.media.services.inspecting import inspected
from xinglin.foundation.media.types import FileCard, Kind
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import TooMany
from xinglin.kernel.text import Text

# Decoding 40 megapixels takes 200 MB for a moment: one at a time in each process.
_decoding = threading.Lock()
_QUOTA = Text(
    "今天上传的文件已达上限，请明天再试。",
    "You have reached today's limit of files; please try again tomorrow.",
)


@transaction.atomic
def upload(viewer: Viewer, file: bytes) -> FileCard:
    """Keep a picture that came in one piece.

    Raises:
        TooLarge, Invalid: see `pictures.render`.
        TooMany: 200 files of this person in 24 hours.
        StorageFull: nothing of it is kept.
    Locks: the account, so that parallel uploads count each other.
    """
    return _keep_picture(viewer, file)


def keep(viewer: Viewer, kind: Kind, part: str, *, name: str = "") -> FileCard:
    """Keep what lies complete at `part`; raises as `upload`, and what `inspected` raises."""
    if kind == "picture":
        return _keep_picture(viewer, disk.place(part).read_bytes())
    # A spreadsheet is looked into by whoever reads it, in a child of its own.
    found = {"ending": "sheet"} if kind == "sheet" else inspected(kind, disk.place(part))
    spend_quota(viewer)
    ending = "pdf" if kind == "document" else found["ending"]
    file_id = ids.new()
    disk.take_over(part, rules.path_of(file_id, ending))
    digest = disk.digest(part)
    return _row(
        viewer,
        id=file_id,
        kind=kind,
        name=name,
        ending=ending,
        pages=found.get("pages", 0),
        milliseconds=found.get("milliseconds", 0),
        bytes=disk.length(part),
        sha256=digest,
        sent_sha256=digest,
    )


def spend_quota(viewer: Viewer) -> None:
    """Locks: the account."""
    lock_account(viewer.user_id)
    if queries.uploaded_since(viewer.user_id, clock.now() - rules.DAY) >= rules.MAX_A_DAY:
        raise TooMany(3600, "too_many_files", _QUOTA)


def _keep_picture(viewer: Viewer, sent: bytes) -> FileCard:
    """The files are written before the row commits.

    What a crash leaves over is a file that no row names, never a row without its file.
    """
    # The live process claims files and never makes one: it does not carry the codecs.
    from xinglin.foundation.media.rules import pictures

    with _decoding:
        made = pictures.render(sent)
    spend_quota(viewer)
    picture_id = ids.new()
    full, thumb = _paths(picture_id)
    try:
        disk.write(full, made.full)
        disk.write(thumb, made.thumb)
    except BaseException:
        disk.forget(full, thumb)
        raise
    return _row(
        viewer,
        id=picture_id,
        width=made.width,
        height=made.height,
        bytes=len(made.full),
        sha256=hashlib.sha256(made.full).digest(),
        sent_sha256=hashlib.sha256(sent).digest(),
    )


def _paths(picture_id: UUID) -> tuple[str, str]:
    return (
        rules.path_of(picture_id, rules.PICTURE_ENDING, "full"),
        rules.path_of(picture_id, rules.PICTURE_ENDING, "thumb"),
    )


def _row(viewer: Viewer, **members: object) -> FileCard:
    row = File.objects.create(owner_id=viewer.user_id, uploaded_at=clock.now(), **members)
    return queries.card_of(row)
