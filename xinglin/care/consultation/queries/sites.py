"""From where a visit is held, as its screen shows it and as its record signs it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from xinglin.kernel.text import Text

KINDS: Final = {
    "drugstore": Text("药店", "Drugstore"),
    "village_clinic": Text("村卫生室", "Village clinic"),
}
_READING = (
    "id",
    "kind",
    "values",
    "unit",
    "context",
    "instrument_serial",
    "instrument_model",
    "by",
)


def told_of_site(walk_in_id: UUID | None) -> dict[str, Any] | None:
    """The site, its assistant and what was measured there until now, as JSON; to sign, and to keep."""
    del walk_in_id
    return None


def site_told(walk_in_id: UUID | None) -> dict[str, Any] | None:
    """As `told_of_site`, for a screen."""
    told = told_of_site(walk_in_id)
    return site_json(told) if told else None


def site_json(told: Mapping[str, Any]) -> dict[str, Any]:
    """What was told, or signed, in words."""
    captured_at = told["captured_at"]
    return {
        "walk_in_id": told["walk_in_id"],
        "code": told["code"],
        "site": told["name"],
        "kind": told["kind"],
        "kind_text": KINDS[told["kind"]],
        "assistant": told["assistant"],
        "stays": told["stays"],
        "registered_at": datetime.fromisoformat(told["registered_at"]),
        "captured_at": datetime.fromisoformat(captured_at) if captured_at else None,
        "readings": [
            {name: each[name] for name in _READING}
            | {"measured_at": datetime.fromisoformat(each["measured_at"])}
            for each in told["readings"]
        ],
    }
