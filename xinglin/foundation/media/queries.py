"""What can be asked of files."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, cast
from uuid import UUID

from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.media.models import File, Transcript, Upload
from xinglin.foundation.media.types import FileCard, Kind
from xinglin.foundation.media.types import Transcript as Told
from xinglin.kernel.errors import NotFound


def card_of(row: File) -> FileCard:
    return FileCard(
        id=row.pk,
        kind=cast("Kind", row.kind),
        bytes=row.bytes,
        sha256=bytes(row.sent_sha256).hex(),
        name=row.name,
        width=row.width,
        height=row.height,
        pages=row.pages,
        milliseconds=row.milliseconds,
    )


def owned_by(viewer: Viewer, file_ids: Iterable[UUID]) -> list[FileCard]:
    """Those of the files that the viewer has uploaded, in the order asked.

    Whoever lets something stand on them asks `services.claim` instead.
    """
    asked = list(dict.fromkeys(file_ids))
    if not asked:
        return []
    rows = File.objects.filter(owner_id=viewer.user_id, pk__in=asked)
    found = {row.pk: card_of(row) for row in rows}
    return [found[i] for i in asked if i in found]


def own_file(viewer: Viewer, picture_id: UUID) -> FileCard:
    """Raises NotFound: it does not exist, or is somebody else's."""
    found = owned_by(viewer, [picture_id])
    if not found:
        raise NotFound
    return found[0]


def kept(file_id: UUID) -> File:
    """Raises NotFound. The caller has checked who asks."""
    row = File.objects.filter(pk=file_id).first()
    if row is None:
        raise NotFound
    return row


def file(file_id: UUID) -> FileCard:
    """Raises NotFound. The caller has checked who asks."""
    return card_of(kept(file_id))


def uploaded_since(user_id: UUID, since: datetime) -> int:
    return File.objects.filter(owner_id=user_id, uploaded_at__gte=since).count()


def is_uploaded_since(user_id: UUID, file_id: UUID, since: datetime) -> bool:
    """By this account."""
    rows = File.objects.filter(pk=file_id, owner_id=user_id, uploaded_at__gte=since)
    return rows.exists()


def on_their_way(user_id: UUID) -> int:
    return Upload.objects.filter(owner_id=user_id, file=None).count()


def transcripts(voice_ids: Iterable[UUID]) -> list[Told]:
    """In the order asked, one for each; `none` where nobody writes down. One statement."""
    asked = list(dict.fromkeys(voice_ids))
    rows = {row.pk: row for row in Transcript.objects.filter(pk__in=asked)} if asked else {}
    return [_told(voice_id, rows.get(voice_id)) for voice_id in asked]


def _told(voice_id: UUID, row: Transcript | None) -> Told:
    if row is None or (row.made_at is None and row.due_at is None):
        return Told(voice_id=voice_id, state="none", text="", by="")
    state: Literal["pending", "done"] = "pending" if row.made_at is None else "done"
    return Told(voice_id=voice_id, state=state, text=row.text, by=row.by)


def fingerprints(file_ids: Iterable[UUID]) -> dict[UUID, str]:
    """SHA-256 in hex of what is kept of each; those that do not exist are left out."""
    rows = File.objects.filter(pk__in=list(file_ids)).values_list("pk", "sha256")
    return {file_id: bytes(found).hex() for file_id, found in rows}


def rows_of(file_ids: Iterable[UUID]) -> list[File]:
    """Those that exist, in one statement. The caller has checked who asks."""
    return list(File.objects.filter(pk__in=list(file_ids)))
