"""A visit as its screen and the lists show it, and what each side may do with it now."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from xinglin.care.consultation import rules
from xinglin.care.consultation.lifecycle import CONSULTATION
from xinglin.care.consultation.messages import queries as messages
from xinglin.care.consultation.queries.faces import department_json, known_doctor_json
from xinglin.care.consultation.queries.sites import site_told
from xinglin.care.consultation.queries.visits import (
    COLUMNS,
    FROM,
    Visit,
    any_visit,
    audit_list,
    audit_read,
    read_visits,
    visit,
)
from xinglin.care.people import queries as people
from xinglin.care.people.types import PatientCard, PractitionerCard
from xinglin.care.triage import queries as triage
from xinglin.care.triage.types import IntakeCard
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel import clock

PAGE = 50
_SHORT_COMPLAINT = 120
# What the API calls the steps that a person may take.
_NAMES = {"keep_waiting": "wait"}
# Steps that nobody takes for themselves: a judgement brings them.
_BROUGHT = frozenset({"become_follow_up", "become_advice"})


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
    return _screen(viewer, any_visit(consultation_id))


def _screen(viewer: Viewer, row: Visit) -> dict[str, Any]:
    persons = people.patient_cards(row.persons)
    doctors = people.practitioners(row.doctors) if row.doctors else {}
    intake = triage.intake_for_visit(row.intake_id)
    is_patient = row.who(viewer) == "patient"
    return {
        **_head(row, viewer, doctors),
        "kind_rules": row.kind_rules,
        "complaint": row.complaint,
        "patient": _patient_json(row, persons[row.patient_id]),
        "asked_by": _asked_by_json(row, persons),
        "intake": _intake_json(row, intake),
        "stopped": stopped_json(row, for_doctor=not is_patient),
        "last_word": row.last_word,
        "rating": _rating_json(row) if is_patient else None,
        "site": site_told(row.walk_in_id),
    }


def page(
    viewer: Viewer, *, as_doctor: bool, state: str, after: UUID | None, limit: int
) -> dict[str, Any]:
    """The viewer's visits, newest first, paged by key; the reading is audited.

    Args:
        as_doctor: the visits that the viewer treats, else those that the viewer asked for.
        state: a state of the lifecycle, `open`, or empty for all.
    """
    column = "doctor_user_id" if as_doctor else "holder_id"
    limit = min(max(limit, 1), PAGE)
    sql = f"""
        select {COLUMNS} {FROM}
        where c.{column} = %(viewer)s and c.state = any(%(states)s)
            and (%(after)s::uuid is null or c.id < %(after)s::uuid)
        order by c.id desc limit %(limit)s
    """  # constants only
    values = {
        "viewer": viewer.user_id,
        "states": states_of(state),
        "after": after,
        "limit": limit + 1,
    }
    rows = read_visits(sql, values)
    shown = rows[:limit]
    audit_list(viewer, shown, "care" if as_doctor else "own")
    doctors = people.practitioners({doctor for row in shown for doctor in row.doctors})
    return {
        "items": lines(viewer, shown, doctors),
        "next": shown[-1].id if len(rows) > limit else None,
    }


def states_of(asked: str) -> list[str]:
    if asked == "open":
        return sorted(CONSULTATION.states - CONSULTATION.finals)
    return sorted(CONSULTATION.states & {asked} if asked else CONSULTATION.states)


def short(viewer: Viewer, row: Visit, doctors: Mapping[UUID, PractitionerCard]) -> dict[str, Any]:
    """One visit as lists show it; its doctor, if it has one, is in hand."""
    return lines(viewer, [row], doctors)[0]


def lines(
    viewer: Viewer, rows: list[Visit], doctors: Mapping[UUID, PractitionerCard]
) -> list[dict[str, Any]]:
    persons = people.patient_cards({person for row in rows for person in row.persons})
    return [
        {
            **_head(row, viewer, doctors),
            "complaint": row.complaint[:_SHORT_COMPLAINT],
            "patient": _patient_json(row, persons[row.patient_id]),
            "asked_by": _asked_by_json(row, persons),
            "last_patient_at": row.last_patient_at,
            "last_doctor_at": row.last_doctor_at,
        }
        for row in rows
    ]


def _head(row: Visit, viewer: Viewer, doctors: Mapping[UUID, PractitionerCard]) -> dict[str, Any]:
    """What list and screen share."""
    due_at, due_step = row.due()
    return {
        "id": row.id,
        "state": row.state,
        "ending": row.ending or None,
        "ending_text": rules.ENDINGS[row.ending] if row.ending else None,
        "ended_for": rules.CLOSE_REASONS.get(row.ended_for),
        "kind": row.kind,
        "kind_text": rules.KINDS[row.kind],
        "channel": row.channel,
        "in_call_since": row.in_call_since,
        "may_prescribe": row.may_prescribe,
        "department": department_json(row.department),
        "urgency": row.urgency,
        "requested_at": row.requested_at,
        "accepted_at": row.accepted_at,
        "first_reply_at": row.first_reply_at,
        "ended_at": row.ended_at,
        "due_at": due_at,
        "due_step": due_step,
        "doctor": known_doctor_json(row.practitioner_id, doctors),
        "named_doctor": known_doctor_json(row.named_id, doctors),
        "language": people.language(row.language),
        "last_seq": row.last_seq,
        "turns_used": row.turns,
        "max_turns": row.max_turns,
        "closes_at": row.closes_at,
        "may": _may(row, row.who(viewer)),
        "record": {
            "signed_version": row.signed_version,
            "needed": row.ended_for not in rules.WITHOUT_RECORD,
        },
        "returned": row.returned,
    }


def _patient_json(row: Visit, patient: PatientCard) -> dict[str, Any]:
    return {
        "id": patient.id,
        "name": patient.name,
        "sex": patient.sex,
        "age_text": patient.age_text,
        "relation": row.relation,
        "is_minor": patient.is_minor,
        "allergies": row.allergies,
        "synthetic": patient.synthetic,
    }


def _asked_by_json(row: Visit, persons: Mapping[UUID, PatientCard]) -> dict[str, Any]:
    """As it was when it was asked; the name is that of the registration."""
    asker = persons.get(row.asker_id) if row.asker_id else None
    return {
        "role": row.asked_by,
        "relation": people.askers()[row.relation],
        "name": asker.name if asker else "",
    }


def _intake_json(row: Visit, intake: IntakeCard) -> dict[str, Any]:
    sent = messages.pictures(row.id) if intake.picture_ids else {}
    return {
        "complaint": intake.complaint,
        "summary": [dict(line) for line in intake.summary],
        "about": intake.title,
        "urgency": {"level": intake.level, "text": triage.level_text(intake.level)},
        "reasons": [dict(each) for each in intake.reasons],
        "findings": [dict(each) for each in intake.findings],
        "contradictions": list(intake.contradictions),
        "picture_ids": [each for each in intake.picture_ids if sent.get(each, True)],
    }


def _may(row: Visit, who: str) -> list[str]:
    """What the viewer can do now, by the names of the API; the services decide again."""
    steps = [s.name for s in CONSULTATION.possible(row.state, who) if s.name not in _BROUGHT]
    names = [_NAMES.get(name, name) for name in steps]
    if row.named_id is None and not row.language and "ask_anyone" in names:
        names.remove("ask_anyone")
    if who == "patient" and row.state == "ended" and row.score is None:
        names.append("rate")
    if _may_write(row, who):
        names.append("write")
    return [*names, further] if (further := _of_referral(row, who)) else names


def _may_write(row: Visit, who: str) -> bool:
    """As `post_batch` decides, by the house's clock."""
    if who == "reader" or not row.thread_open:
        return False
    if row.closes_at is not None and row.closes_at <= clock.now():
        return False
    has_turn = row.last_by == "patient" or rules.has_turn(row.turns, row.max_turns)
    return who == "doctor" or has_turn


