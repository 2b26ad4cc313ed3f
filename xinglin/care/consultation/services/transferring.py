"""A doctor gives a visit on, with a note for the next one: to a department, or to one colleague."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from xinglin.care.consultation import events, rules
from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.models import Consultation, Transfer
from xinglin.care.consultation.permissions import check_doctor
from xinglin.care.consultation.services import kinds
from xinglin.care.consultation.services.locking import locked
from xinglin.care.consultation.services.opening import official_code_of
from xinglin.care.consultation.services.steps import announce, queue_up, take
from xinglin.care.people import queries as people
from xinglin.care.people.types import PractitionerCard
from xinglin.care.triage import services as triage
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import Conflict, FieldError, IllegalStep, Invalid, NotFound
from xinglin.kernel.text import Text

_TO_WHOM = Text("请选择科室或同事。", "Please choose a department or a colleague.")
_NOTE = Text(
    "请写交接说明（{least}至{most}字），接手的医生会看到。",
    "Please write a note for the next doctor ({least} to {most} characters).",
).filled(least=rules.SHORTEST_TRANSFER_NOTE, most=rules.LONGEST_TRANSFER_NOTE)
_ONESELF = Text(
    "不能转给自己，请另选一位。", "You cannot transfer to yourself; choose another one."
)
_NOT_THERE = Text(
    "这位同事不看这个科室，请另选科室或同事。",
    "This colleague does not serve this department; please choose another one.",
)
OPEN_THERE = Text(
    "这位患者在该科室已有一个进行中的问诊，请转给其他科室，或在那里继续。",
    "The patient has an open visit in that department already; please choose another one.",
)
_TO_DEPARTMENT = Text(
    "您的医生认为{zh}更适合继续为您看，已把这次问诊转过去。您的排队顺序不变，之前的对话会一并转交。",
    "Your doctor finds that {en} suits you better and has transferred this visit there. You keep your"
    " place, and the conversation so far goes along.",
)
_TO_COLLEAGUE = Text(
    "您的医生请同事{zh}继续为您看，正在等对方接手。",
    "Your doctor has asked a colleague, Dr {en}, to go on with your visit.",
)
_CHOICE_RELEASED = Text(
    "您原来指名请{zh}医生看，这个指名已解除；如果不想换医生，可以取消问诊，之后再约{zh}医生。",
    "You had asked for Dr {en} by name; that choice is released. If you do not want another doctor,"
    " you can cancel the visit and ask for Dr {en} again later.",
)
_ELSE_DEPARTMENT = Text(
    "如果接不了，会请{zh}的其他医生。之前的对话会一并转交。",
    "If that is not possible, another doctor of {en} is asked. The conversation so far goes along.",
)


@outbox.in_one_transaction()
def transfer(
    viewer: Viewer,
    consultation_id: UUID,
    *,
    department: str = "",
    colleague: PractitionerCard | None = None,
    note: str,
    at: datetime,
    wrong_department: bool = False,
    remark: Text | None = None,
) -> str:
    """The visit waits again, in the queue of a department or for one colleague; answers the department.

    A choice of the patient by name is released, and the patient is told.

    Args:
        department: empty: where the colleague can have it.
        colleague: asked first; the caller has asked policy `staff_eligibility`.
        wrong_department: the doctor says that the patient should have been there from the start.
        remark: what else the patient reads.
    Raises:
        NotFound: the viewer is not the doctor of the visit, or the colleague is of another house.
        Invalid: no note, nobody to transfer to, or no such department.
        Conflict: open there already; the colleague's own visit.
        IllegalStep: the visit is not active.
        RuleRefused: policy `open_kind` does not let the patient be seen there.
    Locks: thread and visit, then the holder. Emits: ConsultationTransferred.
    """
    row = locked(consultation_id)
    check_doctor(viewer, row)
    if colleague is not None and colleague.institution_id != row.institution_id:
        raise NotFound
    note = note.strip()
    where = department or _where(row, colleague)
    _check_form(row, where, colleague, note)
    if row.state != "active":
        raise IllegalStep
    _check_may_go(row, colleague)
    check_policy(row, where, at)
    former, before, named = row.practitioner_id, row.department, row.named_practitioner_id
    assert former is not None  # active
    _go(viewer, row, where, colleague, note, at)
    Transfer.objects.create(
        consultation=row,
        from_practitioner_id=former,
        from_department=before,
        to_department=where,
        to_practitioner_id=colleague.id if colleague else None,
        note=note,
        at=at,
    )
    if wrong_department:
        triage.note_override(
            viewer,
            who="doctor",
            intake_id=row.intake_id,
            consultation_id=row.pk,
            institution_id=row.institution_id,
            former=before,
            chosen=where,
            at=at,
        )
    messages.admit_doctor(row.pk, None)
    _tell(row, colleague, people.practitioner(named) if named else None, remark)
    announce(
        row,
        events.ConsultationTransferred,
        f"user:{viewer.user_id}",
        f"department:{before}",
        practitioner_id=former,
        reason="transferred",
        former_department=before,
        asked_id=colleague.id if colleague else None,
    )
    return where


def _where(row: Consultation, colleague: PractitionerCard | None) -> str:
    """Where the colleague can have it: the present department, else the colleague's own."""
    if colleague is None or row.department in colleague.departments:
        return "" if colleague is None else row.department
    return colleague.departments[0] if colleague.departments else ""


