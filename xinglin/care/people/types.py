"""What others may know of people: cards, and where consent stands."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from xinglin.kernel.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionCard:
    """`place`: the code that `policy` knows it by. `licensed`: now, by the licence on file.

    `opened_at`: since when patients may come; None: not yet.
    """

    id: UUID
    code: str
    name: Text
    place: str
    licensed: bool
    opened_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentCard:
    """`codes`: of the official catalogue, the defining ones first; text, not numbers."""

    slug: str
    name: Text
    codes: tuple[str, ...]
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageCard:
    """`code`: of BCP 47."""

    code: str
    name: Text


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

    `place`: of the institution, as `policy` knows it. `grade`: of `hospital`; None: not known.
    `named_a_day`: how many patients may ask for this doctor by name in a day. `languages`: as said.
    """

    id: UUID
    user_id: UUID
    institution_id: UUID
    place: str
    name: Text
    title: Text
    title_code: str
    hospital: Text
    grade: Text | None
    good_at: Text | None
    departments: tuple[str, ...]
    full_time: bool
    named_a_day: int
    synthetic: bool
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """The doctor whom an assistant helps now, and the assistant as patients read the name."""

    practitioner_id: UUID
    user_id: UUID
    name: Text
    title: Text
    assistant_id: UUID
    assistant_name: str = field(repr=False)

    @property
    def by(self) -> dict[str, object]:
        """How what this assistant says is signed, in the body of the message."""
        return {
            "assistant": str(self.assistant_id),
            "name": self.assistant_name,
            "lead": self.name.as_dict(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentStatus:
    """`given_version`: of the last consent that was not withdrawn; None when there is none."""

    required_version: str
    given_version: str | None
    withdrawn: bool

    @property
    def binds(self) -> bool:
        return not self.withdrawn and self.given_version == self.required_version


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Who asks for a patient now. `role`: self, guardian or proxy.

    `relation`: what the patient is to the one who asks. `asker_id`: that one's own registration;
    None when there is none. `consent_id`: of the relative, if it holds.
    """

    role: str
    relation: str
    asker_id: UUID | None
    guardian_named: bool = False
    consent_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyStatus:
    """`state`: none, waiting, given, refused, withdrawn or expired."""

    state: str
    phone_masked: str = ""
    asked_at: datetime | None = None
    expires_at: datetime | None = None
    since: datetime | None = None
