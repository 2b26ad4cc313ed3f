"""Who may see and do what with a visit. Whoever may not know of it is told that it does not exist."""

from uuid import UUID

from xinglin.care.consultation.models import Consultation, RecordVersion
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel.errors import NotFound


def holder_can(viewer: Viewer, row: Consultation) -> bool:
    return viewer.user_id == row.holder_id


def check_holder(viewer: Viewer, row: Consultation) -> None:
    if not holder_can(viewer, row):
        raise NotFound


def doctor_can(viewer: Viewer, row: Consultation) -> bool:
    """The present doctor; after the end, the one who had it last."""
    return row.doctor_user_id is not None and viewer.user_id == row.doctor_user_id


def check_doctor(viewer: Viewer, row: Consultation) -> None:
    if not doctor_can(viewer, row):
        raise NotFound


def reader_can(viewer: Viewer, row: Consultation) -> bool:
    """The holder, the doctor, and a former doctor who signed a version of the record."""
    return holder_can(viewer, row) or doctor_can(viewer, row) or has_signed(viewer.user_id, row.pk)


def check_reader(viewer: Viewer, row: Consultation) -> None:
    if not reader_can(viewer, row):
        raise NotFound


def has_signed(user_id: UUID, consultation_id: UUID) -> bool:
    return RecordVersion.objects.filter(signed_by=user_id, consultation_id=consultation_id).exists()
