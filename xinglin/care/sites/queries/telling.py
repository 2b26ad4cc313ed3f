"""What a visit, a record and a paper say of the site."""

from collections.abc import Mapping
from uuid import UUID

from xinglin.care.sites.queries.readings import readings
from xinglin.care.sites.queries.sites import site_card
from xinglin.care.sites.queries.walk_ins import walk_in
from xinglin.care.sites.types import ReadingCard
from xinglin.foundation.accounts.queries import display_names


def site_told(walk_in_id: UUID) -> dict[str, object]:
    """JSON: the site, who assisted there, and what was measured with what, in canonical units.

    For callers that have checked who asks. Raises NotFound.
    """
    card = walk_in(walk_in_id)
    site = site_card(card.site_id)
    held = readings(walk_in_id)
    names = display_names({card.assistant_id, *(each.taken_by for each in held)})
    return {
        "walk_in_id": str(card.id),
        "number": card.number,
        "site_id": str(site.id),
        "code": site.code,
        "name": site.name.as_dict(),
        "kind": site.kind,
        "assistant": names.get(card.assistant_id, ""),
        "stays": card.stays,
        "chat_shared": card.chat_shared,
        "registered_at": card.registered_at.isoformat(),
        "captured_at": card.captured_at.isoformat() if card.captured_at else None,
        "readings": [reading_told(each, names) for each in held],
    }


def reading_told(card: ReadingCard, names: Mapping[UUID, str]) -> dict[str, object]:
    """`names`: of accounts, for who has taken it."""
    return {
        "id": str(card.id),
        "kind": card.kind,
        "values": dict(card.values),
        "unit": card.unit,
        "told_values": dict(card.told_values),
        "told_unit": card.told_unit,
        "context": card.context,
        "instrument_serial": card.instrument_serial,
        "instrument_model": card.instrument_model,
        "by": card.by,
        "taken_by": names.get(card.taken_by, ""),
        "measured_at": card.measured_at.isoformat(),
        "kept_at": card.kept_at.isoformat(),
    }
