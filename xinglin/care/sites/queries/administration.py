"""Sites, for those who run them."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F, Q

from xinglin.care.people.queries import default_institution, practitioners
from xinglin.care.people.types import PractitionerCard
from xinglin.care.sites.models import Device, Instrument, Site, SiteDoctor, SiteStaff
from xinglin.care.sites.queries.sites import card_of, site_cards
from xinglin.care.sites.types import SiteCard
from xinglin.foundation.accounts.queries import display_names
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel.errors import NotFound

_NOW = Q(removed_at__isnull=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteLine:
    """`devices`, `staff`, `doctors`: how many there are now."""

    card: SiteCard
    devices: int
    staff: int
    doctors: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceLine:
    id: UUID
    label: str
    enrolled_at: datetime
    heard_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffLine:
    user_id: UUID
    name: str = field(repr=False)
    pin_set: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentLine:
    serial: str
    kind: str
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePage:
    """Devices with those that were revoked, the newest first; all else as it is now."""

    card: SiteCard
    devices: list[DeviceLine]
    staff: list[StaffLine]
    doctors: list[PractitionerCard]
    instruments: list[InstrumentLine]
    gateway_since: datetime | None


def row_of_house(viewer: Viewer, site_id: UUID, *, lock: bool = False) -> Site:
    """Raises NotFound: there is none, or it is another house's."""
    rows = Site.objects.select_for_update(no_key=True) if lock else Site.objects
    row = rows.filter(pk=site_id).first()
    if row is None or viewer.institution_id not in {None, row.institution_id}:
        raise NotFound
    return row


def house_of(viewer: Viewer) -> UUID:
    """For which house the viewer acts."""
    return viewer.institution_id or default_institution().id


def site_lines(viewer: Viewer) -> list[SiteLine]:
    """Of the viewer's house, by their codes; four statements."""
    devices = _counts(Device.objects.filter(revoked_at__isnull=True))
    staff = _counts(SiteStaff.objects.filter(_NOW))
    doctors = _counts(SiteDoctor.objects.filter(_NOW))
    return [
        SiteLine(
            card=card,
            devices=devices.get(card.id, 0),
            staff=staff.get(card.id, 0),
            doctors=doctors.get(card.id, 0),
        )
        for card in site_cards(viewer.institution_id)
    ]


def _counts(rows: object) -> dict[UUID, int]:
    found = rows.values_list("site_id").annotate(Count("pk")).order_by()  # type: ignore[attr-defined]  # of any of three models
    return dict(found)


def site_page(viewer: Viewer, site_id: UUID) -> SitePage:
    """Raises NotFound: there is none, or it is another house's."""
    row = row_of_house(viewer, site_id)
    staff = list(SiteStaff.objects.filter(_NOW, site=row).order_by("added_at"))
    names = display_names([each.user_id for each in staff])
    linked = SiteDoctor.objects.filter(_NOW, site=row).values_list("practitioner_id", flat=True)
    return SitePage(
        card=card_of(row),
        devices=[
            DeviceLine(
                id=d.pk,
                label=d.label,
                enrolled_at=d.enrolled_at,
                heard_at=d.heard_at,
                revoked_at=d.revoked_at,
            )
            for d in Device.objects.filter(site=row)
            .annotate(heard_at=F("health__heard_at"))
            .order_by("-enrolled_at")
        ],
        staff=[
            StaffLine(user_id=s.user_id, name=names.get(s.user_id, ""), pin_set=bool(s.pin))
            for s in staff
        ],
        doctors=sorted(practitioners(linked).values(), key=lambda card: card.name.zh),
        instruments=instrument_lines(row.pk),
        gateway_since=row.gateway_made_at,
    )


def instrument_lines(site_id: UUID) -> list[InstrumentLine]:
    """For callers that have checked who asks."""
    rows = Instrument.objects.filter(_NOW, site_id=site_id).order_by("kind", "serial")
    return [InstrumentLine(serial=r.serial, kind=r.kind, model=r.model) for r in rows]
