"""What can be asked of pictures."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.media.models import Picture
from xinglin.foundation.media.types import PictureCard
from xinglin.kernel.errors import NotFound


def _card(row: Picture) -> PictureCard:
    return PictureCard(id=row.pk, width=row.width, height=row.height, bytes=row.bytes)


def owned_by(viewer: Viewer, picture_ids: Iterable[UUID]) -> list[PictureCard]:
    """Those of the pictures that the viewer has uploaded, in the order asked."""
    asked = list(dict.fromkeys(picture_ids))
    if not asked:
        return []
    rows = Picture.objects.filter(owner_id=viewer.user_id, pk__in=asked)
    found = {row.pk: _card(row) for row in rows}
    return [found[i] for i in asked if i in found]


def own_picture(viewer: Viewer, picture_id: UUID) -> PictureCard:
    """Raises NotFound: it does not exist, or is somebody else's."""
    found = owned_by(viewer, [picture_id])
    if not found:
        raise NotFound
    return found[0]


def picture(picture_id: UUID) -> PictureCard:
    """Raises NotFound. The caller has checked who asks."""
    row = Picture.objects.filter(pk=picture_id).first()
    if row is None:
        raise NotFound
    return _card(row)


def uploaded_since(user_id: UUID, since: datetime) -> int:
    return Picture.objects.filter(owner_id=user_id, uploaded_at__gte=since).count()
