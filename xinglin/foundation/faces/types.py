"""What is shown to a gateway, and what it says to it."""

from dataclasses import dataclass, field
from typing import Final, Literal, get_args
from uuid import UUID

Match = Literal["yes", "no", "unsure"]
MATCHES: Final[tuple[Match, ...]] = get_args(Match)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A live picture (JPEG) on its way to a gateway, and with whose picture on file it is compared.

    `person`: under which the vendor has the picture on file. The picture stands in no `repr`, so that
    no log shows it.
    """

    id: UUID
    person: UUID
    picture: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """`score`: the vendor's, in thousandths. `reference`: the vendor's own number of this comparison."""

    match: Match
    score: int
    reference: str


class NotComparedError(Exception):
    """Raised by a gateway. `reason` is a short code of its own, never anything of a picture."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
