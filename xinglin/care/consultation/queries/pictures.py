"""Which pictures belong to a visit."""

from uuid import UUID

from django.db import connection

from xinglin.care.consultation.queries.visits import audit_read, visit_of_party
from xinglin.care.triage import queries as triage
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel.errors import NotFound

_STANDS = """
    select 1 from consultation_message
    where consultation_id = %s and kind = 'picture' and body ->> 'picture_id' = %s limit 1
"""


def picture_of(viewer: Viewer, consultation_id: UUID, picture_id: UUID) -> UUID:
    """The picture, when it stands in the thread or in the intake; the reading is audited.

    Raises:
        NotFound: it does not, or the viewer may not read the visit.
    """
    row = visit_of_party(viewer, consultation_id)
    if not _stands_in_thread(consultation_id, picture_id):
        intake = triage.intake_for_visit(row.intake_id)
        if picture_id not in intake.picture_ids:
            raise NotFound
    audit_read(viewer, row, "consultation.read_picture", picture_id=str(picture_id))
    return picture_id


def _stands_in_thread(consultation_id: UUID, picture_id: UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_STANDS, [consultation_id, str(picture_id)])
        return cursor.fetchone() is not None
