"""What the dispatcher does with a visit: nobody found, accepted, handed over."""

from datetime import datetime
from uuid import UUID

from xinglin.care.consultation import events, rules
from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.models import Consultation
from xinglin.care.consultation.services.steps import announce, locked, take
from xinglin.care.people.types import PractitionerCard
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import Conflict, FieldError, Invalid, NotFound
from xinglin.kernel.text import Text


@outbox.in_one_transaction()
def find_nobody(consultation_id: UUID, at: datetime) -> None:
    """Tell the patient that no doctor is on duty; the patient chooses what to do.

    Raises:
        IllegalStep: the visit does not wait.
    Emits: ConsultationNobodyFound.
    """
    row = locked(consultation_id)
    take(row, "find_nobody", who="dispatcher", actor=Viewer.system("dispatcher"), at=at)
    messages.post_card(
        row.pk,
        "nobody",
        Text(
            "这个科室暂时没有医生值班。您可以继续等待、换一个科室、给下一班医生留言，或取消问诊。",
            "No doctor of this department is on duty right now. You can keep waiting, change the"
            " department, leave a message for the next shift, or cancel.",
        ),
    )
    announce(row, events.ConsultationNobodyFound)


@outbox.in_one_transaction()
def accept(
    consultation_id: UUID,
    *,
    practitioner: PractitionerCard,
    at: datetime,
    viewer: Viewer | None = None,
) -> None:
    """The doctor has the visit from now on. The caller has asked policy `accept_consultation`.

    Args:
        viewer: the doctor's sign-in, for the audit line.
    Raises:
        NotFound: the visit is of another institution.
        IllegalStep: somebody else was faster, or the patient has left.
    Emits: ConsultationAccepted.
    """
    row = locked(consultation_id)
    if row.institution_id != practitioner.institution_id:
        raise NotFound
    if row.holder_id == practitioner.user_id:
        raise Conflict(
            "own_visit",
            Text(
                "不能接诊自己账号发起的问诊。", "A doctor cannot take a visit of the own account."
            ),
        )
    take(
        row,
        "accept",
        who="doctor",
        actor=viewer or _doctor(practitioner),
        at=at,
        changes={
            "practitioner_id": practitioner.id,
            "doctor_user_id": practitioner.user_id,
            "accepted_at": at,
        },
    )
    messages.admit_doctor(row.pk, practitioner.user_id, closes_at=at + rules.CHAT_TIME)
    messages.post_card(
        row.pk,
        "accepted",
        Text(
            f"{practitioner.name.zh}（{practitioner.title.zh}）已接诊，可以开始交流了。",
            f"{practitioner.name.en} ({practitioner.title.en}) has taken your visit;"
            " you can talk now.",
        ),
        practitioner_id=str(practitioner.id),
    )
    announce(row, events.ConsultationAccepted, practitioner_id=practitioner.id)


def _doctor(practitioner: PractitionerCard) -> Viewer:
    return Viewer(
        user_id=practitioner.user_id,
        roles=frozenset({"doctor"}),
        permissions=frozenset(),
        institution_id=practitioner.institution_id,
    )


@outbox.in_one_transaction()
def hand_over(
    consultation_id: UUID,
    *,
    reason: str,
    at: datetime,
    who: str,
    viewer: Viewer | None = None,
) -> None:
    """Give an active visit back to the queue, with its whole thread and its place.

    Args:
        reason: of `rules.RETURN_REASONS`.
        who: clock, dispatcher or doctor; the doctor's own request goes through `hand_back`.
    Raises:
        Invalid: no such reason.
        IllegalStep: the visit is not active.
    Emits: ConsultationReturned.
    """
    if reason not in rules.RETURN_REASONS:
        raise Invalid(FieldError("reason", Text("没有这个原因。", "There is no such reason.")))
    give_back(
        locked(consultation_id),
        "hand_over",
        who=who,
        actor=viewer or Viewer.system(who),
        at=at,
        reason=reason,
    )


def give_back(
    row: Consultation, name: str, *, who: str, actor: Viewer, at: datetime, reason: str
) -> None:
    """`hand_over` and `no_reply`: the visit waits again. The row is locked."""
    former = row.practitioner_id
    former_user = row.doctor_user_id
    take(
        row,
        name,
        who=who,
        actor=actor,
        at=at,
        reason=reason,
        detail={"practitioner_id": str(former)},
        changes={
            "practitioner_id": None,
            "doctor_user_id": None,
            "accepted_at": None,
            "returned": row.returned + 1,
        },
    )
    messages.admit_doctor(row.pk, None)
    why = rules.RETURN_REASONS[reason]
    messages.post_card(
        row.pk,
        "returned",
        Text(
            f"{why.zh}，正在为您转给其他医生。您的排队顺序不变，之前的对话会一并转交。",
            f"{why.en[0].upper()}{why.en[1:]}; another doctor is being found. You keep your place,"
            " and the conversation so far goes along.",
        ),
        reason=reason,
    )
    announce(
        row,
        events.ConsultationReturned,
        f"user:{former_user}",
        practitioner_id=former,
        reason=reason,
    )
