"""Which pictures belong to a visit."""

from uuid import UUID

from xinglin.care.consultation.messages import queries as messages
from xinglin.care.consultation.queries.visits import audit_read, visit_of_party
from xinglin.care.triage import queries as triage
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel.errors import NotFound


def picture_of(viewer: Viewer, consultation_id: UUID, picture_id: UUID) -> UUID:
    """The picture, when it stands in the thread or in the intake; the reading is audited.

    Withdrawn from the thread, it is withdrawn from the intake.

    Raises:
        NotFound: it does not, or the viewer may not read the visit.
    """
    row = visit_of_party(viewer, consultation_id)
    stands = messages.pictures(consultation_id).get(picture_id)
    if stands is None:
        stands = picture_id in triage.intake_for_visit(row.intake_id).picture_ids
    if not stands:
        raise NotFound
    audit_read(viewer, row, "consultation.read_picture", picture_id=str(picture_id))
    return picture_id
