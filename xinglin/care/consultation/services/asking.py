"""A doctor asks one colleague; what the colleague answers becomes part of the record (D07)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from xinglin.care.consultation import events, rules
from xinglin.care.consultation.lifecycle import QUESTION
from xinglin.care.consultation.messages import queries as threads
from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.models import Consultation, Question, QuestionStep
from xinglin.care.consultation.permissions import check_doctor
from xinglin.care.consultation.services.giving import given, speech
from xinglin.care.consultation.services.locking import locked
from xinglin.care.consultation.services.naming import may_work
from xinglin.care.consultation.services.steps import tell_parties
from xinglin.care.people import queries as people
from xinglin.care.people.types import PractitionerCard
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel import ids
from xinglin.kernel.errors import Conflict, FieldError, IllegalStep, Invalid, NotFound
from xinglin.kernel.text import Text

_AT_ONCE = 200
_ASKED = Text(
    "为了更好地帮助您，医生就您的情况请教了一位同事（{zh}）。对方看不到您的姓名、电话和证件号码。",
    "To help you better, your doctor has asked a colleague about your case ({en}). The colleague does"
    " not see your name, phone or identity number.",
)
_ASKED_BY_NAME = Text(
    "为了更好地帮助您，医生就您的情况请教了一位同事（{zh}）。",
    "To help you better, your doctor has asked a colleague about your case ({en}).",
)
_WRONG_QUESTION = Text(
    f"请写明要问的问题（{rules.SHORTEST_QUESTION}至{rules.LONGEST_QUESTION}字）。",
    f"Please write your question ({rules.SHORTEST_QUESTION} to {rules.LONGEST_QUESTION} characters).",
)
_WRONG_ANSWER = Text(
    f"请写答复（{rules.SHORTEST_ANSWER}至{rules.LONGEST_ANSWER}字）。",
    f"Please write an answer ({rules.SHORTEST_ANSWER} to {rules.LONGEST_ANSWER} characters).",
)
_ONESELF = Text(
    "请选择一位同事，不能问自己。", "Please choose a colleague; you cannot ask yourself."
)
_NO_PICTURE = Text(
    "没有找到其中的图片，请重新选择。", "A picture was not found; please choose them again."
)
_TOO_MANY = Text(
    f"一次问诊最多同时有{rules.MOST_OPEN_QUESTIONS}个问题等待答复，请先等待或撤回。",
    f"At most {rules.MOST_OPEN_QUESTIONS} questions of a visit wait at once; please wait, or take one"
    " back.",
)
_OVER = {
    "answered": Text("这个问题已经答复，不能再改。", "This question is answered already."),
    "lapsed": Text(
        "这个问题已超过24小时，不再需要答复。", "This question is older than 24 hours and over."
    ),
    "withdrawn": Text(
        "提问的医生已撤回这个问题。", "The doctor who asked has taken the question back."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`picture_ids`: of the thread, chosen one by one."""

    practitioner_id: UUID
    words: str = field(repr=False)
    with_identity: bool = False
    picture_ids: tuple[UUID, ...] = ()


