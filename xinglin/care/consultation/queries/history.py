"""What the holder has had here: visits and signed records, of all patients of the account.

Access path: `consultation_of_holder` (holder, newest first); a filter passes over visits of the same
holder only, of which a family has tens or hundreds. The newest version of a record comes by its own
key, once for each visit shown.
"""

import json
from typing import Any
from uuid import UUID

from xinglin.care.consultation.queries.faces import department_json
from xinglin.care.consultation.queries.heads import heads
from xinglin.care.consultation.queries.screens import lines, states_of
from xinglin.care.consultation.queries.visits import COLUMNS, FROM, audit_list, read_visits
from xinglin.care.people import queries as people
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.database import services as database

_ZONE = "Asia/Shanghai"
_MINE = """
    c.holder_id = %(viewer)s
        and (%(patient)s::uuid is null or c.patient_id = %(patient)s::uuid)
        and (%(department)s = '' or c.department = %(department)s)
        and (%(year)s::integer is null
            or extract(year from c.requested_at at time zone %(zone)s) = %(year)s::integer)
        and (%(after)s::uuid is null or c.id < %(after)s::uuid)
"""
_LIST = f"""
    select {COLUMNS} {FROM}
    where {_MINE} and c.state = any(%(states)s)
    order by c.id desc limit %(limit)s
"""  # constants only
_RECORDS = f"""
    select c.id, c.patient_id, c.complaint, v.version, v.fields, v.signed_at, v.practitioner_id
    from consultation_consultation c
    cross join lateral (
        select version, fields, signed_at, practitioner_id
        from consultation_record_version v
        where v.consultation_id = c.id order by version desc limit 1
    ) v
    where {_MINE}
    order by c.id desc limit %(limit)s
"""  # noqa: S608  # constants only
_FACETS = """
    select department, extract(year from requested_at at time zone %s)::integer, count(*)
    from consultation_consultation where holder_id = %s group by 1, 2 order by 2 desc, 1
"""


def visits_of_holder(
    viewer: Viewer,
    *,
    patient_id: UUID | None,
    department: str,
    year: int | None,
    state: str,
    after: UUID | None,
    limit: int,
) -> dict[str, Any]:
    """A page, newest first; the first one also says by what one may choose. Audited."""
    asked = _asked(viewer, patient_id, department, year, after, limit)
    rows = read_visits(_LIST, asked | {"states": states_of(state)})
    shown = rows[:limit]
    audit_list(viewer, shown, "own")
    doctors = people.practitioners({doctor for row in shown for doctor in row.doctors})
    return {
        "items": lines(viewer, shown, doctors),
        "next": shown[-1].id if len(rows) > limit else None,
        "facets": _facets(viewer) if after is None else None,
    }


def records_of_holder(
    viewer: Viewer,
    *,
    patient_id: UUID | None,
    department: str,
    year: int | None,
    after: UUID | None,
    limit: int,
) -> dict[str, Any]:
    """Signed summaries, the newest version of each; the reading is audited."""
    asked = _asked(viewer, patient_id, department, year, after, limit)
    rows = database.fetch(_RECORDS, asked)
    shown = rows[:limit]
    audit.record_each(
        viewer, "record.list", {row[0]: row[1] for row in shown}, thing="record", purpose="own"
    )
    visits = heads({row[0] for row in shown})
    signers = people.practitioners({row[6] for row in shown})
    return {
        "items": [
            {
                "visit": visits[row[0]],
                "version": row[3],
                "signed_at": row[5],
                "signed_by": signers[row[6]].name,
                **_told(json.loads(row[4])),
            }
            for row in shown
        ],
        "next": shown[-1][0] if len(rows) > limit else None,
    }


def _told(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        "chief_complaint": fields.get("chief_complaint") or "",
        "diagnoses": diagnoses_of(fields),
        "advice": fields.get("advice") or "",
    }


def diagnoses_of(fields: dict[str, Any]) -> list[dict[str, str]]:
    """Of a record, in both languages."""
    return [_name(each) for each in fields.get("diagnoses") or []]


def _name(diagnosis: dict[str, Any]) -> dict[str, str]:
    return {
        "code": diagnosis.get("code") or "",
        "zh": diagnosis.get("name_zh") or diagnosis.get("name") or "",
        "en": diagnosis.get("name_en") or "",
    }


def _asked(
    viewer: Viewer,
    patient_id: UUID | None,
    department: str,
    year: int | None,
    after: UUID | None,
    limit: int,
) -> dict[str, Any]:
    return {
        "viewer": viewer.user_id,
        "patient": patient_id,
        "department": department,
        "year": year,
        "zone": _ZONE,
        "after": after,
        "limit": limit + 1,
    }


def _facets(viewer: Viewer) -> dict[str, Any]:
    rows = database.fetch(_FACETS, [_ZONE, viewer.user_id])
    slugs = dict.fromkeys(row[0] for row in rows)
    years: dict[int, int] = {}
    for _, year, count in rows:
        years[year] = years.get(year, 0) + count
    return {
        "years": list(years),
        "departments": [department_json(slug) for slug in slugs],
        "total": sum(years.values()),
    }
