"""Asking a colleague: what is given, who reads it and for how long, and that the record holds the answer."""

import json
import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from xinglin.care.consultation import queries, rules, services
from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.models import (
    Consultation,
    Question,
    QuestionStep,
    RecordVersion,
)
from xinglin.care.consultation.queries.exports import export_part
from xinglin.care.consultation.services.inviting import Invitation
from xinglin.care.consultation.services.joining import Entry
from xinglin.care.consultation.tests import factories as make
from xinglin.care.people.models import Licence
from xinglin.care.people.tests import factories as people
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.models import AuditLine
from xinglin.foundation.outbox.models import OutboxEvent
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import Conflict, IllegalStep, Invalid, NotFound, RuleRefused

pytestmark = pytest.mark.django_db
WORDS = "这样的皮疹需要做过敏原检查吗？"


@pytest.fixture
def visit(cast):
    return make.active(cast.patient, cast.doctor)


def ask(cast, visit: UUID, **changes) -> UUID:
    told = {"practitioner_id": cast.other_doctor.card.id, "words": WORDS, **changes}
    asked = services.Asked(**told)
    return services.ask_colleague(cast.doctor.viewer, visit, asked, at=clock.now())


def answer(cast, question: UUID, words: str = "暂时不需要，先停用新的护肤品。") -> None:
    services.answer_question(cast.other_doctor.viewer, question, answer=words, at=clock.now())


def test_the_answer_is_part_of_the_record_and_signed_with_it(cast, visit):
    question = ask(cast, visit)
    answer(cast, question)
    (told,) = queries.questions_of_visit(cast.doctor.viewer, visit)
    assert (told["state"], told["question"]) == ("answered", WORDS)
    make.sign(visit, cast.doctor)
    version = queries.holding_version(visit)
    (consulted,) = version["consulted"]
    assert consulted["doctor"]["id"] == cast.other_doctor.card.id
    assert consulted["answer"].startswith("暂时不需要")
    summary = queries.summary(cast.patient.viewer, visit)
    assert summary["verified"]
    assert summary["version"]["consulted"] == version["consulted"]
    (copy,) = export_part(cast.patient.id).data["visits"]
    assert copy["records"][0]["consulted"] == RecordVersion.objects.get().consulted


def test_a_changed_answer_no_longer_verifies(cast, visit):
    answer(cast, ask(cast, visit))
    make.sign(visit, cast.doctor)
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("alter table consultation_record_version disable trigger user")
        cursor.execute(
            "update consultation_record_version"
            " set consulted = jsonb_set(consulted, '{0,answer}', '\"别的\"')"
        )
        cursor.execute("alter table consultation_record_version enable trigger user")
    assert not queries.summary(cast.patient.viewer, visit)["verified"]


def test_without_a_colleague_the_record_is_signed_as_before(cast, visit):
    ask(cast, visit)
    make.sign(visit, cast.doctor)
    assert queries.holding_version(visit)["consulted"] == []
    assert queries.summary(cast.patient.viewer, visit)["verified"]


def test_an_answer_after_the_signature_comes_with_the_next_version(cast, visit):
    question = ask(cast, visit)
    make.sign(visit, cast.doctor)
    answer(cast, question)
    assert queries.holding_version(visit)["consulted"] == []
    services.amend(
        cast.doctor.viewer, visit, fields=make.RECORD, reason="补充会诊意见", at=clock.now()
    )
    assert len(queries.holding_version(visit)["consulted"]) == 1
    assert queries.summary(cast.patient.viewer, visit)["verified"]


def test_the_patient_is_told_that_a_colleague_was_asked(cast, visit):
    ask(cast, visit)
    assert make.cards(visit)[-1] == "colleague_asked"
    ask(cast, visit, with_identity=True)
    page = queries.messages_of(cast.patient.viewer, visit, since=0, limit=200)["messages"]
    without, named = (m.body["text"] for m in page if m.body.get("card") == "colleague_asked")
    assert "看不到您的姓名" in without["zh"]
    assert "看不到" not in named["zh"]
    assert WORDS not in json.dumps([without, named], ensure_ascii=False)
    kind, audience = make.events(visit)[-1]
    assert kind == "ColleagueAsked", "without an event of the visit no line fetches the card"
    assert audience == {f"user:{cast.patient.id}", f"user:{cast.doctor.id}"}


