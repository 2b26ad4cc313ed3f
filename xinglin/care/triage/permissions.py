"""Whose intake it is."""

from xinglin.care.triage.models import Intake
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel.errors import NotFound


def own_can(viewer: Viewer, intake: Intake) -> bool:
    """Only the account that told it; doctors read it through their visit."""
    return intake.holder_id == viewer.user_id


def check_own(viewer: Viewer, intake: Intake) -> None:
    """Raises NotFound: others may not know that it exists."""
    if not own_can(viewer, intake):
        raise NotFound
