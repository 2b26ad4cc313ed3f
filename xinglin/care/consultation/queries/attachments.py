"""Voice notes and documents of a visit, and what software has written down of the voice notes."""

from typing import Literal
from uuid import UUID

from xinglin.care.consultation.messages import queries as messages
from xinglin.care.consultation.queries.visits import audit_read, visit_of_party
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.media import queries as media
from xinglin.foundation.media.types import Transcript
from xinglin.kernel.errors import NotFound


def attachment_of(
    viewer: Viewer, consultation_id: UUID, kind: Literal["voice", "document"], file_id: UUID
) -> UUID:
    """The file, when it stands in the thread and was not withdrawn; the reading is audited.

    Raises:
        NotFound: it does not, or the viewer may not read the visit.
    """
    row = visit_of_party(viewer, consultation_id)
    if not messages.files(consultation_id, kind).get(file_id):
        raise NotFound
    audit_read(viewer, row, f"consultation.read_{kind}", file_id=str(file_id))
    return file_id


def transcripts_of(viewer: Viewer, consultation_id: UUID) -> list[Transcript]:
    """Of the voice notes that stand in the thread, in no order; the reading is audited.

    Raises:
        NotFound: for everybody but holder and doctor.
    """
    row = visit_of_party(viewer, consultation_id)
    standing = [v for v, stands in messages.files(consultation_id, "voice").items() if stands]
    found = media.transcripts(standing)
    if found:
        audit_read(viewer, row, "consultation.read_transcripts", count=len(found))
    return found
