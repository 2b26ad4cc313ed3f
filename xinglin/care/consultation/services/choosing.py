"""What the patient chooses while no doctor has the visit."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from xinglin.care.consultation import events
from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.models import Consultation
from xinglin.care.consultation.permissions import check_holder
from xinglin.care.consultation.services.ending import withdraw
from xinglin.care.consultation.services.locking import locked
from xinglin.care.consultation.services.opening import AlreadyOpenError, official_code_of
from xinglin.care.consultation.services.steps import announce, queue_up, take
from xinglin.care.people import queries as people
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import FieldError, IllegalStep, Invalid
from xinglin.kernel.text import Text

# Whoever takes another department, or any doctor, asks nobody by name any more; what the patient
# speaks is the same in another department.
_NO_NAME: dict[str, Any] = {"named_practitioner_id": None, "named_on": None}
_KEPT = Text(
    "您选择继续等待。有医生上班后会按顺序为您安排。",
    "You chose to keep waiting. As soon as a doctor is on duty you are served in turn.",
)
_KEPT_FOR_ONE = Text(
    "您选择继续等这位医生，不会转给其他医生。医生可以接诊时会再次收到您的问诊。",
    "You chose to wait for this doctor; nobody else is asked. As soon as the doctor can, your visit"
    " is offered again.",
)
_KEPT_IN = Text(
    "您选择继续等会说{zh}的医生。有这样的医生上班后会按顺序为您安排。",
    "You chose to wait for a doctor who speaks {en}. As soon as one is on duty you are served in turn.",
)
_OPEN = Text(
    "已改为由任意一位值班医生接诊，您的排队时间不变。",
    "Any doctor on duty may take your visit now; you keep your place.",
)
_OPEN_IN = Text(
    "已改为由任意一位会说{zh}的值班医生接诊，您的排队时间不变。",
    "Any doctor on duty who speaks {en} may take your visit now; you keep your place.",
)
_LEFT = Text(
    "已为您留言。下一班医生会在24小时内查看，您可以继续补充情况。",
    "Your message is left. A doctor of the next shift looks at it within 24 hours;"
    " you can add to it meanwhile.",
)
_LEFT_IN = Text(
    "已为您留言给会说{zh}的医生，他们上班后会在24小时内查看。您可以继续补充情况。",
    "Your message is left for a doctor who speaks {en}, who looks at it within 24 hours; you can add"
    " to it meanwhile.",
)
_LEFT_FOR_ONE = Text(
    "已给这位医生留言，医生上班后会看到；24小时内没有接诊会告诉您。您可以继续补充情况。",
    "Your message is left for this doctor, who sees it when next on duty; you are told if it is not"
    " taken within 24 hours. You can add to it meanwhile.",
)


@outbox.in_one_transaction()
def choose(
    viewer: Viewer,
    consultation_id: UUID,
    *,
    choice: str,
    at: datetime,
    department: str | None = None,
) -> None:
    """Take the patient's choice: wait, ask_anyone, change_department, leave_message or cancel.

    Raises:
        NotFound: the visit is not the viewer's.
        Invalid: no such choice, or no such department.
        IllegalStep: the visit is not in a state to choose.
    Emits: one event, of the step taken.
    """
    row = locked(consultation_id)
    check_holder(viewer, row)
    if choice == "change_department":
        _change_department(viewer, row, department or "", at)
    elif choice == "wait":
        _keep_waiting(viewer, row, at)
    elif choice == "ask_anyone":
        _ask_anyone(viewer, row, at)
    elif choice == "leave_message":
        _leave_message(viewer, row, at)
    elif choice == "cancel":
        withdraw(row, "cancel", who="patient", actor=viewer, at=at, ending="cancelled_by_patient")
    else:
        raise Invalid(FieldError("choice", Text("没有这个选项。", "There is no such choice.")))


def _keep_waiting(viewer: Viewer, row: Consultation, at: datetime) -> None:
    take(row, "keep_waiting", who="patient", actor=viewer, at=at)
    told = _told(row, _KEPT, _KEPT_FOR_ONE, _KEPT_IN)
    messages.post_card(row.pk, "kept_waiting", told)
    announce(row, events.ConsultationKeptWaiting)


def _ask_anyone(viewer: Viewer, row: Consultation, at: datetime) -> None:
    """The doctor who was asked for by name gets the place of the day back.

    A language stays a wish then; it is dropped by whoever asks for nothing else.
    """
    named = row.named_practitioner_id
    if named is None and not row.language:
        raise IllegalStep
    dropped = {"practitioner_id": str(named)} if named else {"language": row.language}
    kept = people.language(row.language) if named else None
    take(
        row,
        "ask_anyone",
        who="patient",
        actor=viewer,
        at=at,
        detail=dropped,
        changes=_NO_NAME if named else {"language": ""},
    )
    messages.post_card(
        row.pk,
        "open_to_all",
        _OPEN if kept is None else _OPEN_IN.filled(zh=kept.name.zh, en=kept.name.en),
    )
    announce(row, events.ConsultationOpenToAll)


def _leave_message(viewer: Viewer, row: Consultation, at: datetime) -> None:
    take(row, "leave_message", who="patient", actor=viewer, at=at)
    told = _told(row, _LEFT, _LEFT_FOR_ONE, _LEFT_IN)
    messages.post_card(row.pk, "message_left", told)
    announce(row, events.ConsultationMessageLeft)


def _told(row: Consultation, anyone: Text, one: Text, speaker: Text) -> Text:
    if row.named_practitioner_id is not None:
        return one
    language = people.language(row.language)
    if language is None:
        return anyone
    return speaker.filled(zh=language.name.zh, en=language.name.en)


def _change_department(viewer: Viewer, row: Consultation, department: str, at: datetime) -> None:
    """The place in the queue is kept: `requested_at` does not change."""
    official_code_of(department)
    queue_up(row.holder_id)
    former = row.department
    if department == former:
        raise Invalid(
            FieldError(
                "department",
                Text("已经在这个科室了，请另选一个。", "That is the present one; choose another."),
            )
        )
    try:
        with transaction.atomic():
            take(
                row,
                "change_department",
                who="patient",
                actor=viewer,
                at=at,
                detail={"from": former, "to": department},
                changes={"department": department, **_NO_NAME},
            )
    except IntegrityError:
        raise AlreadyOpenError(_open_in(row, department)) from None
    name = people.department(department).name
    messages.post_card(
        row.pk,
        "department_changed",
        Text(f"已转到{name.zh}，您的排队时间不变。", f"Moved to {name.en}; you keep your place."),
        department=department,
    )
    announce(
        row,
        events.DepartmentChanged,
        f"department:{former}",
        former_department=former,
    )


def _open_in(row: Consultation, department: str) -> UUID:
    return Consultation.objects.values_list("pk", flat=True).get(
        patient_id=row.patient_id, department=department, ended_at__isnull=True
    )
