"""What others may know of a picture."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

Size = Literal["thumb", "full"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureCard:
    """Width, height and bytes are those of the full size."""

    id: UUID
    width: int
    height: int
    bytes: int