def stopped_json(row: Visit, *, for_doctor: bool = False) -> dict[str, Any] | None:
    """`for_doctor`: with what is written for the doctor who sees the patient."""
    told = row.stopped
    if not told:
        return None
    answer = told["answer"]
    return {
        "reason": rules.STOP_REASONS[told["reason"]],
        "advice": told["advice"],
        "hospital": told["hospital"],
        "department": told["department"],
        "booking_url": told["booking_url"],
        "urgency": rules.STOP_URGENCIES[told["urgency"]],
        "clinical": told["clinical"] if for_doctor else "",
        "asked_at": _moment(told["asked_at"]),
        "seen_at": _moment(told["seen_at"]) if for_doctor else None,
        "answer": answer
        and {
            "went": answer["went"],
            "text": rules.WENT[answer["went"]],
            "words": answer["words"],
            "at": _moment(answer["at"]),
        },
    }


def _moment(told: str | None) -> datetime | None:
    """As JSON writes a time."""
    return datetime.fromisoformat(told) if told else None


def _of_referral(row: Visit, who: str) -> str | None:
    """What the viewer can do about the referral now."""
    told = row.stopped
    if not told or told["asked_at"] is None:
        return None
    answer = told["answer"]
    if who == "patient":
        return None if answer and answer["went"] == "went" else "answer_referral"
    seen = _moment(told["seen_at"])
    is_new = answer and (seen is None or seen < datetime.fromisoformat(answer["at"]))
    return "note_answer" if who == "doctor" and is_new else None


def _rating_json(row: Visit) -> dict[str, Any] | None:
    if row.score is None:
        return None
    return {
        "score": row.score,
        "tags": row.tags or [],
        "comment": row.comment or "",
        "rated_at": row.rated_at,
    }
