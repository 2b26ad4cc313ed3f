"""When consent or an account ends: what waits is cancelled, and what no law keeps is erased."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from xinglin.care.consultation.lifecycle import CONSULTATION
from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.models import Consultation
from xinglin.care.consultation.services.calls.ending import end_with_visit
from xinglin.care.consultation.services.ending import withdraw
from xinglin.care.consultation.services.locking import locked
from xinglin.care.people import queries as people
from xinglin.care.people import services as people_services
from xinglin.care.triage import services as triage
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.text import Text

_BEFORE_A_DOCTOR = ("left_message", "nobody", "waiting")


@outbox.in_one_transaction()
def cancel_without_consent(holder_id: UUID, patient_id: UUID | None, *, at: datetime) -> int:
    """Visits of the account that no doctor has taken; one that a doctor has goes on to its end.

    Nothing happens when the account has agreed again meanwhile. Answers how many were cancelled.

    Args:
        patient_id: of this relative only, who has withdrawn.
    """
    if patient_id is None and people.consent_status(holder_id).binds:
        return 0
    rows = Consultation.objects.filter(holder_id=holder_id).exclude(state__in=CONSULTATION.finals)
    if patient_id is not None:
        rows = rows.filter(patient_id=patient_id, asked_by="proxy")
    cancelled = 0
    for visit_id in rows.order_by("id").values_list("pk", flat=True):
        cancelled += _end_or_tell(visit_id, at)
    return cancelled


def _end_or_tell(visit_id: UUID, at: datetime) -> bool:
    row = locked(visit_id)
    if row.state in _BEFORE_A_DOCTOR:
        system = Viewer.system("consent")
        withdraw(row, "cancel", who="patient", actor=system, at=at, ending="consent_withdrawn")
        return True
    if row.state == "active":
        end_with_visit(row, actor=Viewer.system("consent"), at=at)
        messages.post_card(row.pk, "consent_withdrawn", _GOES_ON)
    return False


@outbox.in_one_transaction()
def forget_account(user_id: UUID) -> None:
    """Of a closed account: patients without a visit, complaints without a visit.

    A visit that another account asked, before the patient was moved to this one, keeps its patient.
    What belongs to a visit is kept by R22. Done again it does no harm. Uploads that were never sent
    go by themselves within a day (`media.tasks.prune`).
    """
    own = people.patient_ids(user_id)
    visits = list(
        Consultation.objects.filter(
            Q(holder_id=user_id) | Q(patient_id__in=own) | Q(asker_id__in=own)
        ).values_list("patient_id", "asker_id", "intake_id")
    )
    kept = {person for row in visits for person in row[:2] if person is not None}
    triage.forget_intakes(user_id, keep={intake for *_, intake in visits})
    people_services.erase_patients(user_id, kept)


_GOES_ON = Text(
    "患者已撤回知情同意：本次问诊由医生完成，不会再有新的问诊。",
    "The patient has withdrawn consent: this visit is finished by the doctor, and no new one begins.",
)
