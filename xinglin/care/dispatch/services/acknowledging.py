"""A crisis is acknowledged by whoever has called the person: it leaves what is to be done, and stays."""

from datetime import datetime
from uuid import UUID

from xinglin.care.dispatch.events import AbnormalNoted
from xinglin.care.dispatch.models import Abnormal
from xinglin.care.dispatch.queries.board import check_house
from xinglin.care.dispatch.services.remedies import first
from xinglin.care.dispatch.types import LONGEST_REMEDY_NOTE
from xinglin.care.people import queries as people
from xinglin.care.triage import queries as triage
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import FieldError, Invalid, NotFound
from xinglin.kernel.text import Text

_KIND = "crisis_told"
_DID = Text("已确认", "acknowledged")
_SAY_WHAT = Text(
    "请用几个字写明做了什么，最多 {n} 个字。",
    "Please say in a few words what was done, at most {n}.",
)


@outbox.in_one_transaction()
def acknowledge_crisis(viewer: Viewer, abnormal_id: UUID, *, note: str, at: datetime) -> None:
    """Said twice in the same words it is said once.

    Raises:
        NotFound: no such crisis in the viewer's institution.
        Invalid: `note`.
        Conflict: `someone_was_first`.
    Locks: the event. Emits: AbnormalNoted.
    """
    row = Abnormal.objects.select_for_update().filter(pk=abnormal_id, kind=_KIND).first()
    if row is None:
        raise NotFound
    check_house(viewer, row.institution_id)
    words = note.replace("\x00", "").strip()
    if not 0 < len(words) <= LONGEST_REMEDY_NOTE:
        raise Invalid(FieldError("note", _SAY_WHAT.filled(n=LONGEST_REMEDY_NOTE)))
    if row.settled_by == viewer.user_id and row.note == words:
        return
    if row.settled_by is not None and row.settled_at is not None:
        place = people.institution(row.institution_id).place
        raise first(row.settled_by, "operator", row.settled_at, _DID, place)
    row.settled_at, row.settled_by, row.note = at, viewer.user_id, words
    row.save(update_fields=["settled_at", "settled_by", "note"])
    audit.record(
        viewer,
        "dispatch.acknowledge_crisis",
        subject=triage.intake_for_visit(row.source).patient_id,
        thing="abnormal",
        thing_id=row.pk,
        purpose="crisis",
    )
    outbox.emit(AbnormalNoted(audience=("board",), abnormal_kind=_KIND, department=row.department))
