"""Links by which a file is seen for a minute; they say nothing of whose it is."""

from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from django.core import signing

from xinglin.foundation.media import queries, rules
from xinglin.foundation.media.services import disk
from xinglin.foundation.media.types import Opened, Size
from xinglin.kernel import clock
from xinglin.kernel.errors import NotFound

LINK_SECONDS = 60
_SALT = "xinglin.media.link"
_THUMB_SALT = "xinglin.media.thumb"


def link(file_id: UUID, size: Size = "full") -> str:
    """A path that shows the file to whoever has it; the caller has checked who asks.

    Good for a minute. That of a thumbnail stays the same for ten, so that the browser asks for its
    bytes once. Of documents and voice notes there is one size.

    Raises:
        NotFound: there is no such file.
    """
    file = queries.kept(file_id)
    if size == "thumb" and file.ending == rules.PICTURE_ENDING:
        told = [file_id.hex, _window()]
        return f"/files/{signing.Signer(salt=_THUMB_SALT).sign_object(told)}"
    return f"/files/{signing.dumps([file_id.hex, file.ending, file.name], salt=_SALT)}"


def opened(token: str) -> Opened:
    """The file of a link.

    Raises:
        NotFound: the link is not ours, or too old, or its file is gone.
    """
    try:
        found = _thumb(token) or _whole(token)
    except signing.BadSignature as error:
        raise NotFound from error
    if not Path(found.path).is_file():
        raise NotFound
    return found


def _window() -> int:
    return int(clock.now().timestamp()) // rules.THUMB_WINDOW_S


def _thumb(token: str) -> Opened | None:
    try:
        name, window = signing.Signer(salt=_THUMB_SALT).unsign_object(token)
    except signing.BadSignature:
        return None
    if window not in (_window(), _window() - 1):
        raise NotFound
    path = rules.path_of(UUID(name), rules.PICTURE_ENDING, "thumb")
    return Opened(
        path=str(disk.place(path)),
        content_type="image/jpeg",
        filename="picture.jpg",
        is_attachment=False,
        cached_s=rules.THUMB_WINDOW_S,
    )


def _whole(token: str) -> Opened:
    hexed, ending, name = signing.loads(token, salt=_SALT, max_age=LINK_SECONDS)
    return Opened(
        path=str(disk.place(rules.path_of(UUID(hexed), ending))),
        content_type=rules.CONTENT_TYPES[ending],
        filename=name or f"{'picture' if ending == rules.PICTURE_ENDING else 'voice'}.{ending}",
        is_attachment=ending in {"pdf", "sheet"},
        cached_s=0,
    )


def stored(file_ids: Iterable[UUID]) -> dict[UUID, Opened]:
    """Where the whole files lie, for a copy; the caller has checked whose they are."""
    rows = queries.rows_of(file_ids)
    return {
        row.pk: Opened(
            path=str(disk.place(rules.path_of(row.pk, row.ending))),
            content_type=rules.CONTENT_TYPES[row.ending],
            filename=row.name,
            is_attachment=True,
            cached_s=0,
        )
        for row in rows
    }