# An id or a time may hold any three digits.
NUMBERS_OF_THE_HOUSE = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\d[ T]\d\d:\d\d:[\d.+:Z]+"
)


def everything_a_patient_could_say() -> list[str]:
    return [
        "我叫林小满，小满从小过敏",
        "电话13800138000，也可以打 138 0013 8000",
        f"身份证{people.id_number()}",
        "我住杭州市西湖区文三路123号5幢602室",
        "女儿林小雨也起疹子，微信号: lin_xm88",
        "血压120/80，体温38.5℃，2026-01-05开始",
    ]


def test_the_view_without_identity_holds_no_name_number_phone_or_address(cast, visit):
    people.register(cast.patient.viewer, name="林小雨", born=people.GIRL, relation="child")
    made = services.invite(
        cast.patient.viewer,
        visit,
        invitation=Invitation(relation="spouse", name="陈大海"),
        at=clock.now(),
    )
    entry = Entry(name="陈大海", device=ids.new(), agreed=True)
    services.enter(
        made.path.split("#")[1], entry=entry, viewer=Viewer.system("tests"), at=clock.now()
    )
    for words in everything_a_patient_could_say():
        make.say(visit, cast.patient, words=words)
    make.say(visit, cast.doctor, words="林小满您好，陈大海也在吗？")
    services.save_draft(
        cast.doctor.viewer,
        visit,
        fields={**make.RECORD, "present_illness": "林小满，三天前受凉"},
        revision=0,
        at=clock.now(),
    )
    question = ask(cast, visit, words="林小满的皮疹要紧吗？")
    seen = queries.question(cast.other_doctor.viewer, question)
    listed = queries.inbox(cast.other_doctor.viewer, after=None, limit=20)
    whole = json.dumps([seen, listed], ensure_ascii=False, default=str)
    told = NUMBERS_OF_THE_HOUSE.sub("", whole)
    for part in ("林小", "小满", "小雨", "陈大海", "138", "110000", "西湖", "文三", "lin_xm88"):
        assert part not in told, part
    for leads_back in (visit, cast.patient.patient_id, cast.patient.id):
        assert str(leads_back) not in whole
    for stays in ("血压120/80", "38.5℃", "2026-01-05", "三天前受凉", "的皮疹要紧吗"):
        assert stays in told
    assert seen["given"]["patient"]["name"] == ""


def test_with_identity_the_name_is_given(cast, visit):
    question = ask(cast, visit, with_identity=True)
    seen = queries.question(cast.other_doctor.viewer, question)
    assert seen["given"]["patient"]["name"] == "林小满"
    assert "林小满" not in json.dumps(Question.objects.get().given, ensure_ascii=False)


def test_what_is_said_later_is_not_given(cast, visit):
    question = ask(cast, visit)
    make.say(visit, cast.patient, words="后来又说的话")
    assert "后来" not in str(queries.question(cast.other_doctor.viewer, question))


def test_pictures_are_given_one_by_one(cast, visit):
    first, second = (make.picture(cast.patient) for _ in range(2))
    for each in (first, second):
        body = {"picture_id": str(each), "width": 4, "height": 3}
        messages.post(visit, cast.patient.id, "picture", body)
    question = ask(cast, visit, picture_ids=(first, first))
    colleague = cast.other_doctor.viewer
    assert queries.question(colleague, question)["picture_ids"] == [str(first)]
    assert queries.question_picture(colleague, question, first) == first
    with pytest.raises(NotFound):
        queries.question_picture(colleague, question, second)
    with pytest.raises(Invalid) as refused:
        ask(cast, visit, picture_ids=(make.picture(cast.patient),))
    assert [e.field for e in refused.value.errors] == ["picture_ids"]


