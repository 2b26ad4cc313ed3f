"""What triage does when something is measured at a site; at least once, so twice is as good as once."""

from datetime import datetime
from typing import Any
from uuid import UUID

from xinglin.care.triage import services


def look_again(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """ReadingTaken."""
    del event_id
    services.look_again(UUID(payload["walk_in_id"]), at=at)
