"""Walk-ins, for those who may know of them."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from xinglin.care.people.queries import institution
from xinglin.care.sites.models import Site, WalkIn
from xinglin.care.sites.permissions import check_holds, check_own, of_now, site_at
from xinglin.care.sites.queries.devices import screens_held
from xinglin.care.sites.types import WalkInCard
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record
from xinglin.kernel import clock
from xinglin.kernel.errors import NotFound
from xinglin.policy.rules import local_date


def walk_in(walk_in_id: UUID) -> WalkInCard:
    """For callers that have checked who asks. Raises NotFound."""
    return card_of(row_of(walk_in_id))


def bound_walk_in(viewer: Viewer) -> WalkInCard:
    """The one for which the viewer holds the screen. Raises NotFound."""
    return card_of(bound_row(viewer))


def own_walk_in(viewer: Viewer, walk_in_id: UUID, *, at: datetime | None = None) -> WalkInCard:
    """For the assistant of its site, at a device of that site, on its day. Raises NotFound."""
    return card_of(own_row(viewer, walk_in_id, at=at or clock.now()))


def today(viewer: Viewer, *, at: datetime) -> tuple[list[WalkInCard], dict[str, int]]:
    """Today's, and who is there still, of the site where the assistant stands, the newest first, and its queue.

    Raises:
        NotFound: the viewer stands at no site.
    """
    site_id = site_at(viewer)
    site = Site.objects.get(pk=site_id)
    day = local_date(at, institution(site.institution_id).place)
    rows = list(WalkIn.objects.filter(of_now(day, at), site=site).order_by("-day", "-number"))
    record(
        viewer,
        "sites.list_walk_ins",
        subject=None,
        thing="site",
        thing_id=site_id,
        purpose="care",
    )
    queue = {
        "waiting": sum(row.state == "asked" for row in rows),
        "at_terminal": screens_held(site_id, at),
        "terminals": site.terminals,
    }
    return [card_of(row) for row in rows], queue


def ahead(card: WalkInCard) -> int | None:
    """How many of the site were asked for before it and wait still; None: it does not wait."""
    if card.state != "asked" or card.asked_at is None:
        return None
    earlier = WalkIn.objects.filter(site_id=card.site_id, state="asked")
    return earlier.filter(asked_at__lt=card.asked_at).count()


def consultations_of(walk_in_ids: Iterable[UUID]) -> dict[UUID, UUID | None]:
    """Those that do not exist are left out."""
    rows = WalkIn.objects.filter(pk__in=list(walk_in_ids))
    return dict(rows.values_list("pk", "consultation_id"))


def own_row(viewer: Viewer, walk_in_id: UUID, *, at: datetime, lock: bool = False) -> WalkIn:
    """As `own_walk_in`, to be worked on."""
    row = row_of(walk_in_id, lock=lock)
    check_own(viewer, row, place=institution(row.institution_id).place, at=at)
    return row


def bound_row(viewer: Viewer, *, lock: bool = False) -> WalkIn:
    """As `bound_walk_in`, to be worked on."""
    if viewer.bound_to is None:
        raise NotFound
    row = row_of(viewer.bound_to, lock=lock)
    check_holds(viewer, row)
    return row


def row_of(walk_in_id: UUID, *, lock: bool = False) -> WalkIn:
    """Raises NotFound."""
    rows = WalkIn.objects.select_for_update(of=("self",), no_key=True) if lock else WalkIn.objects
    row = rows.filter(pk=walk_in_id).first()
    if row is None:
        raise NotFound
    return row


def card_of(row: WalkIn) -> WalkInCard:
    return WalkInCard(
        id=row.pk,
        number=row.number,
        site_id=row.site_id,
        device_id=row.device_id,
        institution_id=row.institution_id,
        patient_id=row.patient_id,
        holder_id=row.holder_id,
        assistant_id=row.assistant_id,
        registered_at=row.registered_at,
        captured_at=row.captured_at,
        state=row.state,
        locale=row.locale,
        complaint=row.complaint,
        picture_ids=tuple(UUID(each) for each in row.picture_ids),
        intake_id=row.intake_id,
        consultation_id=row.consultation_id,
        stays=row.stays,
        chat_shared=row.chat_shared,
        asked_at=row.asked_at,
        seen_at=row.seen_at,
        ended_at=row.ended_at,
        ending=row.ending,
        alarmed_at=row.alarmed_at,
        signed_at=row.signed_at,
    )
