"""A change, as it is shown."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """`by_name` is empty where the account is gone, or where a part of the system acted."""

    id: UUID
    at: datetime
    by: UUID
    by_name: str
    action: str
    before: dict[str, Any]
    after: dict[str, Any]
    reason: str
