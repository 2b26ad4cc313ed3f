"""Licences of doctors: which holds where, and when it ends."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from xinglin.care.people import rules
from xinglin.care.people.papers import LicenceLine
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.database import services as database
from xinglin.kernel.text import Text

# Of each doctor and institution the licence that serves longest; one without an end goes first.
ENDS = "case when l.registered_here then l.valid_until else least(l.valid_until, l.filed_until) end"
LONGEST_FIRST = f"""
    ({ENDS}) is null desc, coalesce({ENDS}, l.valid_from::timestamptz) desc,
    l.number collate "C" desc
"""
_LINES = f"""
    select * from (
        select distinct on (l.practitioner_id, l.institution_id)
            l.id, l.practitioner_id, p.name_zh, p.name_en, i.name_zh as house_zh,
            i.name_en as house_en, l.number, l.valid_from, l.valid_until, l.registered_here,
            l.multi_site_filed, l.filing_number, l.filed_until, {ENDS} as ends_at, p.suspended_at,
            p.suspended_for, p.user_id, l.institution_id
        from people_licence l
        join people_practitioner p on p.id = l.practitioner_id
        join people_institution i on i.id = l.institution_id
        where (%(user)s::uuid is null or p.user_id = %(user)s::uuid)
            and (%(house)s::uuid is null or l.institution_id = %(house)s::uuid)
        order by l.practitioner_id, l.institution_id, {LONGEST_FIRST}
    ) licences
"""  # noqa: S608  # constants only
_OWN = f"{_LINES} order by ends_at nulls last, id"
_PAGE = f"""
    {_LINES}
    where %(after)s::uuid is null or (coalesce(ends_at, 'infinity'), id) > (
        select coalesce(case when a.registered_here then a.valid_until
            else least(a.valid_until, a.filed_until) end, 'infinity'), a.id
        from people_licence a where a.id = %(after)s::uuid
    )
    order by coalesce(ends_at, 'infinity'), id limit %(limit)s
"""  # noqa: S608  # constants only
_ENDING = f"{_LINES} where ends_at > %(at)s and ends_at <= %(until)s order by ends_at"


def own_licences(viewer: Viewer, at: datetime) -> list[LicenceLine]:
    """The doctor's own, what ends first at the top; nothing for who is no doctor."""
    rows = database.fetch(_OWN, {"user": viewer.user_id, "house": None})
    return [_line(row, at) for row in rows]


def licence_page(
    viewer: Viewer, at: datetime, *, after: UUID | None, limit: int
) -> tuple[list[LicenceLine], UUID | None]:
    """Of the viewer's institution, what ends first at the top; one statement."""
    values = {"user": None, "house": viewer.institution_id, "after": after, "limit": limit + 1}
    rows = database.fetch(_PAGE, values)
    lines = [_line(row, at) for row in rows[:limit]]
    return lines, lines[-1].id if len(rows) > limit else None


def ending_licences(at: datetime) -> list[tuple[LicenceLine, UUID, UUID]]:
    """With the doctor's account and the institution of each that is to be warned of."""
    until = at + timedelta(days=max(rules.WARN_DAYS))
    rows = database.fetch(_ENDING, {"user": None, "house": None, "at": at, "until": until})
    return [(_line(row, at), row[16], row[17]) for row in rows]


def _line(row: tuple[Any, ...], at: datetime) -> LicenceLine:
    ends_at, suspended_at = row[13], row[14]
    left = None if ends_at is None else ends_at - at
    return LicenceLine(
        id=row[0],
        practitioner_id=row[1],
        doctor=Text(row[2], row[3]),
        institution=Text(row[4], row[5]),
        number=row[6],
        valid_from=row[7],
        valid_until=row[8],
        registered_here=row[9],
        multi_site_filed=row[10],
        filing_number=row[11],
        filed_until=row[12],
        ends_at=ends_at,
        days_left=None if left is None else max(0, left.days),
        state="suspended" if suspended_at else _state(row[7], left, at),
        suspended_for=row[15],
    )


def _state(begins: Any, left: timedelta | None, at: datetime) -> str:
    if left is not None and left <= timedelta():
        return "ended"
    if begins > at.date():
        return "not_begun"
    return "holds" if left is None or rules.warned_at(left) is None else "ending"
