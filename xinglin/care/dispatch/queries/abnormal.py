"""The operators' monitor: what should not have happened, the newest first."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from xinglin.care.dispatch.queries.board import house_of
from xinglin.care.dispatch.queries.listing import DoctorRef
from xinglin.care.dispatch.queries.names import name_of
from xinglin.care.dispatch.types import ABNORMAL
from xinglin.care.people import queries as people
from xinglin.care.people.types import DepartmentCard
from xinglin.care.sites import queries as sites
from xinglin.care.sites.types import SiteRef
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.database import services as database
from xinglin.kernel.text import Text

_PAGE = """
    select id, kind, department, consultation_id, practitioner_id, due_at, at, reminded_at,
        settled_at, case when kind = 'crisis_told' then source end, settled_by, note, site_id
    from dispatch_abnormal
    where (%(id)s::uuid is null or id = %(id)s::uuid)
        and (%(house)s::uuid is null or institution_id = %(house)s::uuid)
        and (%(kind)s = '' or kind = %(kind)s)
        and (%(department)s = '' or department = %(department)s)
        and (%(doctor)s::uuid is null or practitioner_id = %(doctor)s::uuid)
        and (%(reminded)s::bool is null or (reminded_at is not null) = %(reminded)s::bool)
        and (not %(open)s or settled_at is null)
        and (%(after)s::uuid is null or id < %(after)s::uuid)
    order by id desc limit %(limit)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """`reminded`: None: either. `unsettled`: only what was not made good since. `id`: this one."""

    kind: str = ""
    department: str = ""
    practitioner_id: UUID | None = None
    reminded: bool | None = None
    unsettled: bool = False
    after: UUID | None = None
    limit: int = 50
    id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AbnormalLine:
    """`due_at`: the deadline that passed; `at`: when it was noted. `intake_id`: of a crisis, which has
    no visit; `settled_by`, `note`: who has acknowledged it, and what was done. `department` is None
    for what is of a `site` as a whole.
    """

    id: UUID
    kind: str
    text: Text
    department: DepartmentCard | None
    site: SiteRef | None
    consultation_id: UUID | None
    intake_id: UUID | None
    doctor: DoctorRef | None
    due_at: datetime
    at: datetime
    reminded_at: datetime | None
    settled_at: datetime | None
    settled_by: Text | None = None
    note: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class AbnormalPage:
    items: tuple[AbnormalLine, ...]
    next: UUID | None


def abnormal_events(viewer: Viewer, sought: Sought) -> AbnormalPage:
    """Three statements, and one for each who acknowledged a crisis. No patient is named."""
    values: dict[str, Any] = {
        "id": sought.id,
        "house": house_of(viewer),
        "kind": sought.kind,
        "department": sought.department,
        "doctor": sought.practitioner_id,
        "reminded": sought.reminded,
        "open": sought.unsettled,
        "after": sought.after,
        "limit": sought.limit + 1,
    }
    rows = database.fetch(_PAGE, values)
    shown = rows[: sought.limit]
    known = {row[4] for row in shown if row[4] is not None}
    doctors = people.practitioners(known) if known else {}
    places = sites.site_refs({row[12] for row in shown} - {None})
    names = {by: name_of(by, "operator") for by in {row[10] for row in shown} - {None}}
    return AbnormalPage(
        tuple(
            AbnormalLine(
                id=row[0],
                kind=row[1],
                text=ABNORMAL[row[1]],
                department=people.department(row[2]) if row[2] else None,
                site=places.get(row[12]),
                consultation_id=row[3],
                intake_id=row[9],
                doctor=DoctorRef(id=row[4], name=doctors[row[4]].name)
                if row[4] in doctors
                else None,
                due_at=row[5],
                at=row[6],
                reminded_at=row[7],
                settled_at=row[8],
                settled_by=names.get(row[10]),
                note=row[11],
            )
            for row in shown
        ),
        shown[-1][0] if len(rows) > sought.limit else None,
    )