def test_only_the_colleague_reads_it_and_every_reading_is_audited(cast, visit):
    question = ask(cast, visit)
    strangers = [cast.patient, cast.other_patient, cast.doctor, cast.operator, make.doctor()]
    for person in strangers:
        with pytest.raises(NotFound):
            queries.question(person.viewer, question)
        with pytest.raises(NotFound):
            services.answer_question(person.viewer, question, answer="好的", at=clock.now())
        assert queries.inbox(person.viewer, after=None, limit=20)["items"] == []
    for _ in range(2):
        queries.question(cast.other_doctor.viewer, question)
    queries.inbox(cast.other_doctor.viewer, after=None, limit=20)
    lines = AuditLine.objects.filter(thing_id=question, actor_id=cast.other_doctor.id)
    assert sorted(line.action for line in lines) == [
        "question.list",
        "question.read",
        "question.read",
    ]
    assert {line.subject_id for line in lines} == {cast.patient.patient_id}
    with pytest.raises(NotFound):
        queries.get(cast.other_doctor.viewer, visit)


def test_it_may_be_read_for_a_week_after_the_answer(cast, visit):
    question = ask(cast, visit)
    answer(cast, question)
    colleague = cast.other_doctor.viewer
    assert queries.question(colleague, question)["answer"]
    with clock.frozen(clock.now() + rules.READABLE_AFTER_ANSWER + timedelta(seconds=1)):
        with pytest.raises(NotFound):
            queries.question(colleague, question)
        assert queries.inbox(colleague, after=None, limit=20)["items"] == []
    assert queries.questions_of_visit(cast.doctor.viewer, visit)[0]["answer"]


def test_an_unanswered_question_lapses_after_a_day_and_the_asker_is_told(cast, visit):
    question = ask(cast, visit)
    later = clock.now() + timedelta(hours=24, seconds=1)
    assert services.lapse_questions(at=clock.now()) == 0
    assert services.lapse_questions(at=later) == 1
    assert services.lapse_questions(at=later) == 0
    step = QuestionStep.objects.get(question_id=question, step="lapse")
    assert (step.from_state, step.to_state, step.who) == ("asked", "lapsed", "clock")
    event = OutboxEvent.objects.get(kind="QuestionLapsed")
    assert f"user:{cast.doctor.id}" in event.audience
    with pytest.raises(Conflict) as told:
        answer(cast, question)
    assert told.value.code == "question_over"
    with pytest.raises(NotFound):
        queries.question(cast.other_doctor.viewer, question)


def test_past_its_time_it_is_not_answered_even_before_the_sweep(cast, visit):
    question = ask(cast, visit)
    later = clock.now() + timedelta(hours=25)
    with pytest.raises(Conflict):
        services.answer_question(cast.other_doctor.viewer, question, answer="好的", at=later)


def test_the_asker_takes_it_back(cast, visit):
    question = ask(cast, visit)
    with pytest.raises(NotFound):
        services.withdraw_question(cast.other_doctor.viewer, question, at=clock.now())
    for _ in range(2):
        services.withdraw_question(cast.doctor.viewer, question, at=clock.now())
    assert QuestionStep.objects.filter(question_id=question, step="withdraw").count() == 1
    with pytest.raises(NotFound):
        queries.question(cast.other_doctor.viewer, question)
    with pytest.raises(Conflict):
        answer(cast, question)


def test_who_may_not_work_any_more_does_not_answer(cast, visit):
    question = ask(cast, visit)
    Licence.objects.filter(practitioner_id=cast.other_doctor.card.id).update(
        valid_until=clock.now() - timedelta(days=1)
    )
    with pytest.raises(RuleRefused):
        answer(cast, question)
    assert Question.objects.get(pk=question).state == "asked"


def test_whoever_answered_or_had_the_visit_before_is_named_in_a_dispute(cast, visit):
    answer(cast, ask(cast, visit))
    ask(cast, visit, practitioner_id=make.doctor().card.id)  # who never answers
    services.hand_back(cast.doctor.viewer, visit, reason="doctor_unable", at=clock.now())
    make.accept(visit, third := make.doctor())
    named = set(queries.visit_facts(visit).practitioner_ids)
    assert named == {who.card.id for who in (cast.doctor, cast.other_doctor, third)}


