"""What the auditor sees."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from xinglin.kernel.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acted. A patient's name is masked; `patient_id` is the registration that can be opened.

    `name` is empty for the system, guests, and accounts that are gone: the role says it then.
    """

    id: UUID
    name: str = field(repr=False)
    roles: tuple[str, ...]
    masked: bool
    patient_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whose record. The name is masked; empty when it is of another institution, or erased."""

    id: UUID
    name: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSeen:
    """`visit_id`: for which visit a package can be asked."""

    id: UUID
    at: datetime
    actor: Actor
    subject: Subject | None
    action: str
    action_name: Text
    thing: str
    thing_name: Text
    thing_id: UUID | None
    visit_id: UUID | None
    purpose: str
    purpose_name: Text
    address: str
    device: str
    detail: dict[str, Any]
    sealed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Somebody to look for. `kind`: staff or patient; a patient's name is masked."""

    kind: str
    id: UUID
    name: str = field(repr=False)
    roles: tuple[str, ...] = ()
    account_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """For what somebody looks behind a mask or asks for a package. `reference`: number of the case."""

    reason: str
    reference: str = ""
