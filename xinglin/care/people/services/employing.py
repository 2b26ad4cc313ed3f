"""What a doctor's employment must say, whoever writes it: one by hand, or thousands from a sheet."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from xinglin.care.people import queries, rules
from xinglin.care.people.languages import unknown
from xinglin.kernel.errors import FieldError, Refusal
from xinglin.kernel.text import Text
from xinglin.policy.facts import StaffEligibility
from xinglin.policy.rules import decide, local_date


@dataclass(frozen=True, slots=True, kw_only=True)
class LicencePaper:
    """`valid_until`, `filed_until`: the first moment at which it no longer holds."""

    number: str
    valid_from: date
    valid_until: datetime | None = None
    registered_here: bool = True
    multi_site_filed: bool = False
    filing_number: str = ""
    filed_until: datetime | None = None
    application_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Employment:
    """`departments`: slugs, the own one first. `hospital`: the main one of a part-time doctor.

    `hospital_grade`: of `rules.GRADES`, or empty. `languages`: of `languages.LANGUAGES`.
    """

    name: Text
    title_code: str
    departments: tuple[str, ...]
    licence: LicencePaper
    independent_since: date | None
    hospital: Text | None = None
    hospital_grade: str = ""
    good_at: Text | None = None
    full_time: bool = False
    institution_consented: bool = True
    synthetic: bool = False
    languages: tuple[str, ...] = ()


def faults(employment: Employment, *, place: str) -> list[FieldError]:
    """All that is wrong with it, each with the field that it is wrong in."""
    return [
        *_title(employment),
        *_departments(employment),
        *_languages(employment),
        *_dates(employment, place),
    ]


def _title(employment: Employment) -> Iterator[FieldError]:
    if employment.title_code not in queries.titles():
        known = queries.titles().values()
        yield FieldError(
            "title",
            Text(
                f"没有这个医师职称。可填：{'、'.join(t.zh for t in known)}。",
                f"This is no title of a doctor. Known: {', '.join(t.en for t in known)}.",
            ),
        )
    if employment.hospital_grade and employment.hospital_grade not in rules.GRADES:
        yield FieldError(
            "hospital_grade",
            Text("没有这个医院等级。", "There is no such grade of hospitals."),
        )


def _departments(employment: Employment) -> Iterator[FieldError]:
    known = {d.slug for d in queries.departments()}
    if not employment.departments:
        yield FieldError(
            "departments", Text("至少填写一个科室。", "At least one department is needed.")
        )
    for slug in employment.departments:
        if slug not in known:
            yield FieldError(
                "departments",
                Text(f"没有开设“{slug}”这个科室。", f"There is no department “{slug}”."),
            )
    if len(set(employment.departments)) < len(employment.departments):
        yield FieldError(
            "departments", Text("同一科室填写了两次。", "A department is named twice.")
        )


def _languages(employment: Employment) -> Iterator[FieldError]:
    if (wrong := unknown(employment.languages, field="languages")) is not None:
        yield wrong


def _dates(employment: Employment, place: str) -> Iterator[FieldError]:
    paper = employment.licence
    until = paper.valid_until
    if until is not None and local_date(until, place) <= paper.valid_from:
        yield FieldError(
            "licence_until",
            Text(
                "执业证书的截止日期早于生效日期。",
                "The licence would end before it begins.",
            ),
        )


def unfit(employment: Employment, *, place: str, at: datetime) -> tuple[Refusal, ...]:
    """Why this doctor may see nobody online, by the law of the place (R14, R15, R17)."""
    paper = employment.licence
    facts = StaffEligibility(
        role="doctor",
        is_human=True,
        licence_number=paper.number,
        licence_from=paper.valid_from,
        licence_until=paper.valid_until,
        independent_since=employment.independent_since,
        institution_consented=employment.institution_consented,
        registered_here=paper.registered_here,
        multi_site_filed=paper.multi_site_filed,
        title=employment.title_code,
        now=at,
    )
    return decide("staff_eligibility", facts, place=place, on=local_date(at, place)).refusals
