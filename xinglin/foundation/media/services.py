"""Taking pictures in, and links by which they are seen for a minute."""

import hashlib
import os
import threading
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import transaction

from xinglin.foundation.accounts.services import lock_account
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.media import queries, rules
from xinglin.foundation.media.models import Picture
from xinglin.foundation.media.types import PictureCard, Size
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import NotFound, TooMany
from xinglin.kernel.text import Text

LINK_SECONDS = 60
_SALT = "xinglin.media.link"
# Decoding 40 megapixels takes 200 MB for a moment: one at a time in each process.
_decoding = threading.Lock()
_QUOTA = Text(
    "今天上传的图片已达上限，请明天再试。",
    "You have reached today's limit of pictures; please try again tomorrow.",
)


@transaction.atomic
def upload(viewer: Viewer, file: bytes) -> PictureCard:
    """Keep a picture, encoded anew in two sizes.

    The files are written before the row commits: what a crash leaves over is a file that no row
    names, never a row without its file.

    Raises:
        TooLarge, Invalid: see `rules.render`.
        TooMany: 200 pictures of this person in 24 hours.
    Locks: the account, so that parallel uploads count each other.
    """
    with _decoding:
        made = rules.render(file)
    at = clock.now()
    lock_account(viewer.user_id)
    if queries.uploaded_since(viewer.user_id, at - rules.DAY) >= rules.MAX_A_DAY:
        raise TooMany(3600, "too_many_pictures", _QUOTA)
    picture_id = ids.new()
    _write(picture_id, "full", made.full)
    _write(picture_id, "thumb", made.thumb)
    row = Picture.objects.create(
        id=picture_id,
        owner_id=viewer.user_id,
        width=made.width,
        height=made.height,
        bytes=len(made.full),
        sha256=hashlib.sha256(made.full).digest(),
        uploaded_at=at,
    )
    return queries.picture(row.pk)


def _write(picture_id: UUID, size: Size, content: bytes) -> None:
    """Complete or absent: written beside, synced, renamed."""
    path = settings.FILES_DIR / rules.path_of(picture_id, size)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(path)


def link(picture_id: UUID, size: Size) -> str:
    """A path that shows the picture for 60 s to whoever has it; the caller has checked who asks."""
    token = signing.dumps([picture_id.hex, size], salt=_SALT)
    return f"/files/{token}"


def opened(token: str) -> Path:
    """The file of a link.

    Raises:
        NotFound: the link is not ours, or older than a minute, or its file is gone.
    """
    try:
        name, size = signing.loads(token, salt=_SALT, max_age=LINK_SECONDS)
    except signing.BadSignature as error:
        raise NotFound from error
    path: Path = settings.FILES_DIR / rules.path_of(UUID(name), size)
    if not path.is_file():
        raise NotFound
    return path
