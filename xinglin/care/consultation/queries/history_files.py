"""Pictures, voice notes and documents of the holder's visits, newest first.

Access path, however many messages there are: files of closed conversations stand in
`consultation_file`, whose index is (holder, visit, number), newest first, so that a page reads the
rows that it shows. Open conversations, of which an account has few, are read by their own key
(`consultation_thread_of_holder_unindexed`, then the thread). Nothing else is touched.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from xinglin.care.consultation.queries.heads import heads
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.database import services as database

# Kind of message -> the member that names the file, and where it is seen below a visit.
KINDS: Final = {
    "picture": ("picture_id", "pictures"),
    "voice": ("voice_id", "voices"),
    "document": ("document_id", "documents"),
}
# Visit and number: what stands below it comes after it.
Key = tuple[UUID, int]
NEWEST: Key = (UUID(int=2**128 - 1), 0)
_PAGE = """
    with files as (
        (
            select f.consultation_id, f.seq, f.patient_id, f.kind, f.body, f.sender, f.at
            from consultation_file f
            join consultation_consultation c on c.id = f.consultation_id
            where f.holder_id = %(viewer)s and c.holder_id = %(viewer)s
                and f.kind = any(%(kinds)s)
                and (f.consultation_id, f.seq) < (%(visit)s, %(seq)s)
                and (%(patient)s::uuid is null or f.patient_id = %(patient)s::uuid)
            order by f.consultation_id desc, f.seq desc limit %(limit)s
        )
        union all
        (
            select m.consultation_id, m.seq, c.patient_id, m.kind, m.body, m.sender, m.at
            from consultation_thread t
            join consultation_consultation c on c.id = t.consultation_id
            join consultation_message m on m.consultation_id = t.consultation_id
            where t.holder_id = %(viewer)s and not t.is_indexed and m.kind = any(%(kinds)s)
                and not m.withdrawn and (m.consultation_id, m.seq) < (%(visit)s, %(seq)s)
                and (%(patient)s::uuid is null or c.patient_id = %(patient)s::uuid)
            order by m.consultation_id desc, m.seq desc limit %(limit)s
        )
    )
    select * from files order by consultation_id desc, seq desc limit %(limit)s
"""


@dataclass(frozen=True, slots=True)
class File:
    """One row; `body` is that of its message."""

    consultation_id: UUID
    seq: int
    patient_id: UUID
    kind: str
    body: dict[str, Any]
    sender: str
    at: datetime

    @property
    def key(self) -> Key:
        return self.consultation_id, self.seq


def files(
    viewer: Viewer, *, patient_id: UUID | None, kind: str, after: str | None, limit: int
) -> dict[str, Any]:
    """A page of the viewer's files; the reading is audited.

    Args:
        kind: one of `KINDS`, or empty for all.
        after: the `next` of the page before.
    """
    kinds = [kind] if kind else sorted(KINDS)
    at = key_of(after) if after else NEWEST
    rows = read(viewer, kinds, at, limit + 1, patient_id=patient_id)
    shown = rows[:limit]
    audit_files(viewer, shown)
    return {
        "items": files_json(shown),
        "next": said(shown[-1].key) if len(rows) > limit else None,
    }


def read(
    viewer: Viewer, kinds: Sequence[str], at: Key, limit: int, *, patient_id: UUID | None = None
) -> list[File]:
    """Those that come after `at`, of this holder only."""
    asked: dict[str, Any] = {
        "viewer": viewer.user_id,
        "kinds": list(kinds),
        "visit": at[0],
        "seq": at[1],
        "patient": patient_id,
        "limit": limit,
    }
    return [
        File(row[0], row[1], row[2], row[3], json.loads(row[4]), row[5], row[6])
        for row in database.fetch(_PAGE, asked)
    ]


def files_json(shown: list[File]) -> list[dict[str, Any]]:
    visits = heads({each.consultation_id for each in shown})
    return [
        {
            "visit": visits[each.consultation_id],
            "seq": each.seq,
            "kind": each.kind,
            "path": path_of(each),
            "name": str(each.body.get("name") or ""),
            "width": each.body.get("width"),
            "height": each.body.get("height"),
            "milliseconds": each.body.get("ms"),
            "pages": each.body.get("pages"),
            "bytes": each.body.get("bytes"),
            "sender": each.sender,
            "by": each.body.get("by"),
            "at": each.at,
        }
        for each in shown
        if each.consultation_id in visits
    ]


def path_of(file: File) -> str:
    """Below the API: a link of a minute stands behind it."""
    member, where = KINDS[file.kind]
    return f"/consultations/{file.consultation_id}/{where}/{file.body.get(member)}"


def audit_files(viewer: Viewer, shown: list[File]) -> None:
    """A line for each visit of which something is shown."""
    subjects = {each.consultation_id: each.patient_id for each in shown}
    audit.record_each(
        viewer, "consultation.list_files", subjects, thing="consultation", purpose="own"
    )


def key_of(after: str) -> Key:
    consultation_id, _, seq = after.partition(":")
    return UUID(consultation_id), int(seq)


def said(key: Key) -> str:
    return f"{key[0]}:{key[1]}"
