"""What no page of ours would send: each gets a clear answer in both languages, and leaves nothing."""

import json
from io import BytesIO

import pytest

from xinglin.edge.api.tests.conftest import client_of
from xinglin.foundation.accounts.services import create_patient_account
from xinglin.foundation.outbox.models import Heartbeat

pytestmark = pytest.mark.django_db
JSON = "application/json"


def refused(answer, status, code):
    """The problem, told in both languages."""
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["text"].keys() == {"zh", "en"}
    assert not Heartbeat.objects.exists()
    return answer.json()


def send(client, body, kind=JSON, path="beats"):
    return client.generic("POST", f"/api/t/{path}", body, content_type=kind)


@pytest.mark.parametrize(
    "body",
    [
        b'{"words": "a\\u0000b"}',
        b'{"a\\u0000": 1, "words": "a"}',
        b'{"words": "\\ud842"}',
        b'{"words": "\xed\xa1\x82"}',
        '{"words": "你好"}'.encode("gbk"),
        b'\xef\xbb\xbf{"words": "a"}',
        b'{"words": NaN}',
        b'{"words": "a", "more": Infinity}',
        b'{"words": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"words": "a", "more": ' + b'{"a":' * 900 + b"1" + b"}" * 900 + b"}",
        b'{"words": "a"',
        b'{"words": "a"} {"words": "b"}',
        b"words=a",
    ],
    ids=[
        "NUL",
        "NUL in a name",
        "a lone surrogate",
        "a surrogate as bytes",
        "GBK",
        "a byte order mark",
        "NaN",
        "Infinity",
        "100,000 lists in each other",
        "900 objects in each other",
        "broken off",
        "two bodies",
        "no JSON",
    ],
)
def test_what_is_no_plain_json_is_malformed(patient, body):
    refused(send(patient, body), 422, "malformed")


@pytest.mark.parametrize("body", ["null", "0", "true", '"words"', "[]", "[null, null]", "{}"])
def test_a_body_that_is_no_object_is_not_read_as_an_empty_one(patient, body):
    refused(send(patient, body), 422, "invalid")


@pytest.mark.parametrize(
    "words", ["null", "1", "1.5", "true", "[]", "{}", "1e999", "9" * 1000, '["a"]']
)
def test_a_value_of_another_type_is_not_guessed_at(patient, words):
    answer = send(patient, f'{{"words": {words}}}')
    assert answer.status_code == 422
    assert not Heartbeat.objects.exists()


def test_of_two_members_with_one_name_the_last_counts(patient):
    assert send(patient, '{"words": "a", "words": "b"}').status_code == 201
    assert set(Heartbeat.objects.values_list("name", flat=True)) == {"b"}


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/xml", "application/x-www-form-urlencoded", "", "application/jsonx"],
)
def test_json_under_another_name_is_of_a_wrong_type(patient, kind):
    refused(send(patient, '{"words": "a"}', kind), 415, "unsupported_type")


@pytest.mark.parametrize("kind", [JSON, "application/json; charset=utf-8", "Application/JSON"])
def test_json_by_its_own_name_is_read(patient, kind):
    assert send(patient, '{"words": "a"}', kind).status_code == 201


@pytest.mark.parametrize("path", ["beats", "files"])
@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "k1"}])
@pytest.mark.parametrize("who", ["patient", "somebody's script without a token"])
def test_a_form_without_a_boundary_is_malformed(patient, path, key, who):
    client = patient
    if who != "patient":
        client = client_of(create_patient_account(phone="13800138009"), enforce_csrf_checks=True)
    answer = client.generic(
        "POST", f"/api/t/{path}", b"--x", content_type="multipart/form-data", headers=key
    )
    code = answer.json()["code"]
    known = {"malformed": 422, "csrf_failed": 403, "unsupported_type": 415}
    refused(answer, known[code], code)


def test_a_form_that_breaks_off_is_no_file(patient):
    answer = send(
        patient,
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n',
        "multipart/form-data; boundary=x",
        "files",
    )
    refused(answer, 422, "invalid")


def test_a_form_of_a_thousand_fields_is_malformed(patient):
    fields = {f"f{n}": "1" for n in range(1_001)}
    refused(patient.post("/api/t/files", fields), 422, "malformed")


