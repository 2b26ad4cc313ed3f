"""Doctors: the card that everybody may read, and the facts that policy decides on."""

import csv
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection

from xinglin.care.people.models import Licence, Practitioner
from xinglin.care.people.types import PractitionerCard
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
        p.full_time, p.synthetic
    from people_practitioner p join people_institution i on i.id = p.institution_id
"""
_CARDS = {column: f"{_CARD} where p.{column} = any(%s)" for column in ("id", "user_id")}
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
    doctor = (
        Practitioner.objects.select_related("user", "institution")
        .filter(pk=practitioner_id)
        .first()
    )
    if doctor is None:
        raise NotFound
    licence = _licence_of(doctor)
    return StaffEligibility(
        role="doctor",
        is_human=not doctor.user.is_service,
        licence_number=licence.number if licence else "",
        licence_from=licence.valid_from
        if licence
        else local_date(now, doctor.institution.jurisdiction),
        licence_until=licence.valid_until if licence else None,
        independent_since=doctor.independent_since,
        institution_consented=doctor.institution_consented,
        registered_here=bool(licence and licence.registered_here),
        multi_site_filed=bool(licence and licence.multi_site_filed),
        title=doctor.title_code,
        open_visits=open_visits,
        now=now,
    )


def _licence_of(doctor: Practitioner) -> Licence | None:
    """One without an end goes before all others."""
    return max(
        Licence.objects.filter(practitioner=doctor, institution_id=doctor.institution_id),
        key=lambda each: (
            each.valid_until is None,
            each.valid_until or each.valid_from,
            each.number,
        ),
        default=None,
    )


def _cards(column: str, ids: Iterable[UUID]) -> list[PractitionerCard]:
    with connection.cursor() as cursor:
        cursor.execute(_CARDS[column], [list(ids)])
        return [_card(row) for row in cursor.fetchall()]


def _card(row: tuple[Any, ...]) -> PractitionerCard:
    """`hospital`: where a part-time doctor mainly works; a full-time doctor works here."""
    main, ours = row[8:10], row[10:12]
    return PractitionerCard(
        id=row[0],
        user_id=row[1],
        institution_id=row[2],
        name=Text(row[3], row[4]),
        title=titles()[row[5]],
        title_code=row[5],
        hospital=Text(*main) if all(main) else Text(*ours),
        good_at=Text(row[6], row[7]) if row[6] else None,
        departments=tuple(row[12]),
        full_time=row[13],
        synthetic=row[14],
    )
