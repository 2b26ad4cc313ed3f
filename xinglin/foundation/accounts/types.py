"""Who is acting."""

from dataclasses import dataclass
from uuid import UUID

SYSTEM_ID = UUID(int=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """The person (or part of the system) behind a request. `strong`: a second factor was used.

    `bound_to`: the walk-in for which a patient holds the screen of a site; nothing else is theirs
    there. `station`: the device of a site at which the viewer stands.
    """

    user_id: UUID
    roles: frozenset[str]
    permissions: frozenset[str]
    institution_id: UUID | None = None
    locale: str = "zh"
    strong: bool = False
    address: str = ""
    device: str = ""
    session: str = ""
    bound_to: UUID | None = None
    station: UUID | None = None

    @classmethod
    def system(cls, name: str) -> "Viewer":
        """The worker, sweeper or dispatcher; `device` says which."""
        return cls(
            user_id=SYSTEM_ID,
            roles=frozenset({"system"}),
            permissions=frozenset(),
            strong=True,
            device=name,
        )

    def can(self, permission: str) -> bool:
        return permission in self.permissions


@dataclass(frozen=True, slots=True, kw_only=True)
class UserCard:
    """What others may see of an account."""

    id: UUID
    display_name: str
    roles: tuple[str, ...]
    synthetic: bool
    locale: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """By what a person can be reached; empty where there is nothing."""

    user_id: UUID
    locale: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStaff:
    """An account to be made for somebody of the staff who has none."""

    username: str
    display_name: str