def test_it_is_answered_once(cast, visit):
    question = ask(cast, visit)
    answer(cast, question)
    with pytest.raises(Conflict):
        answer(cast, question, "另一个答复")
    with pytest.raises(Conflict):
        services.withdraw_question(cast.doctor.viewer, question, at=clock.now())
    kinds = [
        e.kind for e in OutboxEvent.objects.filter(kind__startswith="Question").order_by("seq")
    ]
    assert kinds == ["QuestionAsked", "QuestionAnswered"]
    for event in OutboxEvent.objects.filter(kind__startswith="Question"):
        assert set(event.payload) == {"question_id"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"words": "  "}, "question"),
        ({"words": "在吗"}, "question"),
        ({"words": "问" * 1001}, "question"),
        # With the name blotted it is longer, and nothing of it is cut off.
        ({"words": "林小满" + "问" * 997}, "question"),
        ({"picture_ids": (UUID(int=9),)}, "picture_ids"),
    ],
)
def test_a_wrong_question_names_the_field(cast, visit, changes, field):
    with pytest.raises(Invalid) as refused:
        ask(cast, visit, **changes)
    (error,) = refused.value.errors
    assert error.field == field
    assert error.text.zh != error.text.en
    assert not Question.objects.exists()


@pytest.mark.parametrize("words", ["", " ", "好", "好" * 2001])
def test_a_wrong_answer_is_refused(cast, visit, words):
    question = ask(cast, visit)
    with pytest.raises(Invalid) as refused:
        answer(cast, question, words)
    assert [e.field for e in refused.value.errors] == ["answer"]


def test_who_may_not_be_asked(cast, visit):
    with pytest.raises(Invalid):
        ask(cast, visit, practitioner_id=cast.doctor.card.id)
    with pytest.raises(NotFound):
        ask(cast, visit, practitioner_id=ids.new())
    Licence.objects.filter(practitioner_id=cast.other_doctor.card.id).update(
        valid_until=clock.now() - timedelta(days=1)
    )
    with pytest.raises(RuleRefused):
        ask(cast, visit)
    assert not Question.objects.exists()


def test_only_the_doctor_of_an_open_visit_asks(cast, visit):
    asked = services.Asked(practitioner_id=cast.other_doctor.card.id, words=WORDS)
    for person in (cast.patient, cast.other_doctor, cast.operator):
        with pytest.raises(NotFound):
            services.ask_colleague(person.viewer, visit, asked, at=clock.now())
    services.stop(cast.doctor.viewer, visit, referral=make.referral(), at=clock.now())
    with pytest.raises(IllegalStep):
        ask(cast, visit)


def test_only_so_many_wait_at_once(cast, visit):
    questions = [ask(cast, visit) for _ in range(rules.MOST_OPEN_QUESTIONS)]
    with pytest.raises(Conflict) as told:
        ask(cast, visit)
    assert told.value.code == "too_many_questions"
    answer(cast, questions[0])
    ask(cast, visit)


def test_a_doctor_is_not_asked_about_the_own_account(cast, visit):
    Consultation.objects.filter(pk=visit).update(holder_id=cast.other_doctor.id)
    with pytest.raises(Conflict) as told:
        ask(cast, visit)
    assert told.value.code == "own_visit"


def test_the_inbox_is_paged_by_key(cast, visit):
    asked = []
    for _ in range(3):
        question = ask(cast, visit)
        answer(cast, question)
        asked.append(question)
    seen, after = [], None
    while True:
        page = queries.inbox(cast.other_doctor.viewer, after=after, limit=2)
        seen += [item["id"] for item in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert seen == asked[::-1]


def test_steps_and_questions_stand(cast, visit):
    question = ask(cast, visit)
    for act in (
        lambda: QuestionStep.objects.filter(question_id=question).update(step="x"),
        lambda: Question.objects.filter(pk=question)._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
