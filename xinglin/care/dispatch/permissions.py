"""Who may see and answer an offer, and who may ask for a place in the queue."""

from uuid import UUID

from xinglin.care.dispatch.models import Offer
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel.errors import NotFound


def own_offer_can(viewer: Viewer, offer: Offer) -> bool:
    return offer.user_id == viewer.user_id


def check_own_offer(viewer: Viewer, offer: Offer) -> None:
    """Raises NotFound: nobody learns of an offer made to somebody else."""
    if not own_offer_can(viewer, offer):
        raise NotFound


def own_visit_can(viewer: Viewer, holder_id: UUID) -> bool:
    return holder_id == viewer.user_id


def check_own_visit(viewer: Viewer, holder_id: UUID) -> None:
    """Raises NotFound: only the patient's account may ask for the place of a visit."""
    if not own_visit_can(viewer, holder_id):
        raise NotFound
