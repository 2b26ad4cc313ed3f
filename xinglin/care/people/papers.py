"""Shapes of a doctor's papers: what is handed in, and how the applicant and the house read it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from xinglin.kernel.errors import FieldError, Refusal
from xinglin.kernel.text import Text

_DATES = ("licence_from", "licence_until", "filed_until", "independent_since")


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialForm:
    """What a doctor says of the own papers (A06); a draft may lack anything.

    `departments`: slugs, the own one first. `licence_until`, `filed_until`: the last day on which it
    holds; None: no end. `registered_here`: the licence is registered at the institution applied to.
    """

    name_zh: str = ""
    name_en: str = ""
    title_code: str = ""
    departments: tuple[str, ...] = ()
    certificate_number: str = ""
    licence_number: str = ""
    licence_from: date | None = None
    licence_until: date | None = None
    registered_place: str = ""
    registered_here: bool = False
    multi_site_filed: bool = False
    filing_number: str = ""
    filed_until: date | None = None
    hospital_zh: str = ""
    hospital_en: str = ""
    hospital_grade: str = ""
    hospital_consented: bool = False
    independent_since: date | None = None
    full_time: bool = False
    good_at: str = ""

    def as_json(self) -> dict[str, Any]:
        """Of JSON's own types."""
        return {f.name: _plain(getattr(self, f.name)) for f in fields(self)}

    @classmethod
    def of_json(cls, told: Mapping[str, Any]) -> "CredentialForm":
        known = {f.name for f in fields(cls)}
        read = {name: value for name, value in told.items() if name in known}
        for name in _DATES:
            read[name] = date.fromisoformat(read[name]) if read.get(name) else None
        read["departments"] = tuple(read.get("departments") or ())
        return cls(**read)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A file shown with an application. `kind`: of `rules.EVIDENCE`."""

    file_id: UUID
    kind: str
    file_kind: str = "picture"
    name: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """`field`: of the form, or `files`, or `id_number`. Both sides are JSON."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationStepLine:
    """`by`: who of the house took it; empty for the applicant and the clock."""

    step: str
    text: Text
    at: datetime
    by: str
    reason: str
    evidence_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationView:
    """An application as the applicant and the house read it.

    `id_number`: masked for the applicant, in full for who compares it with the card. `missing`: what
    keeps it from being handed in. `objections`: what policy says to it now. `differences`: against what
    was handed in the time before. `may`: steps open to the viewer. `due_at`: the house means to answer
    by then, or the draft is kept until then.
    """

    id: UUID
    kind: str
    state: str
    since: datetime
    revision: int
    institution: Text
    form: CredentialForm
    id_number: str = field(repr=False)
    files: tuple[Evidence, ...]
    evidence_hash: str
    missing: tuple[FieldError, ...] = ()
    objections: tuple[Refusal, ...] = ()
    differences: tuple[Difference, ...] = ()
    steps: tuple[ApplicationStepLine, ...] = ()
    may: tuple[str, ...] = ()
    due_at: datetime | None = None
    reason: str = ""
    checked_by: str = ""
    approved_by: str = ""
    practitioner_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationLine:
    """In the list of the house. `overdue`: the house has not answered in the time it means to take.

    `mine`: the viewer has checked it, or made it.
    """

    id: UUID
    kind: str
    state: str
    since: datetime
    name: str
    title: Text | None
    departments: tuple[str, ...]
    checked_by: str
    overdue: bool
    mine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceLine:
    """A licence at an institution. `ends_at`: of licence and filing, whichever is first.

    `state`: holds, ending, ended, not_begun or suspended. `days_left`: whole days; None: no end.
    """

    id: UUID
    practitioner_id: UUID
    doctor: Text
    institution: Text
    number: str
    valid_from: date
    valid_until: datetime | None
    registered_here: bool
    multi_site_filed: bool
    filing_number: str
    filed_until: datetime | None
    ends_at: datetime | None
    days_left: int | None
    state: str
    suspended_for: str = ""
