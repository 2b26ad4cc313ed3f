"""What others may know of people: cards, and where consent stands."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from xinglin.kernel.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionCard:
    """`place`: the code that `policy` knows it by. `licensed`: now, by the licence on file."""

    id: UUID
    code: str
    name: Text
    place: str
    licensed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentCard:
    """`codes`: of the official catalogue, the defining ones first; text, not numbers."""

    slug: str
    name: Text
    codes: tuple[str, ...]
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientCard:
    """`sex`: male, female or unknown. Ages are full years and months on the day of asking.

    `place`: of the institution, as `policy` knows it.
    """

    id: UUID
    holder_id: UUID
    institution_id: UUID
    place: str
    name: str = field(repr=False)
    sex: str
    birth_date: date = field(repr=False)
    relation: str
    is_minor: bool
    age_years: int
    age_months: int
    age_text: Text
    synthetic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PractitionerCard:
    """`departments`: slugs, the doctor's own first. `title_code`: GB/T 8561.

    `place`: of the institution, as `policy` knows it.
    """

    id: UUID
    user_id: UUID
    institution_id: UUID
    place: str
    name: Text
    title: Text
    title_code: str
    hospital: Text
    good_at: Text | None
    departments: tuple[str, ...]
    full_time: bool
    synthetic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentStatus:
    """`given_version`: of the last consent that was not withdrawn; None when there is none."""

    required_version: str
    given_version: str | None
    withdrawn: bool

    @property
    def binds(self) -> bool:
        return not self.withdrawn and self.given_version == self.required_version
