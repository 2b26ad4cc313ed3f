"""Words are found as their reader sees them, in one's own conversations and in no others."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xinglin.care.consultation import services
from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.messages import words
from xinglin.care.consultation.queries import search
from xinglin.care.consultation.services import indexing
from xinglin.care.consultation.tests import factories as make

pytestmark = pytest.mark.django_db
# Candidates and texts.
QUERIES = 2


def found(person, q, **more):
    return search.find_messages(person.viewer, q, limit=20, **more)


def said(person, q):
    return [m.body["text"] for m in found(person, q)["messages"]]


def index_all():
    while indexing.follow():
        pass


def unindexed(visit):
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from consultation_search where consultation_id = %s", [visit]
        )
        return not cursor.fetchone()[0]


@pytest.fixture(params=["open", "ended, not indexed", "indexed"])
def settle(request):
    """Brings a conversation to where it is looked for; what is found must be the same."""

    def settle(visit, doctor):
        if request.param != "open":
            make.sign(visit, doctor)
            services.close(doctor.viewer, visit, reason="treated", at=make.now())
        if request.param == "indexed":
            index_all()
            assert not unindexed(visit)

    return settle


def test_both_sides_find_what_was_said(cast, settle):
    visit = make.active(cast.patient, cast.doctor)
    make.say(visit, cast.patient, words="昨晚开始头痛，体温３８度")
    make.say(visit, cast.doctor, words="Please take ibuprofen 200 mg")
    settle(visit, cast.doctor)
    for person in (cast.patient, cast.doctor):
        assert said(person, "头痛") == ["昨晚开始头痛，体温３８度"]
        assert said(person, "体温38") == ["昨晚开始头痛，体温３８度"]
        assert said(person, "IBUPROFEN  mg") == ["Please take ibuprofen 200 mg"]
        assert said(person, "头痛 ibuprofen") == []
        assert said(person, "痛头") == []


def test_nobody_else_finds_it(cast, settle):
    visit = make.active(cast.patient, cast.doctor)
    make.say(visit, cast.patient, words="昨晚开始头痛")
    settle(visit, cast.doctor)
    for stranger in (cast.other_patient, cast.other_doctor, cast.operator):
        assert said(stranger, "头痛") == []


def test_a_doctor_who_handed_over_finds_it_no_more(cast):
    visit = make.active(cast.patient, cast.doctor)
    make.say(visit, cast.patient, words="昨晚开始头痛")
    services.hand_back(cast.doctor.viewer, visit, reason="not_my_field", at=make.now())
    make.accept(visit, cast.other_doctor)
    assert said(cast.doctor, "头痛") == []
    assert said(cast.other_doctor, "头痛") == ["昨晚开始头痛"]


def test_a_message_is_found_by_its_last_words_only(cast, settle):
    visit = make.active(cast.patient, cast.doctor)
    first = messages.post(visit, cast.patient.id, "text", {"text": "左膝疼痛"})
    messages.post(visit, cast.patient.id, "edit", {"of": first, "text": "右膝疼痛"})
    messages.post(visit, cast.patient.id, "edit", {"of": first, "text": "右膝肿胀"})
    settle(visit, cast.doctor)
    assert said(cast.doctor, "右膝") == ["右膝肿胀"]
    assert [m.seq for m in found(cast.doctor, "肿胀")["messages"]] == [first]
    for old in ("左膝", "疼痛"):
        assert said(cast.doctor, old) == []


def test_a_withdrawn_message_is_never_found(cast, settle):
    visit = make.active(cast.patient, cast.doctor)
    first = messages.post(visit, cast.patient.id, "text", {"text": "左膝疼痛"})
    messages.post(visit, cast.patient.id, "edit", {"of": first, "text": "右膝疼痛"})
    messages.post(visit, cast.patient.id, "withdrawal", {"of": first})
    settle(visit, cast.doctor)
    for person in (cast.patient, cast.doctor):
        assert said(person, "左膝") == said(person, "右膝") == []


def test_the_words_of_the_house_are_not_searched(cast):
    visit = make.active(cast.patient, cast.doctor)
    make.say(visit, cast.patient, words="在吗医生")
    assert said(cast.patient, "医生") == ["在吗医生"]


def test_an_ended_conversation_is_indexed_once(cast):
    visit = make.ended(cast.patient, cast.doctor)
    open_visit = make.active(cast.other_patient, cast.doctor)
    assert indexing.follow() == 1
    assert indexing.follow() == 0
    assert not unindexed(visit)
    assert unindexed(open_visit)


def test_what_counts_messages_touches_no_index(cast):
    """Else no update of a thread would stay within its page (HOT)."""
    with connection.cursor() as cursor:
        cursor.execute("""
            select distinct a.attname from pg_index i
            join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = i.indexrelid
                and d.refobjid = i.indrelid and d.refobjsubid > 0
            join pg_attribute a on a.attrelid = i.indrelid and a.attnum = d.refobjsubid
            where i.indrelid = 'consultation_thread'::regclass order by 1""")
        indexed = {name for (name,) in cursor.fetchall()}
    assert indexed == {"consultation_id", "holder_id", "doctor_user_id", "is_open", "is_indexed"}


def test_pages_follow_each_other_newest_first(cast, monkeypatch):
    monkeypatch.setattr(search, "_AT_ONCE", 2)
    visits = []
    for _ in range(3):
        visit = make.active(cast.patient, cast.doctor)
        for number in range(3):
            make.say(visit, cast.patient, words=f"第{number}次头痛")
            make.say(visit, cast.doctor, words="不相干")
        make.sign(visit, cast.doctor)
        services.close(cast.doctor.viewer, visit, reason="treated", at=make.now())
        visits.append(visit)
        if len(visits) == 1:
            index_all()
    whole = [(visit, f"第{n}次头痛") for visit in visits[::-1] for n in (2, 1, 0)]
    for limit in (1, 2, 3, 4, 9, 20):
        read, after = [], None
        while True:
            page = search.find_messages(cast.doctor.viewer, "头痛", after=after, limit=limit)
            assert len(page["messages"]) <= limit
            read += [(m.consultation_id, m.body["text"]) for m in page["messages"]]
            after = page["next"]
            if after is None:
                break
        assert read == whole, limit


def test_a_search_is_two_queries_however_much_is_found(cast):
    visit = make.active(cast.patient, cast.doctor)
    for _ in range(10):
        make.say(visit, cast.patient, words="头痛")
    with CaptureQueriesContext(connection) as own:
        assert len(said(cast.patient, "头痛")) == 10
    assert len(own) == QUERIES
    with CaptureQueriesContext(connection) as audited:
        assert len(said(cast.doctor, "头痛")) == 10
    assert len(audited) == QUERIES + 1


def test_what_a_doctor_is_shown_is_audited_and_what_a_patient_finds_is_not(cast):
    visit = make.active(cast.patient, cast.doctor)
    make.say(visit, cast.patient, words="头痛")
    other = make.active(cast.other_patient, cast.doctor)
    said(cast.patient, "头痛")
    said(cast.doctor, "头痛")
    lines = [(a, who) for a, who in make.audited(visit) if a == "consultation.search_messages"]
    assert lines == [("consultation.search_messages", cast.doctor.id)]
    assert "consultation.search_messages" not in {a for a, _ in make.audited(other)}


@pytest.mark.parametrize(
    ("q", "code"),
    [
        ("痛", "query_too_short"),
        ("  ", "query_too_short"),
        ("痛 头", "query_too_short"),
        ("头" * 61, "query_too_long"),
    ],
)
def test_too_little_and_too_much_is_refused_in_words(at_the_door, q, code):
    answer = at_the_door.patient.get("/messages/search", q=q)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.json()["errors"][0]["field"] == "q"


def test_the_operation_answers_messages_of_the_contract(cast, at_the_door):
    visit = make.active(cast.patient, cast.doctor)
    make.say(visit, cast.patient, words="头痛")
    for browser in (at_the_door.patient, at_the_door.doctor):
        answer = browser.get("/messages/search", q="头痛").json()
        assert answer["next"] is None
        [message] = answer["messages"]
        assert message["consultation_id"] == str(visit)
        assert message["body"] == {"text": "头痛"}
    assert at_the_door.other_patient.get("/messages/search", q="头痛").json() == {
        "messages": [],
        "next": None,
    }
    assert at_the_door.operator.get("/messages/search", q="头痛").status_code == 403
    assert at_the_door.stranger.get("/messages/search", q="头痛").status_code == 401


@pytest.mark.parametrize("after", ["x", "1:2", "z" * 36 + ":1"])
def test_a_key_of_nothing_is_refused(at_the_door, after):
    answer = at_the_door.patient.get("/messages/search", q="头痛", after=after)
    assert answer.status_code == 422


def test_a_pair_is_a_number_of_the_database():
    made = words.grams(["\uffff\uffff\U0001f600头痛 ab", "痛"])
    assert all(-(2**31) <= gram < 2**31 for gram in made)
    assert set(words.grams(["头痛"])) <= set(made)
