"""Alive, ready, figures."""

from datetime import timedelta

import pytest

from xinglin.edge.api import status
from xinglin.foundation.outbox.services import beat
from xinglin.kernel import clock


def test_a_process_that_lives_says_so_without_asking_anybody(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "alive")
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_the_house_is_ready_when_every_process_has_a_pulse(client):
    absent = client.get("/readyz")
    assert absent.status_code == 503
    assert {n for n, c in absent.json()["checks"].items() if not c["ok"]} == set(status.PROCESSES)
    for name in status.PROCESSES:
        beat(name)
    assert client.get("/readyz").status_code == 200
    with clock.later(timedelta(seconds=status.STALE_S + 1)):
        assert client.get("/readyz").status_code == 503


@pytest.mark.django_db
def test_figures_are_in_the_words_of_prometheus(client):
    beat("worker")
    answer = client.get("/metrics")
    assert answer["Content-Type"].startswith("text/plain")
    text = answer.content.decode()
    assert 'xinglin_up{part="worker"} 1.0' in text
    assert 'xinglin_up{part="dispatcher"} 0.0' in text
    assert "xinglin_outbox_waiting 0.0" in text


@pytest.mark.django_db
def test_status_only_answers_questions(client):
    for path in ("/healthz", "/readyz", "/metrics"):
        assert client.post(path).status_code == 405
