"""Institutions and departments."""

import time
from typing import Any, Final
from uuid import UUID

from xinglin.care.people.models import Department
from xinglin.care.people.types import DepartmentCard, InstitutionCard
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.database import services as database
from xinglin.kernel import clock
from xinglin.kernel.errors import NotFound, Unavailable
from xinglin.kernel.text import Text
from xinglin.policy.rules import emergency_number

_COLUMNS = """
    select id, code, name_zh, name_en, jurisdiction, licence_number, licence_until, opened_at
    from people_institution
"""
_INSTITUTION = f"{_COLUMNS} where id = %s"
_FIRST = f"{_COLUMNS} order by id limit 1"
# Whoever edits them does so in one process; the others see it after this time.
_KEPT_S: Final = 10.0
_NOT_OPEN = Text(
    "本互联网医院尚未对患者开放，正在准备中。急症请拨打{number}或前往最近的急诊。",
    "This online hospital is not open to patients yet; it is being set up. In an emergency call"
    " {number} or go to the nearest emergency department.",
)


class _Known:
    """Departments as they were last read, closed ones as well. Tests forget them."""

    def __init__(self) -> None:
        self.read_at = -_KEPT_S
        self.open: tuple[DepartmentCard, ...] = ()
        self.by_slug: dict[str, DepartmentCard] = {}


_known = _Known()
# Whatever has opened stays so, and need not be asked again.
_opened: set[UUID] = set()


def departments() -> tuple[DepartmentCard, ...]:
    """The open departments in their order; read again after some seconds."""
    return _all().open


def department(slug: str) -> DepartmentCard:
    """Also one that is closed by now: what was done there has its name.

    Raises:
        NotFound: no department has, or had, this slug.
    """
    found = _all().by_slug.get(slug)
    if found is None:
        raise NotFound(
            "department_not_found",
            Text(
                "没有开设这个科室，请从列表中选择。",
                "There is no such department; please choose from the list.",
            ),
        )
    return found


def _all() -> _Known:
    if time.monotonic() - _known.read_at >= _KEPT_S:
        rows = list(Department.objects.order_by("position", "slug"))
        cards = {
            d.slug: DepartmentCard(
                slug=d.slug,
                name=Text(d.name_zh, d.name_en),
                codes=tuple(d.codes),
                aliases=tuple(d.aliases),
            )
            for d in rows
        }
        _known.by_slug = cards
        _known.open = tuple(cards[d.slug] for d in rows if d.closed_at is None)
        _known.read_at = time.monotonic() if rows else -_KEPT_S
    return _known


def every_department() -> dict[str, Text]:
    """Slug -> name, closed ones as well."""
    return {slug: card.name for slug, card in _all().by_slug.items()}


def forget_departments() -> None:
    """After they were written."""
    _known.read_at = -_KEPT_S


def check_open(institution_id: UUID) -> None:
    """Raises Unavailable: `hospital_not_open`, nothing is possible for patients yet."""
    if institution_id in _opened:
        return
    found = institution(institution_id)
    if found.opened_at is None:
        number = emergency_number(found.place, clock.now())
        raise Unavailable("hospital_not_open", _NOT_OPEN.filled(number=number))
    _opened.add(institution_id)


def is_open() -> bool:
    """Whether patients may come; asked once, as long as the answer is yes."""
    row = None if _opened else database.fetch_one(_FIRST)
    if row is not None and _card(row).opened_at is not None:
        _opened.add(row[0])
    return bool(_opened)


def emergency_number_here() -> str:
    """Of the place of the house; before it has one, of China."""
    row = database.fetch_one(_FIRST)
    return emergency_number(_card(row).place if row else "cn", clock.now())


def institution(institution_id: UUID) -> InstitutionCard:
    """Asked in most requests, and so by a prepared statement."""
    row = database.fetch_one(_INSTITUTION, [institution_id])
    if row is None:
        raise NotFound
    return _card(row)


def institutions() -> list[InstitutionCard]:
    """All, the first that was founded first."""
    return [_card(row) for row in database.fetch(f"{_COLUMNS} order by id limit 200")]


def default_institution() -> InstitutionCard:
    """The first that was founded: it takes those who come without naming one."""
    row = database.fetch_one(_FIRST)
    if row is None:
        raise Unavailable(
            "no_institution",
            Text("本院尚未完成设置。", "This hospital has not been set up yet."),
        )
    return _card(row)


def own_house(viewer: Viewer) -> UUID:
    """The institution of the viewer; whoever belongs to none, as every patient, is of the first."""
    return viewer.institution_id or default_institution().id


def own_institution(viewer: Viewer) -> InstitutionCard:
    """As `own_house`, whole."""
    if viewer.institution_id is None:
        return default_institution()
    return institution(viewer.institution_id)


def _card(row: tuple[Any, ...]) -> InstitutionCard:
    known, code, name_zh, name_en, place, licence_number, licence_until, opened_at = row
    ended = licence_until is not None and licence_until <= clock.now()
    return InstitutionCard(
        id=known,
        code=code,
        name=Text(name_zh, name_en),
        place=place,
        licensed=bool(licence_number.strip()) and not ended,
        opened_at=opened_at,
    )
