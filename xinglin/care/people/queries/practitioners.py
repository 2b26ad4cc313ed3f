"""Doctors: the card that everybody may read, and the facts that policy decides on."""

import csv
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

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
        p.full_time, p.synthetic, i.jurisdiction
    from people_practitioner p join people_institution i on i.id = p.institution_id
"""
_CARDS = {column: f"{_CARD} where p.{column} = any(%s)" for column in ("id", "user_id")}
# Planned once; for `any` the planner begins anew each time.
_ONE_CARD = {column: f"{_CARD} where p.{column} = %s" for column in ("id", "user_id")}
# With the licence at the own institution; one without an end goes before all others.
_FACTS = """
    select u.is_service, i.jurisdiction, p.independent_since, p.institution_consented, p.title_code,
        l.number, l.valid_from, l.valid_until, l.registered_here, l.multi_site_filed
    from people_practitioner p
    join people_institution i on i.id = p.institution_id
    join accounts_user u on u.id = p.user_id
    left join lateral (
        select * from people_licence l
        where l.practitioner_id = p.id and l.institution_id = p.institution_id
        order by l.valid_until is null desc, coalesce(l.valid_until, l.valid_from) desc,
            l.number collate "C" desc
        limit 1
    ) l on true
    where p.id = %s
"""
_CHECKED = "select identity_checked_at from people_practitioner where id = %s"
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


def staff_facts(practitioner_id: UUID, now: datetime, open_visits: int) -> StaffEligibility:
    """Of the licence that serves longest at the doctor's own institution.

    Raises:
        NotFound: there is no such practitioner.
    """
    row = _row(_FACTS, practitioner_id)
    is_service, place, independent_since, consented, title, *licence = row
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
        open_visits=open_visits,
        now=now,
    )


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
    return PractitionerCard(
        id=row[0],
        user_id=row[1],
        institution_id=row[2],
        place=row[15],
        name=Text(row[3], row[4]),
        title=titles()[row[5]],
        title_code=row[5],
        hospital=Text(*main) if all(main) else Text(*ours),
        good_at=Text(row[6], row[7]) if row[6] else None,
        departments=tuple(row[12]),
        full_time=row[13],
        synthetic=row[14],
    )
