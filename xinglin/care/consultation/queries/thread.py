"""A thread over HTTP: for pages that open it, and for resuming without a socket."""

from typing import Any, Final
from uuid import UUID

from xinglin.care.consultation.messages import queries as messages
from xinglin.care.consultation.queries.visits import any_visit, audit_read, visit_of_party
from xinglin.care.sites import queries as sites
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel.errors import Forbidden, NotFound
from xinglin.kernel.text import Text

# What is said; pictures, voice notes and papers are between patient and doctor.
_WORDS: Final = frozenset({"text", "card", "edit", "withdrawal"})
_NOT_SHARED = Text(
    "患者没有同意店员查看对话（A08）。需要时，请患者在自己的屏幕上打开“让店员看对话”。",
    "The patient has not agreed that the assistant reads the conversation (A08). If it is needed, ask"
    " the patient to allow it on the own screen.",
)


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


def messages_at_site(viewer: Viewer, walk_in_id: UUID, *, since: int, limit: int) -> dict[str, Any]:
    """The words of a visit, for the assistant of its site and with the patient's yes; audited (A08).

    Without `since` the last page of them.

    Raises:
        NotFound: no walk-in of the assistant's own site today, or nobody was asked in it yet.
        Forbidden: `chat_not_shared`, also when the yes was taken back.
    """
    walk_in = sites.own_walk_in(viewer, walk_in_id)
    if walk_in.consultation_id is None:
        raise NotFound
    if not walk_in.chat_shared:
        raise Forbidden("chat_not_shared", _NOT_SHARED)
    row = any_visit(walk_in.consultation_id)
    found = messages.read_kinds(row.id, _WORDS, since=since, limit=limit)
    audit_read(viewer, row, "consultation.read_messages", since=since, count=len(found))
    return {"messages": found, "last_seq": row.last_seq}
