"""What has become of one thing."""

import json
from typing import Any
from uuid import UUID

from xinglin.foundation.changes.types import ChangeLine
from xinglin.foundation.database import services as database

_OF_THING = """
    select c.id, c.at, c.by, coalesce(u.display_name, ''), c.action, c.before::text, c.after::text,
        c.reason
    from changes_change c left join accounts_user u on u.id = c.by
    where c.thing = %(thing)s and c.thing_id = %(id)s and c.id < %(before)s
    order by c.id desc limit %(limit)s
"""
_LAST_ID = UUID(int=2**128 - 1)


def changes_of(
    thing: str, thing_id: UUID | str, *, before: UUID | None = None, limit: int = 50
) -> list[ChangeLine]:
    """Newest first; `before`: the id of the last line already shown."""
    asked: dict[str, Any] = {
        "thing": thing,
        "id": str(thing_id),
        "before": before or _LAST_ID,
        "limit": limit,
    }
    return [
        ChangeLine(
            id=row[0],
            at=row[1],
            by=row[2],
            by_name=row[3],
            action=row[4],
            before=json.loads(row[5]),
            after=json.loads(row[6]),
            reason=row[7],
        )
        for row in database.fetch(_OF_THING, asked)
    ]
