"""One search finds one's own conversations, records, doctors and files, and marks what was hit."""

import pytest

from xinglin.care.consultation import services
from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.messages import words
from xinglin.care.consultation.queries import finding
from xinglin.care.consultation.services import indexing
from xinglin.care.consultation.tests import factories as make
from xinglin.kernel import ids

pytestmark = pytest.mark.django_db
GROUPS = ("messages", "records", "doctors", "files")


def search(browser, q, **more):
    answer = browser.get("/search", q=q, **more)
    assert answer.status_code == 200, answer.content
    return answer.json()


def counts(browser, q):
    found = search(browser, q)
    return {group: len(found[group]["items"]) for group in GROUPS}


def marked(item):
    said = list(item["excerpt"])
    return ["".join(said[a:b]) for a, b in item["marks"]]


def close(visit, doctor):
    make.sign(visit, doctor)
    services.close(doctor.viewer, visit, reason="treated", at=make.now())


@pytest.fixture
def visit(cast):
    visit = make.active(cast.patient, cast.doctor)
    make.say(visit, cast.patient, words="昨晚开始头痛，吃了布洛芬 Ibuprofen")
    body = {"document_id": str(ids.new()), "name": "血常规 Blood count.pdf", "pages": 2, "bytes": 9}
    messages.post(visit, cast.patient.id, "document", body)
    return visit


def test_the_words_of_an_assistant_are_found_under_the_own_name(cast, at_the_door, visit):
    by = {"assistant": str(ids.new()), "name": "周敏", "lead": {"zh": "张", "en": "Zhang"}}
    messages.post(visit, cast.doctor.id, "text", {"text": "请先测一次体温", "by": by})
    [hit] = search(at_the_door.patient, "体温")["messages"]["items"]
    assert (hit["sender"], hit["by"]["name"]) == ("doctor", "周敏")


@pytest.mark.parametrize("indexed", [False, True])
def test_two_characters_or_an_english_word_find_everything(cast, at_the_door, visit, indexed):
    close(visit, cast.doctor)
    if indexed:
        while indexing.follow():
            pass
    patient = at_the_door.patient
    assert counts(patient, "头痛") == {"messages": 1, "records": 0, "doctors": 0, "files": 0}
    assert counts(patient, "ibuprofen")["messages"] == 1
    assert counts(patient, "上呼吸道") == {"messages": 0, "records": 1, "doctors": 0, "files": 0}
    assert counts(patient, "RESPIRATORY")["records"] == 1
    assert counts(patient, "多饮水")["records"] == 1
    assert counts(patient, "听澜") == {"messages": 0, "records": 0, "doctors": 1, "files": 0}
    assert counts(patient, "tinglan")["doctors"] == 1
    assert counts(patient, "血常规")["files"] == 1
    assert counts(patient, "blood PDF")["files"] == 1
    assert counts(patient, "没有这回事") == dict.fromkeys(GROUPS, 0)


def test_a_visit_is_found_by_its_complaint_before_anything_is_signed(cast, at_the_door, visit):
    [found] = search(at_the_door.patient, "咳嗽")["records"]["items"]
    assert (found["part"], found["signed_version"]) == ("complaint", None)
    assert marked(found) == ["咳嗽"]


def test_a_hit_leads_to_the_message(cast, at_the_door, visit):
    [found] = search(at_the_door.patient, "头痛")["messages"]["items"]
    assert found["visit"]["id"] == str(visit)
    thread = at_the_door.patient.get(
        f"/consultations/{visit}/messages", before=found["seq"] + 1, limit=1
    ).json()["messages"]
    assert "头痛" in thread[0]["body"]["text"]
    assert marked(found) == ["头痛"]


def test_what_was_withdrawn_or_changed_is_not_found(cast, at_the_door, visit):
    first = messages.post(visit, cast.patient.id, "text", {"text": "左膝疼痛"})
    messages.post(visit, cast.patient.id, "edit", {"of": first, "text": "右膝肿胀"})
    assert counts(at_the_door.patient, "左膝")["messages"] == 0
    assert counts(at_the_door.patient, "右膝")["messages"] == 1
    messages.post(visit, cast.patient.id, "withdrawal", {"of": first})
    assert counts(at_the_door.patient, "右膝")["messages"] == 0


