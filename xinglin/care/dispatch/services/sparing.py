"""An operator's switch for each department: minor return visits do not go back to experts."""

from datetime import datetime

from django.db import transaction

from xinglin.care.dispatch.events import SparingChanged
from xinglin.care.dispatch.queries.board import forget_board, house_of
from xinglin.care.people import queries as people
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.database import services as database
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel import ids

_ON = """
    insert into dispatch_spared_department (id, institution_id, department, since, "by")
    values (%(id)s, %(house)s, %(department)s, %(at)s, %(by)s)
    on conflict (institution_id, department) do nothing returning id
"""
_OFF = """
    delete from dispatch_spared_department
    where institution_id = %(house)s and department = %(department)s returning id
"""


@outbox.in_one_transaction()
def spare_experts(viewer: Viewer, department: str, *, at: datetime) -> None:
    """From now on, for those who wait already, too. Twice is as good as once.

    Raises:
        NotFound: no such department.
    Emits: SparingChanged.
    """
    _switch(viewer, department, _ON, "dispatch.spare_experts", at)


@outbox.in_one_transaction()
def spare_no_more(viewer: Viewer, department: str, *, at: datetime) -> None:
    """As usual again. Twice is as good as once.

    Raises:
        NotFound: no such department.
    Emits: SparingChanged.
    """
    _switch(viewer, department, _OFF, "dispatch.spare_no_more", at)


def _switch(viewer: Viewer, department: str, sql: str, action: str, at: datetime) -> None:
    people.department(department)
    house = people.own_house(viewer)
    values = {
        "id": ids.new(),
        "house": house,
        "department": department,
        "at": at,
        "by": viewer.user_id,
    }
    row = database.fetch_one(sql, values)
    if row is None:
        return
    detail = {"department": department, "institution_id": str(house)}
    audit.record(
        viewer,
        action,
        subject=None,
        thing="department",
        thing_id=row[0],
        purpose="operation",
        detail=detail,
    )
    outbox.emit(SparingChanged(audience=("board",), department=department, is_spared=sql is _ON))
    transaction.on_commit(lambda: forget_board(house_of(viewer)))
