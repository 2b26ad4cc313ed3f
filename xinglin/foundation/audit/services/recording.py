"""Writing lines."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.rules import chain_of
from xinglin.foundation.audit.types import COLUMNS
from xinglin.foundation.database import services as database
from xinglin.kernel import clock, ids

_RECORD = f"""
    with line as (
        insert into audit_line ({", ".join(COLUMNS)})
        values ({", ".join(["%s"] * len(COLUMNS))}) returning id
    )
    insert into audit_waiting (line_id) select id from line returning line_id
"""  # noqa: S608  # column names of our own
# Lines that differ only in their thing, its patient and the detail.
_RECORD_EACH = f"""
    with line as (
        insert into audit_line ({", ".join(COLUMNS)})
        select e.id, %(chain)s::smallint, %(at)s::timestamptz, %(actor_id)s::uuid,
            %(actor_roles)s::text[], %(action)s, e.subject_id, %(thing)s, e.thing_id,
            %(purpose)s, %(address)s, %(device)s, e.detail::jsonb
        from unnest(%(ids)s::uuid[], %(subjects)s::uuid[], %(things)s::uuid[], %(details)s::text[])
            as e (id, subject_id, thing_id, detail)
        returning id
    )
    insert into audit_waiting (line_id) select id from line
"""  # noqa: S608  # the same


def record(
    viewer: Viewer,
    action: str,
    *,
    subject: UUID | None,
    thing: str,
    thing_id: UUID | None,
    purpose: str,
    detail: dict[str, Any] | None = None,
) -> None:
    """Write one line in the caller's transaction: no act without its line, no line without its act.

    Args:
        action: a verb of a module, for example `record.read`.
        subject: the patient whose record it is.
        detail: ids, codes and numbers only; never a patient's words.
    """
    database.later(_RECORD, _values(viewer, action, subject, thing, thing_id, purpose, detail))


def record_apart(
    viewer: Viewer,
    action: str,
    *,
    subject: UUID | None,
    thing: str,
    thing_id: UUID | None,
    purpose: str,
    detail: dict[str, Any] | None = None,
) -> None:
    """As `record`, of an act that is refused: at once and for good, though the act is taken back."""
    database.apart(_RECORD, _values(viewer, action, subject, thing, thing_id, purpose, detail))


def record_each(
    viewer: Viewer,
    action: str,
    subjects: Mapping[UUID, UUID | None],
    *,
    thing: str,
    purpose: str,
    details: Mapping[UUID, Mapping[str, Any]] | None = None,
) -> None:
    """As `record`, a line for each thing of a list, in one statement.

    Args:
        subjects: thing's id -> the patient whose it is; None where it is no patient's.
        details: thing's id -> the detail of its line; none by default.
    """
    if not subjects:
        return
    given = details or {}
    alike = dict(
        zip(COLUMNS, _values(viewer, action, None, thing, None, purpose, None), strict=True)
    )
    database.later(
        _RECORD_EACH,
        alike
        | {
            "ids": [ids.new() for _ in subjects],
            "subjects": list(subjects.values()),
            "things": list(subjects),
            "details": [json.dumps(given.get(each, {})) for each in subjects],
        },
    )


def _values(  # noqa: PLR0917  # the columns of a line, in their order
    viewer: Viewer,
    action: str,
    subject: UUID | None,
    thing: str,
    thing_id: UUID | None,
    purpose: str,
    detail: dict[str, Any] | None,
) -> list[Any]:
    return [
        ids.new(),
        chain_of(viewer.user_id),
        clock.now(),
        viewer.user_id,
        sorted(viewer.roles),
        action,
        subject,
        thing,
        thing_id,
        purpose,
        viewer.address,
        viewer.device,
        Jsonb(detail or {}),
    ]
