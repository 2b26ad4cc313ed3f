"""Whose intake it is."""

from uuid import UUID

from xinglin.care.sites import queries as sites
from xinglin.care.sites.types import WalkInCard
from xinglin.care.triage.models import Intake
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel.errors import NotFound


def own_can(viewer: Viewer, intake: Intake) -> bool:
    """Only the account that told it; doctors read it through their visit."""
    return intake.holder_id == viewer.user_id


def check_own(viewer: Viewer, intake: Intake) -> None:
    """Raises NotFound: others may not know that it exists, nor who holds a screen of a site for
    another patient of the account.
    """
    if not own_can(viewer, intake):
        raise NotFound
    walk_in_of(viewer, intake.patient_id)


def walk_in_of(viewer: Viewer, patient_id: UUID) -> WalkInCard | None:
    """None: the viewer holds no screen of a site.

    Raises:
        NotFound: the screen was handed over for another patient.
    """
    if viewer.bound_to is None:
        return None
    walk_in = sites.bound_walk_in(viewer)
    if walk_in.patient_id != patient_id:
        raise NotFound
    return walk_in
