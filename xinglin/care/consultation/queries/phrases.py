"""Phrases that somebody may use or write, with what was used last."""

import json
from typing import Any
from uuid import UUID

from xinglin.care.consultation.queries.faces import department_json
from xinglin.care.consultation.types import Shelf
from xinglin.care.people import queries as people
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.database import services as database
from xinglin.kernel.errors import NotFound

_COLUMNS = """
    p.id, p.kind, p.owner_id, p.institution_id, p.department, p.zh, p.en, p.spelt, p.revision
"""
_USABLE = """
    p.owner_id = %(user)s::uuid or (p.owner_id is null and p.institution_id = %(institution)s::uuid
        and p.department = any(%(departments)s::text[]))
"""
_OFFERED = f"""
    select {_COLUMNS}, u.used_at
    from consultation_phrase p
    left join consultation_phrase_use u on u.phrase_id = p.id and u.user_id = %(user)s::uuid
    where p.removed_at is null and p.kind = %(kind)s and ({_USABLE})
    order by p.owner_id is null, p.department, p.position, p.id
"""  # noqa: S608  # our own columns
_OF_DEPARTMENT = f"""
    select {_COLUMNS}, null::timestamptz
    from consultation_phrase p
    where p.removed_at is null and p.owner_id is null and p.kind = %(kind)s
        and p.institution_id = %(institution)s::uuid and p.department = %(department)s
    order by p.position, p.id
"""  # noqa: S608  # our own columns
_ONE = f"select {_COLUMNS}, null::timestamptz from consultation_phrase p where p.id = %s"  # noqa: S608  # our own columns


def phrases(viewer: Viewer, kind: str) -> list[dict[str, Any]]:
    """The viewer's own and those of the departments where the viewer works, each in its order."""
    values = {
        "user": viewer.user_id,
        "institution": viewer.institution_id,
        "departments": list(people.practitioner_departments(viewer.user_id)),
        "kind": kind,
    }
    return [_json(row) for row in database.fetch(_OFFERED, values)]


def phrases_of_department(viewer: Viewer, kind: str, department: str) -> list[dict[str, Any]]:
    """For whoever writes them.

    Raises:
        NotFound: there is no such department.
    """
    people.department(department)
    values = {"institution": viewer.institution_id, "kind": kind, "department": department}
    return [_json(row) for row in database.fetch(_OF_DEPARTMENT, values)]


def phrase(phrase_id: UUID) -> dict[str, Any]:
    """For callers that have checked who asks."""
    return _json(database.fetch(_ONE, [phrase_id])[0])


def usable_template(viewer: Viewer, phrase_id: UUID) -> dict[str, Any]:
    """One that the viewer may put into a record.

    Raises:
        NotFound: it does not exist, is removed, or is another's.
    """
    found = next((each for each in phrases(viewer, "template") if each["id"] == phrase_id), None)
    if found is None:
        raise NotFound
    return found


def shelf_of(row: tuple[Any, ...]) -> Shelf:
    """Of kind, owner, institution and department, as a row has them."""
    kind, owner_id, institution_id, department = row
    return Shelf(institution_id=institution_id, kind=kind, owner_id=owner_id, department=department)


def _json(row: tuple[Any, ...]) -> dict[str, Any]:
    phrase_id, kind, owner_id, _, department, zh, en, spelt, revision, used_at = row
    return {
        "id": phrase_id,
        "kind": kind,
        "is_own": owner_id is not None,
        "department": department_json(department) if department else None,
        "zh": json.loads(zh),
        "en": json.loads(en),
        "spelt": spelt,
        "revision": revision,
        "used_at": used_at,
    }
