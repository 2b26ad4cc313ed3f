"""A thread over HTTP: for pages that open it, and for resuming without a socket."""

from typing import Any
from uuid import UUID

from xinglin.care.consultation.messages import queries as messages
from xinglin.care.consultation.queries.visits import audit_read, visit_of_party
from xinglin.foundation.accounts.types import Viewer


def messages_of(viewer: Viewer, consultation_id: UUID, *, since: int, limit: int) -> dict[str, Any]:
    """Messages after `since`, in order; the reading is audited.

    Raises:
        NotFound: for everybody but holder and doctor.
    """
    row = visit_of_party(viewer, consultation_id)
    found = messages.read(consultation_id, since, limit)
    audit_read(viewer, row, "consultation.read_messages", since=since, count=len(found))
    return {"messages": found, "last_seq": row.last_seq}


def messages_before(
    viewer: Viewer, consultation_id: UUID, *, before: int, limit: int
) -> dict[str, Any]:
    """The page of the highest numbers below `before`, in ascending order; audited.

    Raises:
        NotFound: for everybody but holder and doctor.
    """
    row = visit_of_party(viewer, consultation_id)
    found = messages.read_back(consultation_id, before, limit)
    audit_read(viewer, row, "consultation.read_messages", before=before, count=len(found))
    return {"messages": found, "last_seq": row.last_seq}
