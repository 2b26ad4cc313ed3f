"""Transfers, questions and teams over HTTP: wrong types, too much, both languages."""

import json
from uuid import UUID

import pytest

from xinglin.care.consultation.tests import factories as make
from xinglin.kernel import ids

pytestmark = pytest.mark.django_db
UNKNOWN = str(UUID(int=7))


@pytest.fixture
def cast(db):
    return make.cast()


@pytest.fixture
def visit(cast):
    return make.active(cast.patient, cast.doctor)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("transfer", {}, 422),
        ("transfer", {"note": 5, "department": "dermatology"}, 422),
        ("transfer", {"note": "请看", "department": ["dermatology"]}, 422),
        ("transfer", {"note": "请看", "practitioner_id": "nobody"}, 422),
        ("transfer", {"note": "请看", "practitioner_id": UNKNOWN}, 404),
        ("transfer", {"note": "看" * 501, "department": "dermatology"}, 422),
        ("transfer", {"note": "看" * 5000, "department": "dermatology"}, 422),
        ("transfer", {"note": "\u202e请看😀𠮷", "department": "astrology"}, 422),
        ("questions", {}, 422),
        ("questions", {"practitioner_id": UNKNOWN, "question": None}, 422),
        ("questions", {"practitioner_id": UNKNOWN, "question": "需要检查吗？"}, 404),
        ("questions", {"practitioner_id": UNKNOWN, "question": "问" * 30_000}, 422),
    ],
)
def test_a_wrong_body_is_told_in_both_languages(cast, visit, path, body, status):
    answer = make.Browser(cast.doctor).post(f"/consultations/{visit}/{path}", body)
    assert answer.status_code == status, answer.content
    problem = answer.json()
    assert problem["text"]["zh"] != problem["text"]["en"]
    assert make.row(visit).state == "active"


def test_emoji_rare_characters_and_directions_are_kept_as_they_are(cast, visit):
    note = "😀𠮷 \u202bعربي\u202c <b>粗</b> 请看"
    sent = make.Browser(cast.doctor).post(
        f"/consultations/{visit}/transfer", {"department": make.department(1), "note": note}
    )
    assert sent.status_code == 200, sent.content
    assert sent.json() == {"consultation_id": str(visit), "department": make.department(1)}
    make.accept(visit, cast.other_doctor)
    told = make.Browser(cast.other_doctor).get(f"/consultations/{visit}/transfers").json()
    assert told["items"][0]["note"] == note


def test_a_question_goes_there_and_back(cast, visit):
    doctor, colleague = make.Browser(cast.doctor), make.Browser(cast.other_doctor)
    asked = doctor.post(
        f"/consultations/{visit}/questions",
        {"practitioner_id": str(cast.other_doctor.card.id), "question": "需要检查吗？"},
    )
    assert asked.status_code == 201, asked.content
    question = asked.json()["id"]
    (line,) = colleague.get("/questions").json()["items"]
    assert (line["id"], line["state"], line["patient"]["name"]) == (question, "asked", "")
    given = colleague.get(f"/questions/{question}").json()
    assert str(visit) not in json.dumps(given)
    done = colleague.post(f"/questions/{question}/answer", {"answer": "暂时不需要"})
    assert (done.status_code, done.json()["answer"]) == (200, "暂时不需要")
    again = colleague.post(f"/questions/{question}/answer", {"answer": "需要"})
    assert (again.status_code, again.json()["code"]) == (409, "question_over")
    (told,) = doctor.get(f"/consultations/{visit}/questions").json()["items"]
    assert told["answer"] == "暂时不需要"


def test_a_team_over_http(cast):
    lead = make.Browser(cast.doctor)
    assert lead.get("/team").json()["is_on"] is False
    assert lead.put("/team", {"is_on": "yes"}).status_code == 422
    assert lead.put("/team", {"is_on": True}).json()["is_on"] is True
    unknown = lead.post("/team/members", {"account_id": str(ids.new())})
    assert unknown.status_code == 404
    assert lead.post("/team/members", {"account_id": 5}).status_code == 422
    assert make.Browser(cast.operator).get("/team").status_code == 403
