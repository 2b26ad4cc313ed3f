"""To whom a visit was offered and why, for a dispute package (K10)."""

from datetime import tzinfo
from typing import Any
from uuid import UUID

from django.db.models import Model

from xinglin.care.dispatch.lifecycle import OFFER
from xinglin.care.dispatch.models import Offer
from xinglin.care.dispatch.queries.reasons import auditors_line
from xinglin.care.people import queries as people
from xinglin.foundation.copies.types import Part, Section
from xinglin.kernel.text import Text

_WHY = Text("派单理由", "Why this doctor")
_STEPS = {step.name: step.text for step in OFFER.steps}


def offer_ids(consultation_id: UUID) -> list[UUID]:
    """On which audit lines stand too."""
    rows = Offer.objects.filter(consultation_id=consultation_id)
    return list(rows.order_by("id").values_list("id", flat=True))


def offer_evidence(consultation_id: UUID, zone: tzinfo) -> Part:
    """The caller has checked who asks and why, and audits it."""
    rows = list(
        Offer.objects.filter(consultation_id=consultation_id)
        .order_by("id")
        .prefetch_related("steps")
    )
    doctors = people.practitioners({row.practitioner_id for row in rows})
    lines: list[tuple[Text, Text | str]] = []
    for row in rows:
        name = doctors[row.practitioner_id].name
        for step in sorted(row.steps.all(), key=lambda each: each.at):
            told = _STEPS.get(step.step) or Text(step.step, step.step)
            at = f"{step.at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
            lines.append((Text(at, at), Text(f"{name.zh} {told.zh}", f"{name.en}: {told.en}")))
            if step.step == "make":
                lines.append((_WHY, auditors_line(row.why)))
    return Part(
        name="offers",
        data=[
            _columns(row) | {"steps": [_columns(step) for step in row.steps.all()]} for row in rows
        ],
        sections=[Section(Text("派单", "Offers to doctors"), lines)],
    )


def _columns(row: Model) -> dict[str, Any]:
    names = [field.attname for field in row._meta.concrete_fields]  # noqa: SLF001  # Django's public name for it
    return {name: getattr(row, name) for name in names}