def test_an_amended_record_is_found_by_what_holds_now(cast, at_the_door, visit):
    close(visit, cast.doctor)
    fields = make.RECORD | {"advice": "改服蜂蜜柠檬水，三天不好转请到医院就诊。"}
    services.amend(cast.doctor.viewer, visit, fields=fields, reason="补充建议细节", at=make.now())
    assert counts(at_the_door.patient, "蜂蜜")["records"] == 1
    assert counts(at_the_door.patient, "多饮水")["records"] == 0


def test_nobody_finds_what_is_somebody_elses(cast, at_the_door, visit):
    close(visit, cast.doctor)
    for q in ("头痛", "咳嗽", "听澜", "血常规", "上呼吸道"):
        assert counts(at_the_door.other_patient, q) == dict.fromkeys(GROUPS, 0), q
    for stranger, status in (("doctor", 403), ("operator", 403), ("stranger", 401)):
        assert getattr(at_the_door, stranger).get("/search", q="头痛").status_code == status


@pytest.mark.parametrize(
    ("q", "code"),
    [("头", "query_too_short"), ("  ", "query_too_short"), ("头" * 61, "query_too_long")],
)
def test_a_question_that_finds_nothing_says_why(cast, at_the_door, q, code):
    refused = at_the_door.patient.get("/search", q=q)
    assert (refused.status_code, refused.json()["code"]) == (422, code)


@pytest.mark.parametrize("group", ["messages", "records"])
def test_one_group_goes_on_page_by_page(cast, at_the_door, monkeypatch, group):
    monkeypatch.setattr(finding, "_AT_ONCE", 2)
    for nth in range(5):
        visit = make.active(cast.patient, cast.doctor)
        make.say(visit, cast.patient, words=f"咳嗽第{nth}天")
        close(visit, cast.doctor)
    read, after = [], None
    while True:
        more = {"after": after} if after else {}
        page = search(at_the_door.patient, "咳嗽", group=group, limit=2, **more)
        assert [g for g in GROUPS if page[g] is not None] == [group]
        read += [(i["visit"]["id"], i.get("seq")) for i in page[group]["items"]]
        after = page[group]["next"]
        if after is None:
            break
    assert len(read) == len(set(read)) == (10 if group == "messages" else 5)
    assert read == sorted(read, key=lambda r: (r[0], r[1] or 0), reverse=True)


def test_doctors_go_on_page_by_page_too(cast, at_the_door):
    for doctor in (cast.doctor, cast.other_doctor):
        close(make.active(cast.patient, doctor), doctor)
    first = search(at_the_door.patient, "tinglan", group="doctors", limit=1)["doctors"]
    after = {"group": "doctors", "limit": 1, "after": first["next"]}
    second = search(at_the_door.patient, "tinglan", **after)["doctors"]
    found = [each["doctor"]["id"] for each in first["items"] + second["items"]]
    assert found == [str(cast.other_doctor.card.id), str(cast.doctor.card.id)]
    assert second["next"] is None


def test_a_key_of_another_group_begins_anew(cast, at_the_door, visit):
    first = search(at_the_door.patient, "咳嗽", group="records")
    again = search(at_the_door.patient, "咳嗽", group="records", after=f"{visit}:3")
    assert first == again


def test_what_is_shown_is_told_to_the_patient(cast, at_the_door, visit):
    close(visit, cast.doctor)
    search(at_the_door.patient, "多饮水")
    assert ("record.list", cast.patient.id) in make.audited(visit)


def test_the_answer_costs_as_many_queries_however_many_visits_there_are(
    cast, at_the_door, django_assert_max_num_queries
):
    for _ in range(6):
        close(make.active(cast.patient, cast.doctor), cast.doctor)
    search(at_the_door.patient, "咳嗽")
    with django_assert_max_num_queries(16):
        assert counts(at_the_door.patient, "咳嗽")["records"] == 6 - 1


def test_marks_count_characters_whatever_their_width():
    assert words.marks("😀头痛头痛", ["头痛"]) == [(1, 5)]
    assert words.marks("ＡＢＣ 体温３８度", ["abc", "温38"]) == [(0, 3), (5, 8)]
    assert words.marks("ﬁne", ["fine"]) == [(0, 3)]
    assert words.marks("头痛", ["没有"]) == []


def test_an_excerpt_holds_the_hit_and_its_marks():
    text = "前" * 200 + "头痛" + "后" * 200
    said, marks = words.excerpt(text, ["头痛"])
    assert len(said) < 110
    [(start, end)] = marks
    assert said[start:end] == "头痛"
    assert said.startswith("…")
    assert said.endswith("…")
