"""What the audit tells."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

CHAINS = 16
# Of a line, in the order of its statements; all of them are sealed.
COLUMNS = (
    "id",
    "chain",
    "at",
    "actor_id",
    "actor_roles",
    "action",
    "subject_id",
    "thing",
    "thing_id",
    "purpose",
    "address",
    "device",
    "detail",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """One line: who did what to whose record. `subject_id` is the patient, if there is one."""

    id: UUID
    at: datetime
    actor_id: UUID
    actor_roles: tuple[str, ...]
    action: str
    subject_id: UUID | None
    thing: str
    thing_id: UUID | None
    purpose: str
    address: str
    device: str
    detail: dict[str, Any]
    sealed: bool


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a chain does not hold.

    `altered`: the line no longer says what was sealed. `removed`: the line or its link is gone.
    `reordered`: the link does not continue the one before it. `inserted`: a line that never went
    through `record` (it has neither a link nor a place among those that wait for one). `cut`: the
    chain ends before, or goes otherwise than, an anchor that the house has signed. `forged`: an
    anchor that the house has not signed, or that does not follow the one before.
    """

    kind: Literal["altered", "removed", "reordered", "inserted", "cut", "forged"]
    chain: int
    position: int | None
    line_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`tips`: (chain, position, hash) of each chain's end, to be kept outside of the database.

    `older`: links of the form that shows no foreign line. `anchors`: signed ends that were compared.
    """

    sealed: int
    waiting: int
    faults: tuple[Fault, ...]
    tips: tuple[tuple[int, int, str], ...]
    older: int = 0
    anchors: int = 0

    @property
    def holds(self) -> bool:
        return not self.faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which lines are looked for; None and empty do not narrow. `since` is within, `until` is not."""

    subject: UUID | None = None
    actor: UUID | None = None
    thing_ids: tuple[UUID, ...] = ()
    action: str = ""
    purpose: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The chains at this moment. `waiting`: lines not linked yet, counted up to `MOST_COUNTED`."""

    tips: tuple[tuple[int, int, str], ...]
    waiting: int
    waiting_since: datetime | None
    anchor: int
    anchored_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A line with its link. `line` has the values that are hashed."""

    line: dict[str, Any]
    chain: int
    position: int | None
    previous: bytes
    hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Links in a row, from `first` on: for each the digest of its line, or `=` and the hash of a
    link of the older form. `tip` (hex) is of the last one; it is in anchor `anchor`, when given.
    """

    chain: int
    first: int
    previous: str
    links: tuple[str, ...]
    tip: str
    anchor: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """Ends of all chains, signed by the house. `statement`: the bytes that were signed."""

    number: int
    at: datetime
    tips: tuple[tuple[int, int, str], ...]
    statement: bytes
    algorithm: str
    key_id: str
    signature: bytes
