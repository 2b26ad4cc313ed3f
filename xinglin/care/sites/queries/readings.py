"""What was measured."""

from datetime import datetime
from uuid import UUID

from xinglin.care.sites.measures import MEASURES
from xinglin.care.sites.models import Observed, Reading
from xinglin.care.sites.permissions import site_at
from xinglin.care.sites.types import ObservedCard, ReadingCard
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel.errors import NotFound

_MOST = 200


def readings(walk_in_id: UUID) -> list[ReadingCard]:
    """Those that hold, as the house has kept them: a device's clock may go wrong. For callers that have checked who asks."""
    rows = Reading.objects.filter(walk_in_id=walk_in_id, withdrawn_at__isnull=True)
    return [card_of(row) for row in rows.order_by("kept_at", "pk")]


def reading(reading_id: UUID) -> ReadingCard:
    """A withdrawn one too. For callers that have checked who asks. Raises NotFound."""
    row = Reading.objects.filter(pk=reading_id).first()
    if row is None:
        raise NotFound
    return card_of(row)


def measured(walk_in_id: UUID) -> dict[str, float]:
    """The last kept of each measure, by the names that triage knows; canonical units."""
    found: dict[str, float] = {}
    for card in readings(walk_in_id):
        parts = MEASURES[card.kind].parts
        found |= {parts[key]: value for key, value in card.values.items()}
    return found


def observed(viewer: Viewer, *, since: datetime) -> list[ObservedCard]:
    """What the instruments of the site have sent and nobody has taken yet, the newest first.

    Raises:
        NotFound: the viewer does not stand at a site.
    """
    rows = Observed.objects.filter(
        site_id=site_at(viewer), walk_in__isnull=True, received_at__gte=since
    )
    return [
        ObservedCard(
            id=row.pk,
            kind=row.kind,
            values=row.values,
            unit=row.unit,
            told_values=row.told_values,
            told_unit=row.told_unit,
            context=row.context,
            instrument_serial=row.instrument_serial,
            instrument_model=row.instrument_model,
            measured_at=row.measured_at,
            received_at=row.received_at,
        )
        for row in rows.order_by("-received_at", "-pk")[:_MOST]
    ]


def card_of(row: Reading) -> ReadingCard:
    return ReadingCard(
        id=row.pk,
        walk_in_id=row.walk_in_id,
        kind=row.kind,
        values=row.values,
        unit=row.unit,
        told_values=row.told_values,
        told_unit=row.told_unit,
        context=row.context,
        instrument_serial=row.instrument_serial,
        instrument_model=row.instrument_model,
        by=row.by,
        taken_by=row.taken_by,
        measured_at=row.measured_at,
        kept_at=row.kept_at,
        withdrawn=row.withdrawn_at is not None,
    )