@outbox.in_one_transaction()
def ask_colleague(viewer: Viewer, consultation_id: UUID, asked: Asked, *, at: datetime) -> UUID:
    """Put a question to one colleague, with a copy of the visit as it is now; answers its id.

    Raises:
        NotFound: the viewer is not the doctor of the visit, or there is no such colleague here.
        Invalid: no question, the doctor's own name, or a picture that does not stand in the thread.
        RuleRefused: policy `staff_eligibility` says that the colleague may not work.
        Conflict: the colleague's own visit, or too many questions wait.
        IllegalStep: the visit is not active.
    Locks: thread and visit. Emits: QuestionAsked.
    """
    row = locked(consultation_id)
    check_doctor(viewer, row)
    colleague = _colleague(row, asked.practitioner_id)
    say = speech(row, with_identity=asked.with_identity)
    words = say(asked.words.strip())
    pictures = _check_form(row, asked, words)
    if row.state != "active":
        raise IllegalStep
    _check_may_be_asked(row, colleague, at)
    assert row.practitioner_id is not None  # active
    due = QUESTION.due(QUESTION.initial, at)
    question = Question.objects.create(
        id=ids.new(),
        consultation=row,
        asker_id=row.practitioner_id,
        asker_user_id=viewer.user_id,
        colleague_id=colleague.id,
        colleague_user_id=colleague.user_id,
        words=words,
        with_identity=asked.with_identity,
        given=given(row, say),
        picture_ids=[str(each) for each in pictures],
        state=QUESTION.initial,
        asked_at=at,
        due_at=due and due[0],
    )
    _note(question, "ask", "", who="doctor", actor=viewer, at=at)
    text = _ASKED_BY_NAME if asked.with_identity else _ASKED
    name = {"zh": f"{colleague.name.zh}，{colleague.title.zh}"}
    name["en"] = f"Dr {colleague.name.en}, {colleague.title.en}"
    messages.post_card(row.pk, "colleague_asked", text.filled(**name))
    tell_parties(row, events.ColleagueAsked)
    _tell(events.QuestionAsked, question, question.colleague_user_id)
    return question.pk


def _colleague(row: Consultation, practitioner_id: UUID) -> PractitionerCard:
    found = people.practitioner(practitioner_id)
    if found.institution_id != row.institution_id:
        raise NotFound
    return found


def _check_form(row: Consultation, asked: Asked, words: str) -> tuple[UUID, ...]:
    wrong = []
    if asked.practitioner_id == row.practitioner_id:
        wrong.append(FieldError("practitioner_id", _ONESELF))
    if not rules.SHORTEST_QUESTION <= len(words) <= rules.LONGEST_QUESTION:
        wrong.append(FieldError("question", _WRONG_QUESTION))
    pictures = tuple(dict.fromkeys(asked.picture_ids))
    if pictures:
        sent = threads.pictures(row.pk)
        if len(pictures) > rules.MOST_QUESTION_PICTURES or not all(map(sent.get, pictures)):
            wrong.append(FieldError("picture_ids", _NO_PICTURE))
    if wrong:
        raise Invalid(*wrong)
    return pictures


def _check_may_be_asked(row: Consultation, colleague: PractitionerCard, at: datetime) -> None:
    if colleague.user_id == row.holder_id:
        raise Conflict(
            "own_visit",
            Text("这是该同事自己账号的问诊。", "It is a visit of that colleague's own account."),
        )
    may_work(colleague, at).demand()
    if (
        Question.objects.filter(consultation=row, state="asked").count()
        >= rules.MOST_OPEN_QUESTIONS
    ):
        raise Conflict("too_many_questions", _TOO_MANY)


@outbox.in_one_transaction()
def answer_question(viewer: Viewer, question_id: UUID, *, answer: str, at: datetime) -> None:
    """The colleague answers; it is part of the record from now on, and signed with it.

    Raises:
        NotFound: the question is not put to the viewer.
        Invalid: no answer, or a longer one than there is room for.
        Conflict: `question_over`: answered, lapsed or taken back.
        RuleRefused: policy `staff_eligibility` says that the colleague may not work any more.
    Locks: the question. Emits: QuestionAnswered.
    """
    question = _locked(question_id)
    if question is None or question.colleague_user_id != viewer.user_id:
        raise NotFound
    answer = answer.strip()
    if not rules.SHORTEST_ANSWER <= len(answer) <= rules.LONGEST_ANSWER:
        raise Invalid(FieldError("answer", _WRONG_ANSWER))
    _check_open(question, at)
    may_work(people.practitioner(question.colleague_id), at).demand()
    question.answer, question.answered_at = answer, at
    question.readable_until = at + rules.READABLE_AFTER_ANSWER
    _take(question, "answer", who="colleague", actor=viewer, at=at)
    _tell(events.QuestionAnswered, question, *_doctors_of(question))


