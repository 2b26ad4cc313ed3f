"""Doctors: the card that everybody may read, and the facts that policy decides on."""

import csv
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from xinglin.care.people import rules
from xinglin.care.people.queries.licences import ENDS, LONGEST_FIRST
from xinglin.care.people.types import PractitionerCard
from xinglin.foundation.database import services as database
from xinglin.kernel.errors import NotFound
from xinglin.kernel.text import Text
from xinglin.policy.facts import StaffEligibility
from xinglin.policy.rules import local_date

# Read in nearly every request: one prepared statement. The own department comes first.
_CARD = """
    select p.id, p.user_id, p.institution_id, p.name_zh, p.name_en, p.title_code,
        p.good_at_zh, p.good_at_en, p.hospital_zh, p.hospital_en, i.name_zh, i.name_en,
        array(
            select d.department_id from people_practitionerdepartment d
            where d.practitioner_id = p.id order by d.fit, d.id
        ),
        p.full_time, p.synthetic, i.jurisdiction, p.hospital_grade, i.grade, p.named_a_day,
        p.languages
    from people_practitioner p join people_institution i on i.id = p.institution_id
"""
_CARDS = {column: f"{_CARD} where p.{column} = any(%s)" for column in ("id", "user_id")}
# Planned once; for `any` the planner begins anew each time.
_ONE_CARD = {column: f"{_CARD} where p.{column} = %s" for column in ("id", "user_id")}
# With the licence at one institution; one without an end goes before all others.
_FACTS = f"""
    select u.is_service, i.jurisdiction, p.independent_since, p.institution_consented, p.title_code,
        p.suspended_at is not null, l.number, l.valid_from, {ENDS}, l.registered_here,
        l.multi_site_filed and (l.filed_until is null or l.filed_until > %(now)s)
    from people_practitioner p
    join people_institution i on i.id = coalesce(%(institution)s::uuid, p.institution_id)
    join accounts_user u on u.id = p.user_id
    left join lateral (
        select * from people_licence l
        where l.practitioner_id = p.id and l.institution_id = i.id
        order by {LONGEST_FIRST} limit 1
    ) l on true
    where p.id = %(doctor)s
"""  # noqa: S608  # constants only
_IDS = """
    select id from people_practitioner where %(after)s::uuid is null or id > %(after)s::uuid
    order by id limit %(limit)s
"""
_LICENSED = "select 1 from people_licence where practitioner_id = %s and institution_id = %s"
_CHECKED = "select identity_checked_at from people_practitioner where id = %s"
MOST_NAMED_A_DAY = rules.MOST_NAMED_A_DAY
_TITLES = Path(__file__).parents[1] / "data" / "titles.tsv"


@cache
def titles() -> dict[str, Text]:
    """Code of GB/T 8561 -> title."""
    with _TITLES.open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: Text(row["name_zh"], row["name_en"])
            for row in csv.DictReader(file, delimiter="\t")
        }


def practitioner(practitioner_id: UUID) -> PractitionerCard:
    found = practitioners([practitioner_id])
    if practitioner_id not in found:
        raise NotFound
    return found[practitioner_id]


def practitioners(practitioner_ids: Iterable[UUID]) -> dict[UUID, PractitionerCard]:
    """As `practitioner`, for a list, in one query; those that do not exist are left out."""
    return {c.id: c for c in _cards("id", practitioner_ids)}


def practitioners_by_user(user_ids: Iterable[UUID]) -> dict[UUID, PractitionerCard]:
    return {c.user_id: c for c in _cards("user_id", user_ids)}


def practitioner_by_user(user_id: UUID) -> PractitionerCard | None:
    return practitioners_by_user([user_id]).get(user_id)


def practitioner_departments(user_id: UUID) -> tuple[str, ...]:
    found = practitioner_by_user(user_id)
    return found.departments if found else ()


def practitioner_ids(*, after: UUID | None = None, limit: int = 500) -> list[UUID]:
    """Of all institutions, those employed first first; `after`: the last one of the page before."""
    rows = database.fetch(_IDS, {"after": after, "limit": limit})
    return [found for (found,) in rows]


def staff_facts(
    practitioner_id: UUID,
    now: datetime,
    open_visits: int,
    *,
    institution_id: UUID | None = None,
) -> StaffEligibility:
    """Of the licence that serves longest at the institution; None: at the doctor's own.

    Raises:
        NotFound: there is no such practitioner, or institution.
    """
    values = {"doctor": practitioner_id, "institution": institution_id, "now": now}
    row = database.fetch_one(_FACTS, values)
    if row is None:
        raise NotFound
    is_service, place, independent_since, consented, title, suspended, *licence = row
    number, valid_from, valid_until, registered_here, multi_site_filed = licence
    return StaffEligibility(
        role="doctor",
        is_human=not is_service,
        licence_number=number or "",
        licence_from=valid_from or local_date(now, place),
        licence_until=valid_until,
        independent_since=independent_since,
        institution_consented=consented,
        registered_here=bool(registered_here),
        multi_site_filed=bool(multi_site_filed),
        title=title,
        suspended=suspended,
        open_visits=open_visits,
        now=now,
    )


def is_licensed_at(practitioner_id: UUID, institution_id: UUID) -> bool:
    """Whether there is any licence at all; policy says whether it holds."""
    return database.fetch_one(_LICENSED, [practitioner_id, institution_id]) is not None


def identity_checked_at(practitioner_id: UUID) -> datetime | None:
    """When this doctor last proved to be this doctor. Raises NotFound."""
    found: datetime | None = _row(_CHECKED, practitioner_id)[0]
    return found


def _row(sql: str, practitioner_id: UUID) -> tuple[Any, ...]:
    row: tuple[Any, ...] | None = database.fetch_one(sql, [practitioner_id])
    if row is None:
        raise NotFound
    return row


def _cards(column: str, ids: Iterable[UUID]) -> list[PractitionerCard]:
    asked = list(ids)
    if len(asked) == 1:
        return [_card(row) for row in database.fetch(_ONE_CARD[column], asked)]
    return [_card(row) for row in database.fetch(_CARDS[column], [asked])]


def _card(row: tuple[Any, ...]) -> PractitionerCard:
    """`hospital`: where a part-time doctor mainly works; a full-time doctor works here."""
    main, ours = row[8:10], row[10:12]
    works_elsewhere = all(main)
    grade, named_a_day = row[16] if works_elsewhere else row[17], row[18]
    return PractitionerCard(
        id=row[0],
        user_id=row[1],
        institution_id=row[2],
        place=row[15],
        name=Text(row[3], row[4]),
        title=titles()[row[5]],
        title_code=row[5],
        hospital=Text(*main) if works_elsewhere else Text(*ours),
        grade=rules.GRADES.get(grade),
        good_at=Text(row[6], row[7]) if row[6] else None,
        departments=tuple(row[12]),
        full_time=row[13],
        named_a_day=rules.NAMED_A_DAY if named_a_day is None else named_a_day,
        synthetic=row[14],
        languages=tuple(row[19]),
    )
