"""What the audit tells."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

CHAINS = 16


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
    through `record` (it has neither a link nor a place among those that wait for one).
    """

    kind: Literal["altered", "removed", "reordered", "inserted"]
    chain: int
    position: int | None
    line_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`tips`: (chain, position, hash) of each chain's end, to be kept outside of the database."""

    sealed: int
    waiting: int
    faults: tuple[Fault, ...]
    tips: tuple[tuple[int, int, str], ...]

    @property
    def holds(self) -> bool:
        return not self.faults
