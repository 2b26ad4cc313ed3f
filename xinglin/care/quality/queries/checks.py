"""Checks of the chains, as they are shown."""

from typing import Any

from xinglin.foundation.accounts import queries as accounts
from xinglin.foundation.audit import queries as audit


def checks() -> list[dict[str, Any]]:
    """The last ten, newest first, with who asked for them."""
    rows = audit.checks()
    names = accounts.display_names({row.asked_by for row in rows})
    return [_told(row, names) for row in rows]


def check(row: Any) -> dict[str, Any]:
    return _told(row, accounts.display_names({row.asked_by}))


def _told(row: Any, names: dict[Any, str]) -> dict[str, Any]:
    report = row.report or {}
    return {
        "id": row.pk,
        "asked_by": names.get(row.asked_by, ""),
        "asked_at": row.asked_at,
        "state": row.state,
        "walked": row.walked,
        "total": row.total,
        "finished_at": row.finished_at,
        "sealed": report.get("sealed", 0),
        "waiting": report.get("waiting", 0),
        "anchors": report.get("anchors", 0),
        "faults": report.get("faults", 0),
        "first_faults": report.get("first_faults", []),
    }
