"""What a doctor has to do today: answers, visits that end soon, papers, records, whether referred
patients went; one list.

Access path: the doctor's open visits by `consultation_open_of_doctor`, at most ten; those that ended
without a signed record by `consultation_of_doctor`, no further back than `_LOOKED_BACK`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from xinglin.care.consultation import rules
from xinglin.care.consultation.queries.faces import department_json
from xinglin.care.consultation.queries.visits import Visit, open_visits
from xinglin.care.people import queries as people
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.database import services as database
from xinglin.kernel import ids

# The house's own clocks: no law names them. A visit that ended without a record gets one in a day.
SIGN_WITHIN: Final = timedelta(hours=24)
ENDS_SOON: Final = timedelta(minutes=10)
CLOSES_SOON: Final = timedelta(hours=2)
MOST: Final = 100
_LOOKED_BACK = timedelta(days=90)
_UNREAD_AND_PAPERS = """
    select t.consultation_id,
        (select count(*) from consultation_message m
            where m.consultation_id = t.consultation_id and m.seq > coalesce(k.read, 0)
                and m.sender = 'patient' and not m.withdrawn),
        (select count(*) from consultation_shown_proof s
            join consultation_proof p on p.id = s.proof_id and p.withdrawn_at is null
            where s.consultation_id = t.consultation_id and not exists (
                select from consultation_proof_judgement j
                where j.proof_id = s.proof_id and j.consultation_id = s.consultation_id
            ))
    from consultation_thread t
    left join consultation_mark k on k.consultation_id = t.consultation_id and k.side = 'doctor'
    where t.consultation_id = any(%s)
"""
_UNSIGNED = """
    select c.id, c.patient_id, c.department, c.ended_at
    from consultation_consultation c
    where c.doctor_user_id = %(doctor)s and c.id >= %(since)s and c.state = 'ended'
        and not c.ended_for = any(%(without)s) and not exists (
            select from consultation_record_version v where v.consultation_id = c.id
        )
    order by c.ended_at limit %(most)s
"""
_WENT = """
    select c.id, c.patient_id, c.department
    from consultation_consultation c
    join consultation_referral f on f.consultation_id = c.id
    where c.doctor_user_id = %(doctor)s and c.id >= %(since)s and c.ending = 'stopped'
        and exists (
            select from consultation_referral_answer a
            where a.referral_id = f.consultation_id and (f.seen_at is null or a.at > f.seen_at)
        )
    order by c.id limit %(most)s
"""


@dataclass(frozen=True, slots=True)
class Due:
    """`kind`: reply, ends, paper, sign or went. `count`: messages unread, papers not judged."""

    kind: str
    consultation_id: UUID
    patient_id: UUID
    department: str
    due_at: datetime | None
    count: int = 0


def due(viewer: Viewer, at: datetime) -> dict[str, Any]:
    """What runs out first comes first; what has no time stands last. The reading is audited."""
    found = sorted(
        [*_of_open(viewer, at), *_unsigned(viewer, at), *_answers(viewer, at)], key=_first
    )[:MOST]
    patients = people.patient_cards({each.patient_id for each in found}) if found else {}
    audit.record_each(
        viewer,
        "consultation.list_due",
        {each.consultation_id: each.patient_id for each in found},
        thing="consultation",
        purpose="care",
    )
    return {
        "at": at,
        "items": [
            {
                "kind": each.kind,
                "consultation_id": each.consultation_id,
                "patient": {
                    "id": each.patient_id,
                    "name": patients[each.patient_id].name,
                    "sex": patients[each.patient_id].sex,
                    "age_text": patients[each.patient_id].age_text,
                },
                "department": department_json(each.department),
                "due_at": each.due_at,
                "count": each.count,
            }
            for each in found
        ],
    }


def _first(one: Due) -> tuple[bool, float, UUID]:
    return one.due_at is None, one.due_at.timestamp() if one.due_at else 0, one.consultation_id


def _of_open(viewer: Viewer, at: datetime) -> Iterator[Due]:
    doctor = people.practitioner_by_user(viewer.user_id)
    rows = open_visits(doctor.id) if doctor else []
    if not rows:
        return
    waiting = {
        row[0]: (row[1], row[2])
        for row in database.fetch(_UNREAD_AND_PAPERS, [[row.id for row in rows]])
    }
    for row in rows:
        unread, papers = waiting[row.id]
        yield from _of_visit(row, unread, papers, at)


def _of_visit(row: Visit, unread: int, papers: int, at: datetime) -> Iterator[Due]:
    of = (row.id, row.patient_id, row.department)
    due_at, step = row.due()
    if step == "no_reply":
        yield Due("reply", *of, due_at, unread)
    elif unread:
        yield Due("reply", *of, None, unread)
    is_near = row.closes_at is not None and row.closes_at - at <= CLOSES_SOON
    if is_near:
        yield Due("ends", *of, row.closes_at)
    elif step != "no_reply" and due_at is not None and due_at - at <= ENDS_SOON:
        yield Due("ends", *of, due_at)
    if papers:
        yield Due("paper", *of, row.closes_at, papers)


def _unsigned(viewer: Viewer, at: datetime) -> Iterator[Due]:
    asked = {**_asked(viewer, at), "without": sorted(rules.WITHOUT_RECORD)}
    for consultation_id, patient_id, department, ended_at in database.fetch(_UNSIGNED, asked):
        yield Due("sign", consultation_id, patient_id, department, ended_at + SIGN_WITHIN)


def _answers(viewer: Viewer, at: datetime) -> Iterator[Due]:
    """What referred patients have said, and this doctor has not noted yet."""
    for consultation_id, patient_id, department in database.fetch(_WENT, _asked(viewer, at)):
        yield Due("went", consultation_id, patient_id, department, None)


def _asked(viewer: Viewer, at: datetime) -> dict[str, object]:
    return {"doctor": viewer.user_id, "since": ids.first_at(at - _LOOKED_BACK), "most": MOST}
