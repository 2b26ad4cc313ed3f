"""What can be asked of notices: the demo inbox, and nothing else."""

import json
from typing import cast
from uuid import UUID

from django.conf import settings

from xinglin.foundation.accounts.services import unseal_text
from xinglin.foundation.notices.models import INBOX, DemoMessage
from xinglin.foundation.notices.types import Channel, InboxItem
from xinglin.kernel.errors import NotFound
from xinglin.kernel.text import Text

MOST = 50


def demo_inbox(after: UUID | None = None) -> list[InboxItem]:
    """Newest first; only those newer than `after`.

    Raises:
        NotFound: this is no demo hospital.
    """
    if not settings.DEMO:
        raise NotFound
    rows = DemoMessage.objects.order_by("-id")
    if after is not None:
        rows = rows.filter(id__gt=after)
    return [_item(row) for row in rows[:MOST]]


def _item(row: DemoMessage) -> InboxItem:
    said = json.loads(unseal_text(row.sealed, INBOX))
    return InboxItem(
        id=row.id,
        channel=cast("Channel", row.channel),
        to=said["to"],
        text=Text(said["zh"], said["en"]),
        code=said["code"],
        at=row.at,
    )
