"""What others may know of a file."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

Kind = Literal["picture", "document", "voice", "sheet"]
Size = Literal["thumb", "full"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCard:
    """`sha256` (hex) is of the bytes as they were sent; the other measures are of what is kept.

    Width and height are 0 but for pictures (of the full size), `pages` but for documents,
    `milliseconds` but for voice notes.
    """

    id: UUID
    kind: Kind
    bytes: int
    sha256: str
    name: str = ""
    width: int = 0
    height: int = 0
    pages: int = 0
    milliseconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadState:
    """`offset` bytes of `bytes` are here; `file` once all are, and were found good."""

    id: UUID
    kind: Kind
    offset: int
    bytes: int
    file: FileCard | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A file of a link, and how it may be shown."""

    path: str
    content_type: str
    filename: str
    is_attachment: bool
    cached_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """What software has made of a voice note. `by` names it; the text is empty until `done`."""

    voice_id: UUID
    state: Literal["pending", "done", "none"]
    text: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A voice note on its way to a gateway."""

    id: UUID
    content: bytes
    content_type: str
    milliseconds: int
    locale: str


class UntranscribedError(Exception):
    """Raised by a gateway. `reason` is a short code of its own, never words of a patient."""

    def __init__(self, reason: str, *, for_good: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.for_good = for_good
