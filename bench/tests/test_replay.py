"""The bench in small; and that it would see what it looks for."""

from itertools import pairwise

import pytest

from bench import dialogues, measures
from bench.dialogues import Line, Script
from bench.replay import Outcome, compare
from bench.tests.running import figures
from bench.visits import Visit
from xinglin.care.consultation.rules import CHAT_TURNS
from xinglin.host.demo.client import door
from xinglin.host.demo.client.line import Room
from xinglin.host.demo.client.people import totp

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
    found = figures("replay", "--dialogues", "6", "--at-once", "3", within_s=600)
    assert found["consultations"] == 6
    assert (found["lost"], found["doubled"], found["failed"]) == (0, 0, 0)
    for member in (
        "consultations_per_s",
        "messages_per_s",
        "p95_accept_ms",
        "p95_delivery_ms",
        "cpu_ms_per_consultation",
        "cpu_ms_loadgen",
        "pss_mb_idle",
    ):
        assert found[member] > 0, member


def test_every_dialogue_fits_into_the_turns_of_a_visit():
    """One that does not would be refused in its midst: it must be left out by name, not shortened."""
    for script in dialogues.scripts():
        speakers = ["patient", *(line.speaker for line in script.lines)]
        turns = sum(now == "patient" != before for before, now in pairwise(["", *speakers]))
        assert turns <= CHAT_TURNS, script.complaint


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


ANSWER = (
    b"HTTP/1.1 201 Created\r\nServer: x\r\nSet-Cookie: csrf=abc; Path=/; SameSite=Lax\r\n"
    b'set-cookie: sessionid=def; HttpOnly\r\nContent-Length: 7\r\n\r\n{"a":1}'
)
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    b'4\r\n{"a"\r\n3\r\n:1}\r\n0\r\n\r\n'
)


@pytest.mark.parametrize(
    ("sent", "status", "cookies", "closes"),
    [(ANSWER, 201, {"csrf": "abc", "sessionid": "def"}, False), (CHUNKED, 200, {}, True)],
)
def test_an_answer_is_whole_only_with_its_last_byte(sent, status, cookies, closes):
    for end in range(len(sent)):
        assert door.read(bytearray(sent[:end])) is None
    answer = door.read(bytearray(sent))
    assert answer is not None
    assert (answer.status, answer.body) == (status, b'{"a":1}')
    assert (answer.cookies, answer.closes) == (cookies, closes)
