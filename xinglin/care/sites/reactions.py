"""What sites do when an account ends; at least once, so twice is as good as once."""

from datetime import datetime
from typing import Any
from uuid import UUID

from xinglin.care.sites import services


def forget(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """AccountClosed."""
    del event_id, at
    services.forget_walk_ins(UUID(payload["user_id"]))
