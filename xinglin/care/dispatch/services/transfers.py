"""A doctor gives a visit on: only to somebody who may work, and who is there."""

from datetime import datetime
from uuid import UUID

from xinglin.care.consultation import services as consultation
from xinglin.care.dispatch.models import Duty
from xinglin.care.dispatch.services.eligibility import staff_verdict
from xinglin.care.people import queries as people
from xinglin.care.people.types import PractitionerCard
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import Conflict
from xinglin.kernel.text import Text

_OFF_DUTY = Text(
    "{zh}医生现在不在班。请另选一位在班的同事，或转给科室。",
    "Dr {en} is not on duty now. Please choose a colleague on duty, or a department.",
)


@outbox.in_one_transaction()
def transfer_visit(
    viewer: Viewer,
    consultation_id: UUID,
    *,
    department: str,
    practitioner_id: UUID | None,
    note: str,
    at: datetime,
    wrong_department: bool = False,
) -> str:
    """To a department, or to one colleague who is asked first; answers the department.

    Raises:
        RuleRefused: policy `staff_eligibility` says that the colleague may not work.
        Conflict: the colleague is not on duty.
        NotFound, Invalid, IllegalStep: as `consultation.transfer`, whose refusals come first.
    Emits: ConsultationTransferred.
    """
    colleague = people.practitioner(practitioner_id) if practitioner_id else None
    where = consultation.transfer(
        viewer,
        consultation_id,
        department=department,
        colleague=colleague,
        note=note,
        at=at,
        wrong_department=wrong_department,
    )
    if colleague is not None:
        _check_there(colleague, at)
    return where


def _check_there(colleague: PractitionerCard, at: datetime) -> None:
    """After the transfer, which this undoes: a stranger to the visit learns nothing of colleagues."""
    staff_verdict(colleague, at=at).demand()
    if not Duty.objects.filter(pk=colleague.id, on_since__isnull=False).exists():
        off = Conflict(
            "colleague_off_duty", _OFF_DUTY.filled(zh=colleague.name.zh, en=colleague.name.en)
        )
        raise off
