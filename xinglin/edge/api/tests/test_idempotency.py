"""A POST sent twice with one key is one act."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from xinglin.edge.api import forgetting
from xinglin.edge.api.models import GivenAnswer
from xinglin.edge.api.tests.conftest import client_of
from xinglin.foundation.accounts.services import create_patient_account
from xinglin.foundation.outbox.models import Heartbeat
from xinglin.kernel import clock


def beats() -> set[str]:
    return set(Heartbeat.objects.values_list("name", flat=True))


@pytest.mark.django_db
def test_the_second_answer_is_the_first_again(patient, post):
    first = post(patient, "beats", {"words": "a"}, Idempotency_Key="k1")
    Heartbeat.objects.all().delete()
    again = post(patient, "beats", {"words": "a"}, Idempotency_Key="k1")
    assert (again.status_code, again.json()) == (201, first.json())
    assert again["Idempotency-Replayed"] == "true"
    assert again["Content-Type"] == first["Content-Type"]
    assert beats() == set()


@pytest.mark.django_db
def test_what_was_answered_lies_in_the_database_sealed(patient, post):
    """It names people, and holds what is told only once: the secret of a link."""
    post(patient, "beats", {"words": "a"}, Idempotency_Key="k1")
    assert b"beats" not in bytes(GivenAnswer.objects.get().body)


@pytest.mark.django_db
def test_one_key_for_two_acts_is_refused(patient, post):
    post(patient, "beats", {"words": "a"}, Idempotency_Key="k1")
    answer = post(patient, "beats", {"words": "b"}, Idempotency_Key="k1")
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")
    assert beats() == {"a"}


@pytest.mark.django_db
def test_the_same_key_of_somebody_else_is_another_key(patient, post):
    other = client_of(create_patient_account(phone="13800138002"))
    post(patient, "beats", {"words": "a"}, Idempotency_Key="k1")
    assert post(other, "beats", {"words": "b"}, Idempotency_Key="k1").status_code == 201
    assert beats() == {"a", "b"}


@pytest.mark.django_db
@pytest.mark.parametrize(("words", "status"), [("fails", 409), ("breaks", 503)])
def test_what_failed_is_undone_and_may_be_tried_again(patient, post, words, status):
    for _ in range(2):
        answer = post(patient, "beats", {"words": words}, Idempotency_Key="k1")
        assert answer.status_code == status
        assert "Idempotency-Replayed" not in answer
    assert beats() == set()
    assert not GivenAnswer.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 81, "键", "a b"])
def test_a_malformed_key_is_refused(patient, post, key):
    answer = post(patient, "beats", {"words": "a"}, Idempotency_Key=key)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"


@pytest.mark.django_db
def test_an_upload_is_compared_by_its_content_and_still_read_whole(patient):
    def send(content):
        file = SimpleUploadedFile("photo", content)
        return patient.post("/api/t/files", {"file": file}, headers={"Idempotency-Key": "k1"})

    big = bytes(3 * 1024 * 1024)
    first = send(big)
    assert first.json() == {"bytes": len(big), "beats": 1}
    assert send(big).json() == first.json()
    assert send(big[:-1] + b"x").status_code == 409


@pytest.mark.django_db
def test_a_stranger_leaves_no_key(client, post):
    assert post(client, "beats", {"words": "a"}, Idempotency_Key="k1").status_code == 401
    assert not GivenAnswer.objects.exists()


@pytest.mark.django_db
def test_answers_are_forgotten_after_a_day(patient, post):
    post(patient, "beats", {"words": "a"}, Idempotency_Key="k1")
    assert forgetting.prune() == 0
    with clock.later(timedelta(days=1, minutes=1)):
        assert forgetting.prune() == 1


@pytest.mark.django_db(transaction=True)
def test_six_at_once_with_one_key_are_one_act():
    user_id = create_patient_account(phone="13800138001")
    cookies = client_of(user_id).cookies
    gate = threading.Barrier(6)

    def send(number: int) -> tuple[int, dict]:
        try:
            client = client_of(user_id)
            client.cookies = cookies
            gate.wait(20)
            answer = client.post(
                "/api/t/beats",
                json.dumps({"words": "once"}),
                content_type="application/json",
                headers={"Idempotency-Key": "k1"},
            )
            return answer.status_code, answer.json()
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(send, range(6)))
    assert answers == [(201, {"beats": 1})] * 6
    assert GivenAnswer.objects.count() == 1
