"""Institutions and departments."""

from typing import Any
from uuid import UUID

from xinglin.care.people.models import Department
from xinglin.care.people.types import DepartmentCard, InstitutionCard
from xinglin.foundation.database import services as database
from xinglin.kernel import clock
from xinglin.kernel.errors import NotFound, Unavailable
from xinglin.kernel.text import Text

_COLUMNS = """
    select id, code, name_zh, name_en, jurisdiction, licence_number, licence_until
    from people_institution
"""
_INSTITUTION = f"{_COLUMNS} where id = %s"
_FIRST = f"{_COLUMNS} order by id limit 1"
_known: list[DepartmentCard] = []


def departments() -> tuple[DepartmentCard, ...]:
    """The open departments in their order; kept in memory, since they change with a release."""
    if not _known:
        _known.extend(
            DepartmentCard(
                slug=d.slug,
                name=Text(d.name_zh, d.name_en),
                codes=tuple(d.codes),
                aliases=tuple(d.aliases),
            )
            for d in Department.objects.order_by("position")
        )
    return tuple(_known)


def department(slug: str) -> DepartmentCard:
    """Raises NotFound when no open department has this slug."""
    found = next((d for d in departments() if d.slug == slug), None)
    if found is None:
        raise NotFound(
            "department_not_found",
            Text(
                "没有开设这个科室，请从列表中选择。",
                "There is no such department; please choose from the list.",
            ),
        )
    return found


def forget_departments() -> None:
    """After they were written."""
    _known.clear()


def institution(institution_id: UUID) -> InstitutionCard:
    """Asked in most requests, and so by a prepared statement."""
    row = database.fetch_one(_INSTITUTION, [institution_id])
    if row is None:
        raise NotFound
    return _card(row)


def default_institution() -> InstitutionCard:
    """The first that was founded: it takes those who come without naming one."""
    row = database.fetch_one(_FIRST)
    if row is None:
        raise Unavailable(
            "no_institution",
            Text("本院尚未完成设置。", "This hospital has not been set up yet."),
        )
    return _card(row)


def _card(row: tuple[Any, ...]) -> InstitutionCard:
    known, code, name_zh, name_en, place, licence_number, licence_until = row
    ended = licence_until is not None and licence_until <= clock.now()
    return InstitutionCard(
        id=known,
        code=code,
        name=Text(name_zh, name_en),
        place=place,
        licensed=bool(licence_number.strip()) and not ended,
    )
