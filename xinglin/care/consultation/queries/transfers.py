"""What doctors have left to the next one."""

from typing import Any
from uuid import UUID

from xinglin.care.consultation.queries.faces import department_json, known_doctor_json
from xinglin.care.consultation.queries.visits import audit_read, visit_of_doctor
from xinglin.care.people import queries as people
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.database import services as database

# A visit may be transferred as often as its day is long; what is older than these few is in the audit.
MOST = 20
_NOTES = f"""
    select id, from_practitioner_id, from_department, to_department, to_practitioner_id, note, at
    from consultation_transfer where consultation_id = %s order by at desc, id desc limit {MOST}
"""  # noqa: S608  # a number of our own


def transfers(viewer: Viewer, consultation_id: UUID) -> list[dict[str, Any]]:
    """The notes of the visit, the newest first, for its doctor; the reading is audited.

    Raises:
        NotFound: the viewer is not the doctor of the visit.
    """
    seen = visit_of_doctor(viewer, consultation_id)
    rows = database.fetch(_NOTES, [consultation_id])
    if not rows:
        return []
    audit_read(viewer, seen, "consultation.read_transfers")
    doctors = people.practitioners({each for row in rows for each in (row[1], row[4]) if each})
    return [
        {
            "id": row[0],
            "from_doctor": known_doctor_json(row[1], doctors),
            "from_department": department_json(row[2]),
            "to_department": department_json(row[3]),
            "to_doctor": known_doctor_json(row[4], doctors),
            "note": row[5],
            "at": row[6],
        }
        for row in rows
    ]
