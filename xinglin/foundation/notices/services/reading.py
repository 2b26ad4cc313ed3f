"""What a person has read; what was read needs no push any more."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.notices.models import Notice


def mark_read(
    viewer: Viewer,
    *,
    at: datetime,
    ids: Sequence[UUID] = (),
    link: str = "",
    up_to: UUID | None = None,
) -> int:
    """Those of `ids`, those that lead to `link`, or all up to the newest that was seen; how many.

    What is another's, or gone, or read already stays as it is.
    """
    unread = Notice.objects.filter(user_id=viewer.user_id, read_at__isnull=True, listed=True)
    if link:
        unread = unread.filter(link=link)
    elif up_to is not None:
        unread = unread.filter(id__lte=up_to)
    else:
        unread = unread.filter(id__in=ids)
    return unread.update(read_at=at)
