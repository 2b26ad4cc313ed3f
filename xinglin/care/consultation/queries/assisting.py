"""The open visits of a doctor, for those who assist that doctor; nothing else of the house."""

from typing import Any
from uuid import UUID

from xinglin.care.consultation.messages import queries as messages
from xinglin.care.consultation.queries.faces import department_json, doctor_json
from xinglin.care.consultation.queries.visits import Visit, audit_list, audit_read, open_visits
from xinglin.care.people import queries as people
from xinglin.care.people.types import Lead, PatientCard
from xinglin.care.triage import queries as triage
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel.errors import NotFound

_SHORT = 120


def assisting(viewer: Viewer) -> dict[str, Any]:
    """Whom the viewer assists, and that doctor's open visits, the first accepted first; audited."""
    lead = people.lead_of(viewer.user_id)
    if lead is None:
        return {"lead": None, "team_of": people.lead_told(viewer.user_id), "items": []}
    rows = open_visits(lead.practitioner_id)
    patients = people.patient_cards({row.patient_id for row in rows}) if rows else {}
    audit_list(viewer, rows, "care")
    return {
        "lead": doctor_json(people.practitioner(lead.practitioner_id)),
        "team_of": lead.name,
        "items": [_line(row, patients[row.patient_id]) for row in rows],
    }


def assisted_visit(viewer: Viewer, consultation_id: UUID) -> dict[str, Any]:
    """What an assistant needs of one visit; the reading is audited.

    Raises:
        NotFound: it is not an open visit of the doctor whom the viewer assists now.
    """
    lead, row = _visit(viewer, consultation_id)
    audit_read(viewer, row, "consultation.read")
    intake = triage.intake_for_visit(row.intake_id)
    patient = people.patient_cards({row.patient_id})[row.patient_id]
    return {
        **_line(row, patient),
        "complaint": row.complaint,
        "allergies": row.allergies,
        "summary": [dict(line) for line in intake.summary],
        "me": {"name": lead.assistant_name, "lead": lead.name},
    }


def assisted_messages(
    viewer: Viewer, consultation_id: UUID, *, since: int, before: int | None, limit: int
) -> dict[str, Any]:
    """Messages after `since`, or the last ones before `before`, in order; the reading is audited.

    Raises:
        NotFound: as `assisted_visit`.
    """
    _, row = _visit(viewer, consultation_id)
    found = (
        messages.read(consultation_id, since, limit)
        if before is None
        else messages.read_back(consultation_id, before, limit)
    )
    audit_read(viewer, row, "consultation.read_messages", since=since, count=len(found))
    return {"messages": found, "last_seq": row.last_seq}


def assisted_picture(viewer: Viewer, consultation_id: UUID, picture_id: UUID) -> UUID:
    """A picture of the thread; the reading is audited.

    Raises:
        NotFound: as `assisted_visit`, or it does not stand in the thread.
    """
    _, row = _visit(viewer, consultation_id)
    if not messages.pictures(consultation_id).get(picture_id):
        raise NotFound
    audit_read(viewer, row, "consultation.read_picture", picture_id=str(picture_id))
    return picture_id


def _visit(viewer: Viewer, consultation_id: UUID) -> tuple[Lead, Visit]:
    lead = people.lead_of(viewer.user_id)
    rows = open_visits(lead.practitioner_id, consultation_id) if lead else []
    if lead is None or not rows:
        raise NotFound
    return lead, rows[0]


def _line(row: Visit, patient: PatientCard) -> dict[str, Any]:
    """`waits_since`: the patient wrote last, and nobody has answered yet."""
    answered = row.last_doctor_at
    asked = row.last_patient_at or row.accepted_at
    waits = asked if asked and (answered is None or answered < asked) else None
    return {
        "id": row.id,
        "patient": {
            "name": patient.name,
            "sex": patient.sex,
            "age_text": patient.age_text,
            "synthetic": patient.synthetic,
        },
        "department": department_json(row.department),
        "complaint": row.complaint[:_SHORT],
        "accepted_at": row.accepted_at,
        "waits_since": waits,
        "last_seq": row.last_seq,
    }
