"""Earlier visits of a patient, for the doctor who has a visit of this patient open: read, never changed.

Access path: the patient's visits, of which there are tens, by the index of the foreign key; what
stands in one of them by its own key. Only those that have ended, in the institution of the open one.
Each reading leaves a line that the patient can see.
"""

import json
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from xinglin.care.consultation import rules
from xinglin.care.consultation.messages import queries as messages
from xinglin.care.consultation.queries.faces import department_json, known_doctor_json
from xinglin.care.consultation.queries.history import diagnoses_of
from xinglin.care.consultation.queries.record import holding_version
from xinglin.care.consultation.queries.screens import stopped_json
from xinglin.care.consultation.queries.visits import Visit, any_visit, visit_of_doctor
from xinglin.care.people import queries as people
from xinglin.care.triage import queries as triage
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.database import services as database
from xinglin.foundation.media import queries as media
from xinglin.foundation.media.types import Transcript
from xinglin.kernel.errors import Forbidden, NotFound
from xinglin.kernel.text import Text

_MOST_FILES = 200
_OF_ONE = """
    select e.id from consultation_consultation e
    join consultation_consultation c
        on c.patient_id = e.patient_id and c.institution_id = e.institution_id
    where e.id = %s and c.id = %s and e.id <> c.id and e.state = 'ended'
"""
_LIST = """
    select e.id, e.department, e.kind, e.complaint, e.ending, e.practitioner_id, e.asked_by,
        e.relation, e.requested_at, e.ended_at, v.version, v.fields,
        (select count(*) from consultation_message m
            where m.consultation_id = e.id and m.kind in ('picture', 'voice', 'document')
                and not m.withdrawn)
    from consultation_consultation e
    left join lateral (
        select version, fields from consultation_record_version
        where consultation_id = e.id order by version desc limit 1
    ) v on true
    where e.patient_id = %(patient)s and e.id <> %(visit)s and e.state = 'ended'
        and e.institution_id = (
            select institution_id from consultation_consultation where id = %(visit)s
        )
        and (%(after)s::uuid is null or e.id < %(after)s::uuid)
    order by e.id desc limit %(limit)s
"""
_FILES = """
    select seq, kind, body, sender, at from consultation_message
    where consultation_id = %s and kind in ('picture', 'voice', 'document') and not withdrawn
    order by seq limit %s
"""
_FOR_THE_OPEN_ONE = Text(
    "往次问诊只在您接诊该患者期间可以查看（最小必要）。如需说明，请联系院方。",
    "Earlier visits can be read only while you have a visit of this patient open (no more than is"
    " needed). For anything else please ask the hospital.",
)


def earlier_visits(
    viewer: Viewer, consultation_id: UUID, *, after: UUID | None, limit: int
) -> dict[str, Any]:
    """A page, newest first; a line for each visit that is shown.

    Raises:
        NotFound: the viewer is not the doctor of the visit.
        Forbidden: `visit_not_open`: it was, and has ended.
    """
    now = _open(viewer, consultation_id)
    rows = database.fetch(
        _LIST,
        {"patient": now.patient_id, "visit": now.id, "after": after, "limit": limit + 1},
    )
    shown = rows[:limit]
    audit.record_each(
        viewer,
        "consultation.list_earlier",
        {row[0]: now.patient_id for row in shown},
        thing="consultation",
        purpose="care",
    )
    doctors = people.practitioners({row[5] for row in shown if row[5]}) if shown else {}
    return {
        "items": [
            {
                "id": row[0],
                "department": department_json(row[1]),
                "kind_text": rules.KINDS[row[2]],
                "complaint": row[3],
                "ending_text": rules.ENDINGS[row[4]],
                "doctor": known_doctor_json(row[5], doctors),
                "asked_by": {"role": row[6], "relation": people.askers()[row[7]]},
                "requested_at": row[8],
                "ended_at": row[9],
                "signed_version": row[10],
                "diagnoses": diagnoses_of(json.loads(row[11])) if row[11] else [],
                "files": row[12],
            }
            for row in shown
        ],
        "next": shown[-1][0] if len(rows) > limit else None,
    }


