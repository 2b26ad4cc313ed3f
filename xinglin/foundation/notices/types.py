"""What is told and to whom, what goes out by which channel, and what the demo inbox shows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import IntEnum
from types import MappingProxyType
from typing import Final, Literal, get_args
from uuid import UUID

from xinglin.kernel.text import Text

Channel = Literal["push", "sms", "mail"]
CHANNELS: Final[tuple[Channel, ...]] = get_args(Channel)


class Urgency(IntEnum):
    """What goes first, and what quiet hours hold back."""

    ALWAYS = 0  # never held: a code, an offer to a doctor who is on duty
    AWAITED = 1  # not held when the person so chooses: somebody waits for it
    CALM = 2  # held until the quiet hours are over


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A row of the registry (`config/notices.py`). `text` may have fields for whole numbers only.

    Others read a lock screen too: no text names a person, a department, a complaint, a diagnosis or
    anybody's words (ADR 0020).
    """

    who: Literal["patient", "staff"]
    label: Text
    text: Text
    urgency: Urgency = Urgency.CALM
    # Those that the person may switch, and whether each is on before anybody has chosen.
    channels: Mapping[Channel, bool] = field(default_factory=lambda: MappingProxyType({}))
    useful_for: timedelta = timedelta(hours=24)
    listed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One notice, ready to go; sent again under the same `id`, it is the same one.

    `code` stands in the text as well. `link`: a path of the client, or empty.
    """

    id: UUID
    channel: Channel
    to: str
    text: Text
    code: str | None
    locale: str
    link: str = ""
    urgent: bool = False
    useful_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxItem:
    id: UUID
    channel: Channel
    to: str
    text: Text
    code: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLine:
    """What a person was told, as the list shows it."""

    id: UUID
    kind: str
    text: Text
    link: str
    at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a person has chosen, or what holds before: `choices` has only what differs."""

    quiet: bool
    quiet_from: time
    quiet_to: time
    zone: str
    awaited_passes: bool
    choices: Mapping[str, Mapping[str, bool]]

    def wants(self, name: str, kind: Kind, channel: Channel) -> bool:
        """Whether the kind may come by this channel, which is one of its own."""
        return self.choices.get(name, {}).get(channel, kind.channels[channel])


class UndeliveredError(Exception):
    """Raised by a gateway. `reason` is a short code of its own, never a number or a text."""

    def __init__(
        self, reason: str, *, for_good: bool = False, retry_after: timedelta | None = None
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.for_good = for_good
        self.retry_after = retry_after