def _check_form(
    row: Consultation, where: str, colleague: PractitionerCard | None, note: str
) -> None:
    wrong = []
    if colleague is not None and colleague.id == row.practitioner_id:
        wrong.append(FieldError("practitioner_id", _ONESELF))
    elif colleague is not None and where not in colleague.departments:
        wrong.append(FieldError("practitioner_id", _NOT_THERE))
    elif not where:
        wrong.append(FieldError("department", _TO_WHOM))
    if not rules.SHORTEST_TRANSFER_NOTE <= len(note) <= rules.LONGEST_TRANSFER_NOTE:
        wrong.append(FieldError("note", _NOTE))
    if wrong:
        raise Invalid(*wrong)
    official_code_of(where)


def _check_may_go(row: Consultation, colleague: PractitionerCard | None) -> None:
    if colleague is not None and colleague.user_id == row.holder_id:
        raise Conflict(
            "own_visit",
            Text("这是该同事自己账号的问诊。", "It is a visit of that colleague's own account."),
        )


def check_policy(row: Consultation, where: str, at: datetime) -> None:
    """The patient may be seen there: asked anew, as when the visit was opened."""
    patient = people.patient_card(row.patient_id)
    who = people.asking_facts(people.asking_for(patient))
    kinds.ask(patient, official_code_of(where), at, **who).demand("advice_only")


def _go(
    viewer: Viewer,
    row: Consultation,
    where: str,
    colleague: PractitionerCard | None,
    note: str,
    at: datetime,
) -> None:
    queue_up(row.holder_id)
    detail = {
        "practitioner_id": str(row.practitioner_id),
        "from": row.department,
        "to": where,
        "asked_id": str(colleague.id) if colleague else "",
        "note_length": len(note),
        "released_id": str(row.named_practitioner_id or ""),
    }
    changes = {
        "practitioner_id": None,
        "doctor_user_id": None,
        "accepted_at": None,
        "returned": row.returned + 1,
        "department": where,
        "handed_to_id": colleague.id if colleague else None,
        "named_practitioner_id": None,
        "named_on": None,
    }
    try:
        with transaction.atomic():
            take(
                row,
                "transfer",
                who="doctor",
                actor=viewer,
                at=at,
                reason="transferred",
                detail=detail,
                changes=changes,
            )
    except IntegrityError:
        raise Conflict("open_there", OPEN_THERE) from None


def _tell(
    row: Consultation,
    colleague: PractitionerCard | None,
    released: PractitionerCard | None,
    remark: Text | None,
) -> None:
    """In plain words; the note is between doctors. `released`: whom the patient had asked for."""
    where = people.department(row.department).name
    if colleague is None:
        text = _TO_DEPARTMENT.filled(zh=where.zh, en=where.en)
    else:
        asked = _TO_COLLEAGUE.filled(
            zh=f"{colleague.name.zh}（{colleague.title.zh}）",
            en=f"{colleague.name.en} ({colleague.title.en})",
        )
        else_ = _ELSE_DEPARTMENT.filled(zh=where.zh, en=where.en)
        text = Text(f"{asked.zh}{else_.zh}", f"{asked.en} {else_.en}")
    if released is not None:
        freed = _CHOICE_RELEASED.filled(zh=released.name.zh, en=released.name.en)
        text = Text(f"{text.zh}{freed.zh}", f"{text.en} {freed.en}")
    if remark is not None:
        text = Text(f"{text.zh}{remark.zh}", f"{text.en} {remark.en}")
    messages.post_card(row.pk, "transferred", text, department=row.department)
