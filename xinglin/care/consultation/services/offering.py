"""What the dispatcher does with a visit: nobody found, accepted, handed over."""

from datetime import datetime
from uuid import UUID

from xinglin.care.consultation import events, rules
from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.models import Consultation
from xinglin.care.consultation.services.locking import locked
from xinglin.care.consultation.services.steps import announce, take
from xinglin.care.people import queries as people
from xinglin.care.people.types import PractitionerCard
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import Conflict, FieldError, IllegalStep, Invalid, NotFound
from xinglin.kernel.text import Text

_BY_NAME = Text("患者指名了另一位医生。", "The patient asked for another doctor by name.")
_BY_HAND = Text(
    "这次问诊正在请另一位同事接手。", "Another colleague is being asked to take this visit."
)
_NOBODY = Text(
    "这个科室暂时没有医生值班。您可以继续等待、换一个科室、给下一班医生留言，或取消问诊。",
    "No doctor of this department is on duty right now. You can keep waiting, change the"
    " department, leave a message for the next shift, or cancel.",
)
_NOBODY_IN = Text(
    "这个科室现在没有会说{zh}的医生值班。您可以继续等、改问任意医生、换一个科室、留言，或取消问诊。",
    "No doctor of this department who speaks {en} is on duty right now. You can keep waiting, take any"
    " doctor, change the department, leave a message, or cancel.",
)
_CHOOSE = Text(
    "没有您的同意，不会转给其他医生。您可以继续等、改问任意医生、给这位医生留言，或取消问诊。",
    "Without your word nobody else is asked. You can keep waiting, take any doctor, leave this doctor"
    " a message, or cancel.",
)

_DEPARTMENT = Text(
    "正在请{zh}的其他医生接诊，您的排队顺序不变，之前的对话都会保留。",
    "Another doctor of {en} is being asked. You keep your place, and the conversation so far goes"
    " along.",
)
_ANOTHER = Text(
    "正在为您转给其他医生。您的排队顺序不变，之前的对话会一并转交。",
    "another doctor is being found. You keep your place, and the conversation so far goes along.",
)
_YOU_CHOOSE = Text(
    "您是指名问诊的，没有您的同意不会转给其他医生。请选择接下来怎么办，之前的对话会保留。",
    "you asked for this doctor, so nobody else is asked without your word. Please choose what to do;"
    " the conversation so far is kept.",
)


@outbox.in_one_transaction()
def find_nobody(
    consultation_id: UUID,
    at: datetime,
    *,
    named: PractitionerCard | None = None,
    reason: str = "",
    language: str = "",
) -> None:
    """Tell the patient that no doctor is on duty; the patient chooses what to do.

    A visit that a colleague was asked to take goes to the department instead.

    Args:
        named: the doctor who was asked for; `reason` of `rules.NAMED_REASONS`, or `rules.PASSED_ON`,
            then tells why it is not this doctor now.
        language: that nobody on duty speaks, if that is why.

    Raises:
        IllegalStep: the visit does not wait.
    Emits: ConsultationNobodyFound, or ConsultationPassedOn.
    """
    row = locked(consultation_id)
    if row.asked_id != (named and named.id) or row.asked_language != language:
        raise IllegalStep  # the patient has just taken any doctor
    dispatcher = Viewer.system("dispatcher")
    if named and row.handed_to_id:
        _pass_on(row, named, reason, at)
        return
    take(row, "find_nobody", who="dispatcher", actor=dispatcher, at=at, reason=reason)
    told = _not_now(named, reason) if named else _nobody(language)
    messages.post_card(row.pk, "nobody", told)
    announce(row, events.ConsultationNobodyFound)


def _pass_on(row: Consultation, colleague: PractitionerCard, reason: str, at: datetime) -> None:
    """The row is locked."""
    dispatcher = Viewer.system("dispatcher")
    detail = {"practitioner_id": str(colleague.id)}
    take(row, "pass_on", who="dispatcher", actor=dispatcher, at=at, reason=reason, detail=detail)
    why = rules.PASSED_ON[reason].filled(zh=colleague.name.zh, en=colleague.name.en)
    where = people.department(row.department).name
    next_ = _DEPARTMENT.filled(zh=where.zh, en=where.en)
    text = Text(f"{why.zh}{next_.zh}", f"{why.en} {next_.en}")
    messages.post_card(row.pk, "passed_on", text, reason=reason)
    announce(row, events.ConsultationPassedOn, practitioner_id=colleague.id, reason=reason)


def _nobody(language: str) -> Text:
    wished = people.language(language)
    if wished is None:
        return _NOBODY
    return _NOBODY_IN.filled(zh=wished.name.zh, en=wished.name.en)


def _not_now(named: PractitionerCard, reason: str) -> Text:
    why = rules.NAMED_REASONS[reason].filled(zh=named.name.zh, en=named.name.en)
    return Text(f"{why.zh}{_CHOOSE.zh}", f"{why.en} {_CHOOSE.en}")


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
    if row.institution_id != practitioner.institution_id and not people.is_licensed_at(
        practitioner.id, row.institution_id
    ):
        raise NotFound
    if row.asked_id not in {None, practitioner.id}:
        raise Conflict("asked_for_another", _BY_NAME if row.named_practitioner_id else _BY_HAND)
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
    of: UUID | None = None,
) -> None:
    """Give an active visit back to the queue, with its whole thread and its place.

    Args:
        reason: of `rules.RETURN_REASONS`.
        who: clock, dispatcher or doctor; the doctor's own request goes through `hand_back`.
        of: only when this doctor (a practitioner) has it still.
    Raises:
        Invalid: no such reason.
        IllegalStep: the visit is not active, or with another doctor.
    Emits: ConsultationReturned.
    """
    if reason not in rules.RETURN_REASONS:
        raise Invalid(FieldError("reason", Text("没有这个原因。", "There is no such reason.")))
    row = locked(consultation_id)
    if of is not None and row.practitioner_id != of:
        raise IllegalStep
    give_back(
        row,
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
    next_ = _ANOTHER if row.named_practitioner_id is None else _YOU_CHOOSE
    messages.post_card(
        row.pk,
        "returned",
        Text(f"{why.zh}，{next_.zh}", f"{why.en[0].upper()}{why.en[1:]}; {next_.en}"),
        reason=reason,
    )
    announce(
        row,
        events.ConsultationReturned,
        f"user:{former_user}",
        practitioner_id=former,
        reason=reason,
    )
