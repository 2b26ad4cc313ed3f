"""A visit as its patient, its doctor or a former signer may see it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from xinglin.care.consultation import rules
from xinglin.care.consultation.lifecycle import CONSULTATION, active_due
from xinglin.care.consultation.messages import queries as messages
from xinglin.care.people import queries as people
from xinglin.care.people.types import PatientCard, PractitionerCard
from xinglin.care.triage import queries as triage
from xinglin.care.triage.types import IntakeCard
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.database import services as database
from xinglin.kernel.errors import NotFound

PAGE = 50
_SHORT_COMPLAINT = 120
# What the API calls the steps that a person may take.
_NAMES = {"keep_waiting": "wait"}

_COLUMNS = """
    c.id, c.patient_id, c.holder_id, c.practitioner_id, c.doctor_user_id, c.intake_id,
    c.department, c.kind, c.may_prescribe, c.kind_rules, c.urgency, c.complaint, c.allergies,
    c.state, c.state_since, c.due_at, c.due_step, c.ending, c.requested_at, c.accepted_at,
    c.first_reply_at, c.ended_at, c.returned,
    t.last_seq, t.last_patient_at, t.last_doctor_at, t.is_open, t.turns, t.max_turns, t.closes_at,
    (select max(version) from consultation_record_version v where v.consultation_id = c.id),
    r.score, r.tags, r.comment, r.rated_at,
    case when c.ending = 'stopped' then (
        select s.detail from consultation_step s
        where s.consultation_id = c.id and s.step = 'stop' limit 1
    ) end
"""
_FROM = """
    from consultation_consultation c
    join consultation_thread t on t.consultation_id = c.id
    left join consultation_rating r on r.consultation_id = c.id
"""
_ANY = f"select {_COLUMNS} {_FROM} where c.id = %(id)s"  # constants only
_ONE = f"""
    {_ANY} and (
        c.holder_id = %(viewer)s or c.doctor_user_id = %(viewer)s or exists (
            select 1 from consultation_record_version v
            where v.consultation_id = c.id and v.signed_by = %(viewer)s
        )
    )
"""  # noqa: S608  # constants only


@dataclass(frozen=True, slots=True)
class Visit:
    """One row, as the columns above stand."""

    id: UUID
    patient_id: UUID
    holder_id: UUID
    practitioner_id: UUID | None
    doctor_user_id: UUID | None
    intake_id: UUID
    department: str
    kind: str
    may_prescribe: bool
    kind_rules: list[dict[str, Any]]
    urgency: int
    complaint: str
    allergies: str | None
    state: str
    state_since: datetime
    due_at: datetime | None
    due_step: str
    ending: str
    requested_at: datetime
    accepted_at: datetime | None
    first_reply_at: datetime | None
    ended_at: datetime | None
    returned: int
    last_seq: int
    last_patient_at: datetime | None
    last_doctor_at: datetime | None
    thread_open: bool
    turns: int
    max_turns: int | None
    closes_at: datetime | None
    signed_version: int | None
    score: int | None
    tags: list[str] | None
    comment: str | None
    rated_at: datetime | None
    stopped: dict[str, str] | None

    def who(self, viewer: Viewer) -> str:
        """What the viewer is to the visit: patient, doctor or reader (a former signer)."""
        if viewer.user_id == self.holder_id:
            return "patient"
        return "doctor" if viewer.user_id == self.doctor_user_id else "reader"

    def due(self) -> tuple[datetime | None, str]:
        """When the clock acts: an active visit's row only says when to look again."""
        if self.state != "active":
            return self.due_at, self.due_step
        return active_due(
            accepted_at=self.state_since,
            last_patient_at=self.last_patient_at,
            last_doctor_at=self.last_doctor_at,
            closes_at=self.closes_at,
            may_ask=rules.has_turn(self.turns, self.max_turns),
        )


_JSON = frozenset(
    at for at, each in enumerate(fields(Visit)) if each.name in {"kind_rules", "tags", "stopped"}
)