@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "k1"}])
def test_more_than_a_megabyte_of_words_is_too_large(patient, key):
    body = json.dumps({"words": "诉" * 400_000}, ensure_ascii=False)
    answer = patient.generic("POST", "/api/t/beats", body, content_type=JSON, headers=key)
    refused(answer, 413, "too_large")


@pytest.mark.parametrize("words", ["𠮷𡃁", "👩🏽‍⚕️🇨🇳", "مرحبا", "\u202eABC\u202c", "e\u0301"])
def test_words_of_any_script_come_back_as_they_were_sent(patient, words):
    assert send(patient, json.dumps({"words": words})).status_code == 201
    assert set(Heartbeat.objects.values_list("name", flat=True)) == {words}


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "TRACE", "OPTIONS", "BREW"])
def test_another_method_is_told_which_there_are(patient, method):
    answer = patient.generic(method, "/api/t/beats")
    refused(answer, 405, "method_not_allowed")
    assert answer["Allow"] == "POST"


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "a b", "[::1", ""])
@pytest.mark.parametrize("path", ["/api/v1/session", "/_allauth/browser/v1/config", "/files/x"])
def test_a_name_that_somebody_pointed_at_us_is_not_our_door(client, host, path):
    answer = client.get(path, headers={"Host": host})
    assert (answer.status_code, answer.json()["code"]) == (421, "wrong_host")


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:8000"])
def test_our_own_names_are_our_door(client, host):
    assert client.get("/api/v1/session", headers={"Host": host}).status_code == 200


def test_whoever_probes_us_may_call_us_by_any_name(client):
    assert client.get("/healthz", headers={"Host": "10.1.2.3"}).status_code == 200


@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "k1"}])
def test_a_body_that_breaks_off_is_malformed(patient, key):
    """The line was lost while the phone was still sending."""

    class Lost:
        def read(self, *_):
            raise OSError("connection reset")

        readline = read

    answer = patient.post(
        "/api/t/beats", "{}", content_type=JSON, headers=key, **{"wsgi.input": Lost()}
    )
    refused(answer, 422, "malformed")


@pytest.mark.parametrize(
    "cookie", ['session="\\000x"', "session=" + "x" * 8_000, "session=\xff\xfe", "="]
)
@pytest.mark.parametrize("path", ["/api/v1/session", "/_allauth/browser/v1/auth/session"])
def test_a_cookie_that_is_none_of_ours_is_nobodys(client, cookie, path):
    answer = client.get(path, headers={"Cookie": cookie})
    assert answer.status_code in {200, 401}


@pytest.mark.parametrize("part", ["%00", "a%00b", "%ED%A0%80", "%FF", "𠮷", "x" * 5_000, "..%2f.."])
def test_a_path_of_any_signs_leads_nowhere(patient, part):
    answer = patient.post(f"/api/v1/consents/{part}/withdraw", "{}", content_type=JSON)
    assert answer.status_code in {404, 409, 422}, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert patient.get(f"/files/{part}").status_code == 404


@pytest.mark.parametrize("query", ["q=%00", "q=" + "x" * 5_000, "limit=1e9", "limit=NaN"])
def test_a_question_of_any_signs_is_answered(patient, query):
    answer = patient.get(f"/api/v1/messages/search?{query}")
    assert answer.status_code == 422
    assert answer.json()["text"].keys() == {"zh", "en"}


def test_a_wrong_field_is_told_in_the_words_of_each_language(patient):
    answer = refused(send(patient, "{}"), 422, "invalid")
    assert answer["errors"] == [
        {"field": "words", "text": {"zh": "此项必填。", "en": "This is required."}}
    ]


@pytest.mark.parametrize(("sent", "left"), [(900_000, 0), (5_000_000, 5_000_000)])
def test_a_body_that_nobody_wanted_is_read_to_its_end_unless_it_may_trickle(client, sent, left):
    """Else the front door, still sending, takes the early answer for a broken line."""
    body = BytesIO(bytes(sent))
    answer = client.post(
        "/api/v1/patients",
        content_type=JSON,
        **{"wsgi.input": body, "CONTENT_LENGTH": str(sent)},
    )
    assert (answer.status_code, len(body.read())) == (401, left)
