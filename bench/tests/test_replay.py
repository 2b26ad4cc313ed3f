"""The bench in small; and that it would see what it looks for."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench import dialogues, measures
from bench.dialogues import Line, Script
from bench.line import Room
from bench.people import totp
from bench.replay import Outcome, compare
from bench.visits import Visit

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Script("咳嗽", "上呼吸道感染", (Line("doctor", "几天了"), Line("patient", "三天")))
SAID = [("patient", "咳嗽"), ("doctor", "几天了"), ("patient", "三天")]


def stored(*said: tuple[str, str]) -> list[dict[str, object]]:
    return [
        {"seq": n, "sender": sender, "kind": "text", "body": {"text": text}}
        for n, (sender, text) in enumerate(said, 1)
    ]


def visit() -> Visit:
    return Visit(SCRIPT, patient=None, rooms={"patient": Room(), "doctor": Room()})


def judged(*said: tuple[str, str]) -> tuple[int, int, int]:
    outcome = Outcome()
    compare(visit(), stored(*said), outcome)
    return outcome.lost, outcome.doubled, len(outcome.failed)


@pytest.mark.slow
def test_six_dialogues_three_at_once_lose_and_double_nothing():
    done = subprocess.run(
        [
            *(sys.executable, "-m", "bench", "replay"),
            *("--dialogues", "6", "--at-once", "3", "--json"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    figures = json.loads(done.stdout.splitlines()[-1])
    assert figures["consultations"] == 6
    assert (figures["lost"], figures["doubled"], figures["failed"]) == (0, 0, 0)
    for member in (
        "consultations_per_s",
        "messages_per_s",
        "p95_accept_ms",
        "p95_delivery_ms",
        "cpu_ms_per_consultation",
        "pss_mb_idle",
    ):
        assert figures[member] > 0, member


def test_a_thread_that_is_as_it_was_said_passes():
    assert judged(*SAID) == (0, 0, 0)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (SAID[:2], (1, 0, 1)),
        ([*SAID, SAID[2]], (0, 1, 1)),
        ([SAID[0], SAID[2], SAID[1]], (0, 0, 1)),
        ([*SAID[:2], SAID[1]], (1, 1, 1)),
    ],
)
def test_a_message_lost_doubled_or_out_of_order_is_seen(said, found):
    assert judged(*said) == found


def test_a_message_that_one_side_did_not_hear_counts_as_lost():
    outcome, held = Outcome(), visit()
    held.sent_at["a"] = 1.0
    held.rooms["doctor"].heard_at["a"] = 2.0
    compare(held, stored(*SAID), outcome)
    assert outcome.lost == 1


def test_every_script_begins_with_a_complaint_and_has_both_sides():
    scripts = dialogues.scripts()
    assert len(scripts) > 1000
    for script in scripts:
        assert script.complaint
        assert script.said_by("doctor")
        assert not any("[MASK]" in line.text for line in script.lines)


def test_one_time_codes_are_those_of_the_standard():
    """RFC 6238, appendix B, its SHA-1 column, last six digits."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    found = [totp(secret, at) for at in (59, 1111111109, 1234567890)]
    assert found == ["287082", "081804", "005924"]


def test_a_percentile_is_the_nearest_rank():
    assert measures.percentile([4, 1, 3, 2], 50) == 2
    assert measures.percentile([4, 1, 3, 2], 95) == 4
    assert measures.percentile([], 50) == 0
