"""What the intakes and records of a patient say of allergies, place by place; for the safety check.

For callers that have checked who acts. Of another visit no more than `earlier` shows to a doctor who
has this one open: it has ended, in the same institution.
Access path: the visits of the patient by the index of the foreign key, of which there are tens.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from xinglin.care.consultation.types import AllergyWords
from xinglin.foundation.database import services as database

_HOLDS = """
    left join lateral (
        select fields, signed_at from consultation_record_version
        where consultation_id = c.id order by version desc limit 1
    ) v on true
"""
_OF_VISIT = f"""
    select c.id, c.allergies, c.requested_at, v.fields, v.signed_at, d.fields, d.saved_at
    from consultation_consultation c
    left join consultation_record_draft d on d.consultation_id = c.id
    {_HOLDS}
    where c.id = %s
"""  # noqa: S608  # our own words
_BEFORE = f"""
    select c.id, c.allergies, c.requested_at, v.fields, v.signed_at
    from consultation_consultation now
    join consultation_consultation c
        on c.patient_id = now.patient_id and c.institution_id = now.institution_id
    {_HOLDS}
    where now.id = %s and now.state = 'active' and c.id <> now.id and c.state = 'ended'
    order by c.id desc
"""  # noqa: S608  # our own words


def allergies_of_visit(consultation_id: UUID) -> list[AllergyWords]:
    """The intake first; then the record that holds, or the draft as it was saved while none is signed."""
    found = database.fetch_one(_OF_VISIT, [consultation_id])
    if found is None:
        return []
    visit, told, asked_at, signed, signed_at, draft, saved_at = found
    intake = AllergyWords(source="intake", consultation_id=visit, words=told, at=asked_at)
    if signed is not None:
        return [intake, *_of_record("record", visit, signed, signed_at)]
    return [intake, *_of_record("draft", visit, draft, saved_at)]


def allergies_before(consultation_id: UUID) -> list[AllergyWords]:
    """Of the patient's earlier visits, the newest first; nothing unless this visit is open."""
    return [
        each
        for visit, told, asked_at, signed, signed_at in database.fetch(_BEFORE, [consultation_id])
        for each in (
            *_of_record("earlier_record", visit, signed, signed_at),
            AllergyWords(source="earlier_intake", consultation_id=visit, words=told, at=asked_at),
        )
    ]


def _of_record(
    source: str, visit: UUID, fields: str | None, at: datetime | None
) -> Iterator[AllergyWords]:
    if fields is None or at is None:
        return
    written: dict[str, Any] = json.loads(fields)
    for name in ("allergy", "past_history"):
        yield AllergyWords(
            source=source,
            consultation_id=visit,
            words=str(written.get(name) or ""),
            at=at,
            is_history=name == "past_history",
        )
