"""Questions between doctors: of a visit, for its doctor; and those put to a colleague."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from xinglin.care.consultation import rules
from xinglin.care.consultation.messages import queries as messages
from xinglin.care.consultation.queries.faces import department_json, known_doctor_json
from xinglin.care.consultation.queries.visits import audit_read, visit_of_doctor
from xinglin.care.people import queries as people
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.database import services as database
from xinglin.kernel import clock
from xinglin.kernel.errors import NotFound

PAGE = 50
MOST_OF_VISIT = 50
_OF_VISIT = f"""
    select id, asker_id, colleague_id, words, with_identity, picture_ids, state, asked_at, due_at,
        answer, answered_at, asker_user_id
    from consultation_question where consultation_id = %s order by id desc limit {MOST_OF_VISIT}
"""  # noqa: S608  # a number of our own
# All that the colleague may read now: what waits, and what was answered lately.
_READABLE = """
    q.colleague_user_id = %(viewer)s and (
        (q.state = 'asked' and q.due_at > %(at)s)
        or (q.state = 'answered' and q.readable_until > %(at)s)
    )
"""
_COLUMNS = """
    q.id, q.asker_id, q.words, q.with_identity, q.state, q.asked_at, q.due_at, q.answer,
    q.answered_at, q.readable_until, q.given, q.picture_ids, c.patient_id, c.id
"""
_FROM = "from consultation_question q join consultation_consultation c on c.id = q.consultation_id"
_INBOX = f"""
    select {_COLUMNS} {_FROM} where {_READABLE}
        and (%(after)s::uuid is null or q.id < %(after)s::uuid)
    order by q.id desc limit %(limit)s
"""  # constants only
_ONE = f"select {_COLUMNS} {_FROM} where {_READABLE} and q.id = %(id)s"  # constants only
_EXCERPT = 120


def questions_of_visit(viewer: Viewer, consultation_id: UUID) -> list[dict[str, Any]]:
    """What the visit's doctors asked and were answered, the newest first; the reading is audited.

    Raises:
        NotFound: the viewer is not the doctor of the visit.
    """
    seen = visit_of_doctor(viewer, consultation_id)
    rows = database.fetch(_OF_VISIT, [consultation_id])
    if not rows:
        return []
    audit_read(viewer, seen, "question.list_of_visit")
    doctors = people.practitioners({each for row in rows for each in row[1:3]})
    return [
        {
            "id": row[0],
            "asker": known_doctor_json(row[1], doctors),
            "colleague": known_doctor_json(row[2], doctors),
            "question": row[3],
            "with_identity": row[4],
            "pictures": len(json.loads(row[5])),
            "state": row[6],
            "asked_at": row[7],
            "due_at": row[8],
            "answer": row[9] or None,
            "answered_at": row[10],
            "may_withdraw": row[6] == "asked" and row[11] == viewer.user_id,
        }
        for row in rows
    ]


def inbox(viewer: Viewer, *, after: UUID | None, limit: int) -> dict[str, Any]:
    """What is put to the viewer, newest first, paged by key; the reading is audited."""
    limit = min(max(limit, 1), PAGE)
    values = {"viewer": viewer.user_id, "at": clock.now(), "after": after, "limit": limit + 1}
    rows = database.fetch(_INBOX, values)
    shown = rows[:limit]
    if shown:
        audit.record_each(
            viewer,
            "question.list",
            {row[0]: row[12] for row in shown},
            thing="question",
            purpose="care",
        )
    doctors = people.practitioners({row[1] for row in shown}) if shown else {}
    names = _names(shown)
    return {
        "items": [_line(row, doctors, names) for row in shown],
        "next": shown[-1][0] if len(rows) > limit else None,
    }


def question(viewer: Viewer, question_id: UUID) -> dict[str, Any]:
    """All that the colleague was given; the reading is audited.

    Raises:
        NotFound: it is not put to the viewer, it is over, or its time to be read is.
    """
    row = _readable(viewer, question_id)
    _audit(viewer, row, "question.read")
    given = json.loads(row[10])
    names = _names([row])
    return {
        **_line(row, people.practitioners({row[1]}), names),
        "given": {
            **given,
            "patient": {**given["patient"], "name": names.get(row[12], "") if row[3] else ""},
            "department": department_json(given["department"]),
            "kind_text": rules.KINDS[given["kind"]],
        },
        "picture_ids": json.loads(row[11]),
        "answer": row[7] or None,
    }


def question_picture(viewer: Viewer, question_id: UUID, picture_id: UUID) -> UUID:
    """One that was chosen for the colleague, unless it was withdrawn since; the reading is audited.

    Raises:
        NotFound: as `question`, or it was not chosen.
    """
    row = _readable(viewer, question_id)
    if str(picture_id) not in json.loads(row[11]) or not messages.pictures(row[13]).get(picture_id):
        raise NotFound
    _audit(viewer, row, "question.read_picture")
    return picture_id


def _readable(viewer: Viewer, question_id: UUID) -> tuple[Any, ...]:
    values = {"viewer": viewer.user_id, "at": clock.now(), "id": question_id}
    row: tuple[Any, ...] | None = database.fetch_one(_ONE, values)
    if row is None:
        raise NotFound
    return row


def _names(rows: list[tuple[Any, ...]]) -> dict[UUID, str]:
    """Patient -> name, of those questions that give it."""
    named = {row[12] for row in rows if row[3]}
    cards = people.patient_cards(named) if named else {}
    return {patient_id: card.name for patient_id, card in cards.items()}


def _line(row: tuple[Any, ...], doctors: dict[UUID, Any], names: dict[UUID, str]) -> dict[str, Any]:
    given = json.loads(row[10])
    until: datetime | None = row[9]
    return {
        "id": row[0],
        "asker": known_doctor_json(row[1], doctors),
        "question": row[2],
        "with_identity": row[3],
        "state": row[4],
        "asked_at": row[5],
        "due_at": row[6],
        "answered_at": row[8],
        "readable_until": until,
        "patient": {**given["patient"], "name": names.get(row[12], "") if row[3] else ""},
        "complaint": given["complaint"][:_EXCERPT],
    }


def _audit(viewer: Viewer, row: tuple[Any, ...], action: str) -> None:
    audit.record(
        viewer,
        action,
        subject=row[12],
        thing="question",
        thing_id=row[0],
        purpose="care",
        detail={"with_identity": row[3]},
    )
