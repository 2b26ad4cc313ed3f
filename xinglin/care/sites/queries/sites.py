"""Sites, and the doctors they are linked to."""

from collections.abc import Collection
from uuid import UUID

from xinglin.care.people.queries import institution
from xinglin.care.sites.models import Site, SiteDoctor
from xinglin.care.sites.types import SiteCard, SiteRef
from xinglin.kernel.errors import NotFound
from xinglin.kernel.text import Text


def site_card(site_id: UUID) -> SiteCard:
    """Raises NotFound."""
    row = Site.objects.filter(pk=site_id).first()
    if row is None:
        raise NotFound
    return card_of(row)


def site_cards(institution_id: UUID | None) -> list[SiteCard]:
    """Of the house, closed ones too, by their codes; None: of every house."""
    rows = Site.objects.order_by("code", "pk")
    if institution_id is not None:
        rows = rows.filter(institution_id=institution_id)
    return [card_of(row) for row in rows]


def site_refs(site_ids: Collection[UUID]) -> dict[UUID, SiteRef]:
    """Those of closed sites too, in one statement; none for none."""
    rows = Site.objects.filter(pk__in=site_ids).values_list("pk", "code", "name_zh", "name_en")
    return {pk: SiteRef(id=pk, code=code, name=Text(zh, en)) for pk, code, zh, en in rows}


def place_of(site_id: UUID) -> str:
    """Whose law and emergency number hold there. Raises NotFound."""
    return institution(site_card(site_id).institution_id).place


def linked_doctors(site_id: UUID) -> frozenset[UUID]:
    """Practitioners who are offered the site's patients first."""
    rows = SiteDoctor.objects.filter(site_id=site_id, removed_at__isnull=True)
    return frozenset(rows.values_list("practitioner_id", flat=True))


def card_of(row: Site) -> SiteCard:
    address = Text(row.address_zh or row.name_zh, row.address_en or row.name_en)
    return SiteCard(
        id=row.pk,
        institution_id=row.institution_id,
        code=row.code,
        name=Text(row.name_zh, row.name_en),
        kind=row.kind,
        address=address,
        telephone=row.telephone,
        division=row.division,
        longitude=row.longitude,
        latitude=row.latitude,
        terminals=row.terminals,
        hours=row.hours,
        closed_at=row.closed_at,
    )
