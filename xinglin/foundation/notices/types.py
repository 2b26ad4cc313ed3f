"""What is sent, and what the demo inbox shows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from xinglin.kernel.text import Text

Channel = Literal["sms", "mail"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One notice, ready to go. `code` stands in the text as well."""

    id: UUID
    channel: Channel
    to: str
    text: Text
    code: str | None
    locale: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxItem:
    id: UUID
    channel: Channel
    to: str
    text: Text
    code: str | None
    at: datetime


class UndeliveredError(Exception):
    """Raised by a gateway. `reason` is a short code of its own, never a number or a text."""

    def __init__(self, reason: str, *, for_good: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.for_good = for_good
