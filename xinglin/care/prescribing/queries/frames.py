"""From which prescriptions a sample may be drawn. No amounts, no prices, and no medicine by its name (R26)."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from xinglin.care.people import queries as people
from xinglin.care.prescribing import drawing
from xinglin.care.prescribing.drawing import Criteria
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.database import services as database
from xinglin.policy.rules import day_begins

_IN_FRAME = """
    from prescription p join prescription_version v
        on v.prescription_id = p.id and v.number = p.version
    where p.institution_id = %(house)s and p.effective_at >= %(since)s and p.effective_at < %(until)s
        and (%(department)s = '' or p.department = %(department)s)
        and (%(practitioner)s::uuid is null or p.practitioner_id = %(practitioner)s::uuid)
"""
# Of what was signed; a high-alert medicine as the catalogue has it at the drawing.
_FOCUS: Final = {
    "": "",
    "antibacterial": " and v.content @? '$.items[*].classes[*] ? (@ == \"antibacterial\")'",
    "injection": " and v.content @? '$.items[*].classes[*] ? (@ == \"injection\")'",
    "high_alert": """ and exists (
        select from jsonb_array_elements(v.content->'items') i
        join prescribing_medicinal_product m on m.id = (i->>'product_id')::uuid and m.high_alert
    )""",
    "overridden": " and exists (select from prescription_override o where o.version_id = v.id)",
    "long_supply": """ and (v.content->'told'->>'longer_for' <> ''
        or v.content->'told'->'long_term' = 'true'::jsonb)""",
}
_COUNT = {focus: f"select count(*) {_IN_FRAME} {more}" for focus, more in _FOCUS.items()}
_IDS = {
    focus: f"select p.id {_IN_FRAME} {more} order by p.id limit %(most)s"
    for focus, more in _FOCUS.items()
}


def house_of(viewer: Viewer) -> UUID:
    """Staff without an institution work at the one that everybody comes to."""
    return viewer.institution_id or people.default_institution().id


def count(viewer: Viewer, criteria: Criteria) -> int:
    """How many the frame holds now; audited, because numbers of prescriptions are no trade (R26)."""
    ((found,),) = database.fetch(_COUNT[criteria.focus], _values(viewer, criteria))
    audit.record(
        viewer,
        "prescribing.count_frame",
        subject=None,
        thing="prescription_sample",
        thing_id=None,
        purpose="quality",
        detail=told(criteria) | {"frame": found},
    )
    return int(found)


def ids(viewer: Viewer, criteria: Criteria) -> list[UUID]:
    """The frame, up to one more than may be in it."""
    values = _values(viewer, criteria) | {"most": drawing.MOST_IN_FRAME + 1}
    return [found for (found,) in database.fetch(_IDS[criteria.focus], values)]


def told(criteria: Criteria) -> dict[str, Any]:
    """For a line of the audit."""
    return {
        "since": criteria.since.isoformat(),
        "until": criteria.until.isoformat(),
        "department": criteria.department,
        "practitioner": str(criteria.practitioner or ""),
        "focus": criteria.focus,
    }


def _values(viewer: Viewer, criteria: Criteria) -> dict[str, Any]:
    house = house_of(viewer)
    place = people.institution(house).place
    return {
        "house": house,
        "since": day_begins(criteria.since, place),
        "until": day_begins(criteria.until + timedelta(days=1), place),
        "department": criteria.department,
        "practitioner": criteria.practitioner,
    }
