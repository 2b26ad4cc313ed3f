"""What notices do when an account ends; at least once, so twice is as good as once."""

from datetime import datetime
from typing import Any
from uuid import UUID

from xinglin.foundation.notices import services


def forget(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """AccountClosed."""
    del event_id, at
    services.forget(UUID(payload["user_id"]))
