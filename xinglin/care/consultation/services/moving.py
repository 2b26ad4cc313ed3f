"""The hospital moves a visit to the department that it should have been in."""

from datetime import datetime

from django.db import IntegrityError, transaction

from xinglin.care.consultation import events
from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.models import Consultation
from xinglin.care.consultation.services.opening import official_code_of
from xinglin.care.consultation.services.steps import announce, queue_up, take
from xinglin.care.consultation.services.transferring import OPEN_THERE, check_policy
from xinglin.care.consultation.types import Reason
from xinglin.care.people import queries as people
from xinglin.care.triage import services as triage
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel.errors import Conflict, FieldError, Invalid
from xinglin.kernel.text import Text

_THE_SAME = Text(
    "问诊已经在这个科室，请另选一个。", "The visit is in that department; choose another."
)
_MOVED = Text(
    "医院认为{zh}更适合为您看，已把这次问诊转过去，并安排优先接诊。",
    "The hospital finds that {en} suits you better; it has moved your visit there and put it first.",
)


def move(
    viewer: Viewer, row: Consultation, department: str, *, reason: Reason, at: datetime
) -> None:
    """A visit that waits and names no doctor: first in the queue of `department`.

    Raises:
        Invalid: no such department, or the present one.
        Conflict: the patient has an open visit there.
        RuleRefused: policy `open_kind` does not let the patient be seen there.
    Locks: the holder. Emits: DepartmentChanged, ConsultationPutFirst.
    """
    official_code_of(department)
    former = row.department
    if department == former:
        raise Invalid(FieldError("department", _THE_SAME))
    check_policy(row, department, at)
    queue_up(row.holder_id)
    try:
        with transaction.atomic():
            _take(viewer, row, department, reason, at)
    except IntegrityError:
        raise Conflict("open_there", OPEN_THERE) from None
    if reason.code == "wrong_department":
        triage.note_override(
            viewer,
            who="operator",
            intake_id=row.intake_id,
            consultation_id=row.pk,
            institution_id=row.institution_id,
            former=former,
            chosen=department,
            at=at,
        )
    name = people.department(department).name
    messages.post_card(
        row.pk, "by_house", _MOVED.filled(zh=name.zh, en=name.en), department=department
    )
    # Who was asked in the former department has nothing to answer any more.
    announce(row, events.DepartmentChanged, f"department:{former}", former_department=former)
    announce(row, events.ConsultationPutFirst)


def _take(viewer: Viewer, row: Consultation, department: str, reason: Reason, at: datetime) -> None:
    take(
        row,
        "put_first",
        who="operator",
        actor=viewer,
        at=at,
        reason=reason.code,
        detail={"note": reason.note, "from": row.department, "to": department},
        changes={"put_first": True, "handed_to_id": None, "department": department},
    )
