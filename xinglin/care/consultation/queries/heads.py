"""Whose visit, where and with whom: the line under everything that is found or listed."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from xinglin.care.consultation.queries.faces import department_json, doctor_json
from xinglin.care.people import queries as people
from xinglin.foundation.database import services as database

_HEADS = """
    select id, patient_id, department, practitioner_id, state, requested_at
    from consultation_consultation where id = any(%s)
"""


def heads(consultation_ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """For callers that have checked who asks; three queries, or none."""
    if not consultation_ids:
        return {}
    rows = database.fetch(_HEADS, [list(consultation_ids)])
    patients = people.patient_cards({row[1] for row in rows})
    doctors = people.practitioners({row[3] for row in rows if row[3]})
    return {
        row[0]: {
            "id": row[0],
            "patient": {"id": row[1], "name": patients[row[1]].name},
            "department": department_json(row[2]),
            "doctor": doctor_json(doctors[row[3]]) if row[3] else None,
            "state": row[4],
            "requested_at": row[5],
        }
        for row in rows
    }
