"""What notices announce."""

from dataclasses import dataclass
from uuid import UUID

from xinglin.foundation.outbox.types import Event


@dataclass(frozen=True, kw_only=True)
class NoticePosted(Event):
    """Somebody was told something. Audience: that person."""

    notice_id: UUID
    kind_of_notice: str
