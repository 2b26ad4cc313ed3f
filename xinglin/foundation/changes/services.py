"""Writing down a change: the row of the history and the line of the audit, in one transaction."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record, record_each
from xinglin.foundation.changes.models import Change
from xinglin.foundation.database import services as database
from xinglin.kernel import clock, ids

_INSERT = """
    insert into changes_change (id, at, by, thing, thing_id, action, before, after, reason)
    values (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def note(
    viewer: Viewer,
    action: str,
    *,
    thing: str,
    thing_id: UUID | str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """In the caller's transaction. Only what differs is kept; the audit line names the fields.

    Args:
        before, after: values of fields; nothing of patients, no secrets.
        reason: in the words of whoever acts; it stands in the history and not in the audit.
    """
    old, new = _plain(before or {}), _plain(after or {})
    changed = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    change_id = ids.new()
    values: list[Any] = [
        change_id,
        clock.now(),
        viewer.user_id,
        thing,
        str(thing_id),
        action,
        Jsonb({name: old[name] for name in changed if name in old}),
        Jsonb({name: new[name] for name in changed if name in new}),
        reason,
    ]
    database.later(_INSERT, values)
    record(
        viewer,
        action,
        subject=None,
        thing=thing,
        thing_id=thing_id if isinstance(thing_id, UUID) else None,
        purpose="administration",
        detail={"change": str(change_id), "fields": changed}
        | ({} if isinstance(thing_id, UUID) else {"name": thing_id}),
    )


def note_each(
    viewer: Viewer,
    action: str,
    changes: Mapping[UUID, tuple[Mapping[str, str], Mapping[str, str]]],
    *,
    thing: str,
    purpose: str,
) -> None:
    """As `note`, for many things at once in a few statements.

    Args:
        changes: a thing's id -> values of fields before and after; of those that differ.
    """
    at = clock.now()
    Change.objects.bulk_create(
        [
            Change(
                at=at,
                by=viewer.user_id,
                thing=thing,
                thing_id=str(thing_id),
                action=action,
                before=before,
                after=after,
            )
            for thing_id, (before, after) in changes.items()
        ],
        batch_size=500,
    )
    record_each(viewer, action, dict.fromkeys(changes), thing=thing, purpose=purpose)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _json(value) for name, value in values.items()}


def _json(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [_json(each) for each in value]
    return value
