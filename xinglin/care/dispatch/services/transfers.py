"""A doctor gives a visit on: only to somebody who may work, and who is there."""

from datetime import datetime
from uuid import UUID

from xinglin.care.consultation import queries as visits
from xinglin.care.consultation import services as consultation
from xinglin.care.dispatch.models import Duty
from xinglin.care.dispatch.services.eligibility import staff_verdict
from xinglin.care.dispatch.services.needs import raise_need
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

_SENIOR = Text(
    "医生认为您的情况需要更高年资的医生，会先请这样的医生。",
    "Your doctor finds that you need a more senior doctor; such doctors are asked first.",
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
    needs_senior: bool = False,
) -> str:
    """To a department, or to one colleague who is asked first; answers the department.

    Args:
        needs_senior: the doctor says that it needs a more senior one, which the patient reads.

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
        remark=_SENIOR if needs_senior else None,
    )
    if colleague is not None:
        _check_there(colleague, at)
    if needs_senior:
        _raise_need(viewer, consultation_id, at)
    return where


def _raise_need(viewer: Viewer, consultation_id: UUID, at: datetime) -> None:
    doctor = people.practitioner_by_user(viewer.user_id)
    assert doctor is not None  # who had the visit until now
    patient_id = visits.cards([consultation_id])[consultation_id].patient_id
    raise_need(
        viewer, consultation_id, doctor=doctor, patient_id=patient_id, how="transferred", at=at
    )


def _check_there(colleague: PractitionerCard, at: datetime) -> None:
    """After the transfer, which this undoes: a stranger to the visit learns nothing of colleagues."""
    staff_verdict(colleague, at=at).demand()
    if not Duty.objects.filter(pk=colleague.id, on_since__isnull=False).exists():
        off = Conflict(
            "colleague_off_duty", _OFF_DUTY.filled(zh=colleague.name.zh, en=colleague.name.en)
        )
        raise off
