"""Every error is problem+json, in both languages, and says nothing that it should not."""

import json

import pytest
from django.http import HttpRequest

from xinglin.edge.api import problems
from xinglin.kernel import errors
from xinglin.kernel.errors import FieldError, Invalid, Refusal, RuleRefused, XinglinError
from xinglin.kernel.text import Text


def every_error(base=XinglinError):
    for kind in base.__subclasses__():
        yield kind
        yield from every_error(kind)


def told(error, language="zh"):
    request = HttpRequest()
    request.META["HTTP_ACCEPT_LANGUAGE"] = language
    response = problems.respond(request, error)
    assert response["Content-Type"] == "application/problem+json"
    body = json.loads(response.content)
    assert body["status"] == response.status_code
    return body


def test_every_kind_of_error_has_a_status():
    assert {k.kind for k in every_error()} <= set(problems.STATUS)


def test_the_title_is_in_the_language_of_the_browser_and_the_text_in_both():
    error = errors.NotFound()
    assert told(error, "en-GB,en;q=0.9")["title"] == error.text.en
    assert told(error, "fr,en;q=0.5")["title"] == error.text.zh
    assert told(error)["text"] == error.text.as_dict()


def test_a_wrong_field_is_named():
    text = Text("缺", "missing")
    body = told(Invalid(FieldError("patient.name", text)))
    assert body["errors"] == [{"field": "patient.name", "text": text.as_dict()}]


def test_a_rule_that_refused_is_named_with_what_to_do_instead():
    refusal = Refusal("R06", "source", Text("不可", "No"), Text("去医院", "See a doctor in person"))
    body = told(RuleRefused([refusal]))
    assert body["refusals"][0]["rule_id"] == "R06"
    assert body["refusals"][0]["instead"]["zh"] == "去医院"
    assert body["text"]["zh"] == "不可"


def test_further_members_of_an_error_are_told():
    class Changed(errors.Conflict):
        extra = {"revision": 7}

    assert told(Changed())["revision"] == 7


@pytest.mark.django_db
def test_a_field_of_the_body_is_named_as_the_client_knows_it(patient, post):
    answer = post(patient, "beats", {"words": 7})
    assert answer.status_code == 422
    assert [e["field"] for e in answer.json()["errors"]] == ["words"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body", ["{", "[1", "\xff", '{"words": "\\u0000"}', '{"words": "\\ud800"}', '"x"', ""]
)
def test_a_body_that_cannot_be_read_is_refused(patient, body):
    answer = patient.post("/api/t/beats", body, content_type="application/json")
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
def test_a_bug_shows_neither_its_words_nor_its_place(patient, post, caplog):
    answer = post(patient, "beats", {"words": "breaks"})
    assert (answer.status_code, answer.json()["code"]) == (503, "internal")
    assert "ZeroDivision" not in answer.content.decode()


@pytest.mark.django_db
def test_a_body_that_is_too_big_is_refused(patient):
    body = json.dumps({"words": "x" * 2_000_000})
    for headers in ({}, {"Idempotency-Key": "k"}):
        answer = patient.post(
            "/api/t/beats", body, content_type="application/json", headers=headers
        )
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.django_db
def test_a_path_that_is_not_there_is_a_problem_too(client):
    answer = client.get("/api/v1/nowhere")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
