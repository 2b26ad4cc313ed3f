"""How often a prescription may still be fetched, and from which day."""

from collections.abc import Mapping
from typing import Any

from xinglin.care.prescribing.models import Prescription, PrescriptionRepeat, PrescriptionVersion


def allowed(content: Mapping[str, Any]) -> int:
    """Repeats after the first time, as they were signed."""
    return int(content["told"].get("repeats", 0))


def repeats_json(row: Prescription, version: PrescriptionVersion | None) -> dict[str, Any] | None:
    """None where none were written."""
    most = allowed(version.content) if version else 0
    if not most:
        return None
    last = PrescriptionRepeat.objects.filter(prescription=row).order_by("-number").first()
    is_open = row.state == "effective"
    return {
        "allowed": most,
        "left": most - (last.number if last else 0) if is_open else 0,
        "opens_on": last.opens_on if last and is_open and last.taken_at is None else None,
    }
