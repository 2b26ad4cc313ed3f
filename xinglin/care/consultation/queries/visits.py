"""Visits as rows: who may see one, and the line that each reading leaves."""

import json
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from xinglin.care.consultation import rules
from xinglin.care.consultation.lifecycle import active_due
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.database import services as database
from xinglin.kernel.errors import NotFound

COLUMNS = """
    c.id, c.patient_id, c.holder_id, c.practitioner_id, c.doctor_user_id, c.intake_id,
    c.department, c.kind, c.may_prescribe, c.kind_rules, c.urgency, c.complaint, c.allergies,
    c.state, c.state_since, c.due_at, c.due_step, c.ending, c.requested_at, c.accepted_at,
    c.first_reply_at, c.ended_at, c.returned, c.named_practitioner_id,
    c.asked_by, c.relation, c.asker_id, c.extended_until,
    t.last_seq, t.last_patient_at, t.last_doctor_at, t.is_open, t.turns, t.max_turns, t.closes_at, t.last_by,
    (select max(version) from consultation_record_version v where v.consultation_id = c.id),
    r.score, r.tags, r.comment, r.rated_at,
    case when c.ending = 'stopped' then (
        select to_jsonb(f) || jsonb_build_object('answer', (
            select jsonb_build_object('went', a.went, 'words', a.words, 'at', a.at)
            from consultation_referral_answer a where a.referral_id = f.consultation_id
            order by a.id desc limit 1
        )) from consultation_referral f where f.consultation_id = c.id
    ) end,
    c.ended_for, case when c.ending = 'closed' then coalesce((
        select s.detail ->> 'note' from consultation_step s
        where s.consultation_id = c.id and s.step = 'close' limit 1
    ), '') else '' end,
    c.language, c.channel, c.in_call_since, c.walk_in_id
"""
FROM = """
    from consultation_consultation c
    join consultation_thread t on t.consultation_id = c.id
    left join consultation_rating r on r.consultation_id = c.id
"""
_ANY = f"select {COLUMNS} {FROM} where c.id = %(id)s"  # constants only
_ONE = f"""
    {_ANY} and (
        c.holder_id = %(viewer)s or c.doctor_user_id = %(viewer)s or exists (
            select 1 from consultation_record_version v
            where v.consultation_id = c.id and v.signed_by = %(viewer)s
        )
    )
"""  # noqa: S608  # constants only
_OPEN_OF = f"""
    select {COLUMNS} {FROM} where c.practitioner_id = %(practitioner)s and c.state = 'active'
        and (%(id)s::uuid is null or c.id = %(id)s::uuid)
    order by c.accepted_at, c.id limit 50
"""  # constants only


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
    named_id: UUID | None
    asked_by: str
    relation: str
    asker_id: UUID | None
    extended_until: datetime | None
    last_seq: int
    last_patient_at: datetime | None
    last_doctor_at: datetime | None
    thread_open: bool
    turns: int
    max_turns: int | None
    closes_at: datetime | None
    last_by: str | None
    signed_version: int | None
    score: int | None
    tags: list[str] | None
    comment: str | None
    rated_at: datetime | None
    stopped: dict[str, Any] | None
    ended_for: str
    last_word: str
    language: str
    channel: str
    in_call_since: datetime | None
    walk_in_id: UUID | None

    @property
    def persons(self) -> set[UUID]:
        """The patient, and who asked."""
        return {self.patient_id} | ({self.asker_id} if self.asker_id else set())

    @property
    def doctors(self) -> set[UUID]:
        """Who has the visit, and who was asked for by name."""
        return {each for each in (self.practitioner_id, self.named_id) if each is not None}

    def who(self, viewer: Viewer) -> str:
        """What the viewer is to the visit: patient, doctor or reader (a former signer)."""
        if viewer.user_id == self.holder_id:
            return "patient"
        return "doctor" if viewer.user_id == self.doctor_user_id else "reader"

    def due(self) -> tuple[datetime | None, str]:
        """When the clock acts: an active visit's row only says when to look again.

        It does not while the sides are in a call (ADR 0062).
        """
        if self.in_call_since is not None:
            return None, ""
        if self.state != "active":
            return self.due_at, self.due_step
        return active_due(
            accepted_at=self.state_since,
            last_patient_at=self.last_patient_at,
            last_doctor_at=self.last_doctor_at,
            closes_at=self.closes_at,
            may_ask=rules.has_turn(self.turns, self.max_turns),
            extended_until=self.extended_until,
        )


_JSON = frozenset(
    at for at, each in enumerate(fields(Visit)) if each.name in {"kind_rules", "tags", "stopped"}
)


def visit(viewer: Viewer, consultation_id: UUID) -> Visit:
    """Raises NotFound for everybody but holder, doctor and former signers."""
    found = read_visits(_ONE, {"id": consultation_id, "viewer": viewer.user_id})
    if not found:
        raise NotFound
    return found[0]


def any_visit(consultation_id: UUID) -> Visit:
    """For callers that have checked who asks, and that it exists."""
    return read_visits(_ANY, {"id": consultation_id})[0]


def open_visits(practitioner_id: UUID, consultation_id: UUID | None = None) -> list[Visit]:
    """The active visits of a doctor, or one of them; the caller decides who may see them.

    Access path: `consultation_open_of_doctor`, however many have ended.
    """
    return read_visits(_OPEN_OF, {"practitioner": practitioner_id, "id": consultation_id})


def visit_of_party(viewer: Viewer, consultation_id: UUID) -> Visit:
    """For the conversation: a former doctor keeps what was signed, not what is said since.

    Raises:
        NotFound: for everybody but holder and doctor.
    """
    row = visit(viewer, consultation_id)
    if row.who(viewer) == "reader":
        raise NotFound
    return row


def visit_of_doctor(viewer: Viewer, consultation_id: UUID) -> Visit:
    """Raises NotFound for everybody but its doctor."""
    row = visit(viewer, consultation_id)
    if row.who(viewer) != "doctor":
        raise NotFound
    return row


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


def audit_list(viewer: Viewer, rows: list[Visit], purpose: str) -> None:
    """A line for each visit: its patient sees that it was shown."""
    audit.record_each(
        viewer,
        "consultation.list",
        {row.id: row.patient_id for row in rows},
        thing="consultation",
        purpose=purpose,
    )


def read_visits(sql: str, values: dict[str, Any]) -> list[Visit]:
    """Rows of `COLUMNS`; the statement decides whose."""
    rows = database.fetch(sql, values)
    return [Visit(*(_read(value, at) for at, value in enumerate(row))) for row in rows]


def _read(value: Any, at: int) -> Any:
    """Django hands JSON over as text."""
    return json.loads(value) if at in _JSON and value is not None else value