def earlier_visit(viewer: Viewer, consultation_id: UUID, earlier_id: UUID) -> dict[str, Any]:
    """One of them: what was told, the record that holds, its files; the reading is audited.

    Raises:
        NotFound, Forbidden: as `earlier_visits`; and there is no such earlier visit.
    """
    row = _earlier(viewer, consultation_id, earlier_id)
    _audit(viewer, row, consultation_id, "consultation.read_earlier")
    intake = triage.intake_for_visit(row.intake_id)
    doctors = people.practitioners(row.doctors) if row.doctors else {}
    return {
        "id": row.id,
        "department": department_json(row.department),
        "kind_text": rules.KINDS[row.kind],
        "complaint": row.complaint,
        "ending_text": rules.ENDINGS[row.ending],
        "doctor": known_doctor_json(row.practitioner_id, doctors),
        "asked_by": {"role": row.asked_by, "relation": people.askers()[row.relation]},
        "requested_at": row.requested_at,
        "ended_at": row.ended_at,
        "allergies": row.allergies,
        "summary": [dict(line) for line in intake.summary],
        "stopped": stopped_json(row, for_doctor=True),
        "version": holding_version(row.id) if row.signed_version else None,
        "files": _files(row.id),
        "last_seq": row.last_seq,
    }


def earlier_messages(
    viewer: Viewer, consultation_id: UUID, earlier_id: UUID, *, before: int | None, limit: int
) -> dict[str, Any]:
    """The last messages, or those below a number, in ascending order; the reading is audited.

    Raises:
        NotFound, Forbidden: as `earlier_visit`.
    """
    row = _earlier(viewer, consultation_id, earlier_id)
    last = row.last_seq + 1 if before is None else before
    found = messages.read_back(row.id, last, limit)
    _audit(viewer, row, consultation_id, "consultation.read_earlier_messages", count=len(found))
    return {"messages": found, "last_seq": row.last_seq}


def earlier_file(
    viewer: Viewer,
    consultation_id: UUID,
    earlier_id: UUID,
    kind: Literal["picture", "voice", "document"],
    file_id: UUID,
) -> UUID:
    """A file that stands in an earlier visit; the reading is audited.

    Raises:
        NotFound, Forbidden: as `earlier_visit`; and there is no such file in it.
    """
    row = _earlier(viewer, consultation_id, earlier_id)
    if not messages.files(row.id, kind).get(file_id):
        raise NotFound
    _audit(viewer, row, consultation_id, "consultation.read_earlier_file", file_id=str(file_id))
    return file_id


def earlier_transcripts(
    viewer: Viewer, consultation_id: UUID, earlier_id: UUID
) -> list[Transcript]:
    """Of the voice notes that stand in it, in no order; the reading is audited.

    Raises:
        NotFound, Forbidden: as `earlier_visit`.
    """
    row = _earlier(viewer, consultation_id, earlier_id)
    standing = [v for v, stands in messages.files(row.id, "voice").items() if stands]
    found = media.transcripts(standing)
    if found:
        action = "consultation.read_earlier_transcripts"
        _audit(viewer, row, consultation_id, action, count=len(found))
    return found


def _open(viewer: Viewer, consultation_id: UUID) -> Visit:
    row = visit_of_doctor(viewer, consultation_id)
    if row.state != "active":
        raise Forbidden("visit_not_open", _FOR_THE_OPEN_ONE)
    return row


def _earlier(viewer: Viewer, consultation_id: UUID, earlier_id: UUID) -> Visit:
    _open(viewer, consultation_id)
    if not database.fetch(_OF_ONE, [earlier_id, consultation_id]):
        raise NotFound
    return any_visit(earlier_id)


def _audit(viewer: Viewer, row: Visit, now: UUID, action: str, **detail: object) -> None:
    """`visit`: the open one, for which it was read."""
    audit.record(
        viewer,
        action,
        subject=row.patient_id,
        thing="consultation",
        thing_id=row.id,
        purpose="care",
        detail={"visit": str(now), **detail},
    )


def _files(consultation_id: UUID) -> list[dict[str, Any]]:
    rows = database.fetch(_FILES, [consultation_id, _MOST_FILES])
    return [_file(seq, kind, json.loads(body), sender, at) for seq, kind, body, sender, at in rows]


def _file(seq: int, kind: str, body: dict[str, Any], sender: str, at: datetime) -> dict[str, Any]:
    return {
        "seq": seq,
        "kind": kind,
        "file_id": body[f"{kind}_id"],
        "name": str(body.get("name") or ""),
        "width": body.get("width"),
        "height": body.get("height"),
        "milliseconds": body.get("ms"),
        "pages": body.get("pages"),
        "bytes": body.get("bytes"),
        "sender": sender,
        "at": at,
    }