@outbox.in_one_transaction()
def withdraw_question(viewer: Viewer, question_id: UUID, *, at: datetime) -> None:
    """Who asked takes it back: the colleague reads nothing of it any more. Twice is as good as once.

    Raises:
        NotFound: the viewer did not ask it.
        Conflict: `question_over`: answered or lapsed.
    Locks: the question. Emits: QuestionWithdrawn.
    """
    question = _locked(question_id)
    if question is None or question.asker_user_id != viewer.user_id:
        raise NotFound
    if question.state == "withdrawn":
        return
    _check_open(question, at)
    _take(question, "withdraw", who="doctor", actor=viewer, at=at)
    _tell(events.QuestionWithdrawn, question, question.colleague_user_id, *_doctors_of(question))


def lapse_questions(*, at: datetime) -> int:
    """Those that nobody answered in time; how many they were. Each in a transaction of its own."""
    due = Question.objects.filter(due_at__lte=at).order_by("due_at").values_list("pk", flat=True)
    return sum(_lapse(question_id, at) for question_id in due[:_AT_ONCE])


@outbox.in_one_transaction()
def _lapse(question_id: UUID, at: datetime) -> bool:
    question = _locked(question_id, skip_locked=True)
    if question is None or question.state != "asked" or (question.due_at or at) > at:
        return False
    _take(question, "lapse", who="clock", actor=Viewer.system("sweeper"), at=at)
    _tell(events.QuestionLapsed, question, question.colleague_user_id, *_doctors_of(question))
    return True


def consulted(consultation_id: UUID) -> list[dict[str, Any]] | None:
    """The answers as they are signed with the record, the first one first; None of none."""
    rows = Question.objects.filter(consultation_id=consultation_id, state="answered")
    return [
        {
            "question_id": str(row.pk),
            "practitioner_id": str(row.colleague_id),
            "question": row.words,
            "answer": row.answer,
            "with_identity": row.with_identity,
            "asked_at": row.asked_at.isoformat(),
            "answered_at": row.answered_at.isoformat() if row.answered_at else "",
        }
        for row in rows.order_by("answered_at", "pk")
    ] or None


def _locked(question_id: UUID, *, skip_locked: bool = False) -> Question | None:
    rows = Question.objects.select_for_update(of=("self",), skip_locked=skip_locked)
    return rows.filter(pk=question_id).select_related("consultation").first()


def _check_open(question: Question, at: datetime) -> None:
    state = question.state
    if state == "asked" and question.due_at is not None and question.due_at <= at:
        state = "lapsed"
    if state != "asked":
        raise Conflict("question_over", _OVER[state])


def _take(question: Question, name: str, *, who: str, actor: Viewer, at: datetime) -> None:
    """The question is locked."""
    before = question.state
    question.state = QUESTION.take(before, name, who)
    question.due_at = None
    question.save(update_fields=["state", "due_at", "answer", "answered_at", "readable_until"])
    _note(question, name, before, who=who, actor=actor, at=at)


def _note(
    question: Question, name: str, before: str, *, who: str, actor: Viewer, at: datetime
) -> None:
    QuestionStep.objects.create(
        question=question,
        step=name,
        from_state=before,
        to_state=question.state,
        who=who,
        actor_id=actor.user_id,
        at=at,
    )
    audit.record(
        actor,
        f"question.{name}",
        subject=question.consultation.patient_id,
        thing="question",
        thing_id=question.pk,
        purpose="care",
        detail={
            "consultation_id": str(question.consultation_id),
            "colleague_id": str(question.colleague_id),
            "with_identity": question.with_identity,
            "pictures": len(question.picture_ids),
        },
    )


def _doctors_of(question: Question) -> Iterable[UUID]:
    """Who asked, and whose visit it is by now."""
    present = question.consultation.doctor_user_id
    return dict.fromkeys(each for each in (question.asker_user_id, present) if each)


def _tell(event: type[events.QuestionEvent], question: Question, *users: UUID) -> None:
    """No visit is named: the colleague may not know whose question it is."""
    outbox.emit(event(audience=tuple(f"user:{each}" for each in users), question_id=question.pk))