def visit(viewer: Viewer, consultation_id: UUID) -> Visit:
    """Raises NotFound for everybody but holder, doctor and former signers."""
    found = _visits(_ONE, {"id": consultation_id, "viewer": viewer.user_id})
    if not found:
        raise NotFound
    return found[0]


def visit_of_party(viewer: Viewer, consultation_id: UUID) -> Visit:
    """For the conversation: a former doctor keeps what was signed, not what is said since.

    Raises:
        NotFound: for everybody but holder and doctor.
    """
    row = visit(viewer, consultation_id)
    if row.who(viewer) == "reader":
        raise NotFound
    return row


def get(viewer: Viewer, consultation_id: UUID) -> dict[str, Any]:
    """The whole visit for one screen; the reading is audited.

    Raises:
        NotFound: for everybody but holder, doctor and former signers.
    """
    row = visit(viewer, consultation_id)
    audit_read(viewer, row, "consultation.read")
    return _screen(viewer, row)


def left_behind(viewer: Viewer, consultation_id: UUID) -> dict[str, Any]:
    """As `get`, for the answer to the doctor who has just handed the visit over."""
    return _screen(viewer, _visits(_ANY, {"id": consultation_id})[0])


def _screen(viewer: Viewer, row: Visit) -> dict[str, Any]:
    patient = people.patient_card(row.patient_id)
    doctor = people.practitioner(row.practitioner_id) if row.practitioner_id else None
    intake = triage.intake_for_visit(row.intake_id)
    is_patient = row.who(viewer) == "patient"
    return {
        **_head(row, viewer, doctor),
        "kind_rules": row.kind_rules,
        "complaint": row.complaint,
        "patient": patient_json(row, patient),
        "intake": _intake_json(row, intake),
        "stopped": _stopped_json(row),
        "rating": _rating_json(row) if is_patient else None,
    }


def page(
    viewer: Viewer, *, as_doctor: bool, state: str, after: UUID | None, limit: int
) -> dict[str, Any]:
    """The viewer's visits, newest first, paged by key; the reading is audited.

    Args:
        as_doctor: the visits that the viewer treats, else those that the viewer asked for.
        state: a state of the lifecycle, `open`, or empty for all.
    """
    states = _states(state)
    column = "doctor_user_id" if as_doctor else "holder_id"
    limit = min(max(limit, 1), PAGE)
    sql = f"""
        select {_COLUMNS} {_FROM}
        where c.{column} = %(viewer)s and c.state = any(%(states)s)
            and (%(after)s::uuid is null or c.id < %(after)s::uuid)
        order by c.id desc limit %(limit)s
    """  # constants only
    values = {
        "viewer": viewer.user_id,
        "states": states,
        "after": after,
        "limit": limit + 1,
    }
    rows = _visits(sql, values)
    shown = rows[:limit]
    _audit_list(viewer, shown, "care" if as_doctor else "own")
    doctors = people.practitioners({row.practitioner_id for row in shown if row.practitioner_id})
    return {
        "items": _items(viewer, shown, doctors),
        "next": shown[-1].id if len(rows) > limit else None,
    }


def _states(asked: str) -> list[str]:
    if asked == "open":
        return sorted(CONSULTATION.states - CONSULTATION.finals)
    return sorted(CONSULTATION.states & {asked} if asked else CONSULTATION.states)


def short(viewer: Viewer, row: Visit, doctors: Mapping[UUID, PractitionerCard]) -> dict[str, Any]:
    """One visit as lists show it; its doctor, if it has one, is in hand."""
    return _items(viewer, [row], doctors)[0]


def _items(
    viewer: Viewer, rows: list[Visit], doctors: Mapping[UUID, PractitionerCard]
) -> list[dict[str, Any]]:
    patients = people.patient_cards({row.patient_id for row in rows})
    return [
        {
            **_head(row, viewer, doctors[row.practitioner_id] if row.practitioner_id else None),
            "complaint": row.complaint[:_SHORT_COMPLAINT],
            "patient": patient_json(row, patients[row.patient_id]),
            "last_patient_at": row.last_patient_at,
            "last_doctor_at": row.last_doctor_at,
        }
        for row in rows
    ]


