"""Who may see and do what with a prescription. Whoever may not know of it is told that it is not there."""

from uuid import UUID

from xinglin.care.prescribing.lifecycle import IN_REVIEW
from xinglin.care.prescribing.models import FirstReview, Prescription, SampledPrescription
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel.errors import NotFound


def prescriber_can(viewer: Viewer, row: Prescription) -> bool:
    return viewer.user_id == row.prescriber_id


def check_prescriber(viewer: Viewer, row: Prescription) -> None:
    if not prescriber_can(viewer, row):
        raise NotFound


def holder_can(viewer: Viewer, row: Prescription) -> bool:
    """From the doctor's signature on: a draft is the doctor's own."""
    return viewer.user_id == row.holder_id and row.version > 0


def check_holder(viewer: Viewer, row: Prescription) -> None:
    if not holder_can(viewer, row):
        raise NotFound


def reviewer_can(viewer: Viewer, row: Prescription) -> bool:
    """What waits for a review at the pharmacist's institution, and what this one has reviewed, as the
    first of two also, but no later version than that.
    """
    return works_at(viewer, row.institution_id) and (
        row.state in IN_REVIEW
        or row.reviewer_id == viewer.user_id
        or FirstReview.objects.filter(
            version__prescription=row,
            version__number=row.version,
            reviewed_by=viewer.user_id,
        ).exists()
    )


def check_reviewer(viewer: Viewer, row: Prescription) -> None:
    if not reviewer_can(viewer, row):
        raise NotFound


def judge_can(viewer: Viewer, row: SampledPrescription) -> bool:
    """Neither its doctor nor a pharmacist who passed it, as the first of two also; whether they are one
    person is asked at the act.
    """
    first: FirstReview | None = getattr(row.version, "first_review", None)
    own = {row.prescriber_id, row.reviewer_id, first and first.reviewed_by}
    return viewer.user_id not in own


def works_at(viewer: Viewer, institution_id: UUID) -> bool:
    """Staff without an institution work at every one."""
    return viewer.institution_id in {None, institution_id}