def _head(row: Visit, viewer: Viewer, doctor: PractitionerCard | None) -> dict[str, Any]:
    """What list and screen share."""
    due_at, due_step = row.due()
    return {
        "id": row.id,
        "state": row.state,
        "ending": row.ending or None,
        "ending_text": rules.ENDINGS[row.ending] if row.ending else None,
        "kind": row.kind,
        "kind_text": rules.KINDS[row.kind],
        "may_prescribe": row.may_prescribe,
        "department": department_json(row.department),
        "urgency": row.urgency,
        "requested_at": row.requested_at,
        "accepted_at": row.accepted_at,
        "first_reply_at": row.first_reply_at,
        "ended_at": row.ended_at,
        "due_at": due_at,
        "due_step": due_step,
        "doctor": doctor_json(doctor) if doctor else None,
        "last_seq": row.last_seq,
        "turns_used": row.turns,
        "max_turns": row.max_turns,
        "closes_at": row.closes_at,
        "may": _may(row, row.who(viewer)),
        "record": {"signed_version": row.signed_version},
        "returned": row.returned,
    }


def patient_json(row: Visit, patient: PatientCard) -> dict[str, Any]:
    return {
        "id": patient.id,
        "name": patient.name,
        "sex": patient.sex,
        "age_text": patient.age_text,
        "relation": patient.relation,
        "is_minor": patient.is_minor,
        "allergies": row.allergies,
        "synthetic": patient.synthetic,
    }


def doctor_json(doctor: PractitionerCard) -> dict[str, Any]:
    return {
        "id": doctor.id,
        "name": doctor.name,
        "title": doctor.title,
        "hospital": doctor.hospital,
        "synthetic": doctor.synthetic,
    }


def department_json(slug: str) -> dict[str, Any]:
    return {"slug": slug, "name": people.department(slug).name}


def _intake_json(row: Visit, intake: IntakeCard) -> dict[str, Any]:
    sent = messages.pictures(row.id) if intake.picture_ids else {}
    return {
        "complaint": intake.complaint,
        "summary": [dict(line) for line in intake.summary],
        "picture_ids": [each for each in intake.picture_ids if sent.get(each, True)],
    }


def _may(row: Visit, who: str) -> list[str]:
    """What the viewer can do now, by the names of the API; the services decide again."""
    names = [_NAMES.get(step.name, step.name) for step in CONSULTATION.possible(row.state, who)]
    if who == "patient" and row.state == "ended" and row.score is None:
        names.append("rate")
    if who != "reader" and row.thread_open:
        names.append("write")
    return names


def _stopped_json(row: Visit) -> dict[str, Any] | None:
    told = row.stopped
    if not told:
        return None
    return {
        "reason": rules.STOP_REASONS[told["reason"]],
        "advice": told["advice"],
        "where": told["where"],
        "urgency": rules.STOP_URGENCIES[told["urgency"]],
    }


def _rating_json(row: Visit) -> dict[str, Any] | None:
    if row.score is None:
        return None
    return {
        "score": row.score,
        "tags": row.tags or [],
        "comment": row.comment or "",
        "rated_at": row.rated_at,
    }


def purpose_of(row: Visit, viewer: Viewer) -> str:
    return "own" if row.who(viewer) == "patient" else "care"


def audit_read(viewer: Viewer, row: Visit, action: str, **detail: object) -> None:
    audit.record(
        viewer,
        action,
        subject=row.patient_id,
        thing="consultation",
        thing_id=row.id,
        purpose=purpose_of(row, viewer),
        detail=detail,
    )


def _audit_list(viewer: Viewer, rows: list[Visit], purpose: str) -> None:
    """A line for each visit: its patient sees that it was shown."""
    audit.record_each(
        viewer,
        "consultation.list",
        {row.id: row.patient_id for row in rows},
        thing="consultation",
        purpose=purpose,
    )


def _visits(sql: str, values: dict[str, Any]) -> list[Visit]:
    rows = database.fetch(sql, values)
    return [Visit(*(_read(value, at) for at, value in enumerate(row))) for row in rows]


def _read(value: Any, at: int) -> Any:
    """Django hands JSON over as text."""
    return json.loads(value) if at in _JSON and value is not None else value
