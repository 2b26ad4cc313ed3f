"""The bench of messages in small; and that it would see what it looks for."""

import json
from array import array

import pytest

from bench.messages import baseline
from bench.messages.judge import judge
from bench.messages.line import Line
from bench.messages.talk import Crowd, Pair, Side
from bench.messages.trials import Window
from bench.tests.running import figures

CONSULTATION = "01930000-0000-7000-8000-000000000001"
Stored = list[tuple[int, str]]


class Wire:
    """Stands for the transport; keeps what was written."""

    def __init__(self) -> None:
        self.written = b""

    def write(self, data: bytes) -> None:
        self.written += data

    def close(self) -> None:
        pass


class Talk:
    """A pair that has said three messages; the house's answers are fed to it as frames."""

    def __init__(self) -> None:
        self.pair = Pair(Crowd(), 7, CONSULTATION)
        self.pair.sides = [Side(self.pair, n) for n in (0, 1)]
        for nth in range(3):
            self.pair.say(nth % 2)

    @property
    def stored(self) -> Stored:
        return [(nth + 1, self.pair.client_id(nth).decode()) for nth in range(3)]

    def hear(self, place: int, nth: int, seq: int) -> None:
        self._tell(place, "message", nth, seq)

    def acknowledge(self, nth: int, seq: int) -> None:
        self._tell(nth % 2, "ack", nth, seq)

    def _tell(self, place: int, op: str, nth: int, seq: int) -> None:
        client_id = self.pair.client_id(nth).decode()
        said = {"consultation_id": CONSULTATION, "seq": seq, "client_id": client_id, "kind": "text"}
        frame = {"op": op, "message": said} if op == "message" else {"op": op, **said}
        text = json.dumps(frame, separators=(",", ":")).encode()
        self.pair.sides[place].take(text)

    def go_well(self) -> None:
        for nth in range(3):
            self.acknowledge(nth, nth + 1)
            self.hear(0, nth, nth + 1)
            self.hear(1, nth, nth + 1)


@pytest.fixture
def talk():
    return Talk()


@pytest.fixture
def told(talk):
    talk.go_well()
    return talk


def test_a_talk_that_went_well_is_clean(told):
    verdict = judge(told.pair, told.stored)
    assert verdict.clean
    assert (verdict.acknowledged, verdict.stored) == (3, 3)


def test_an_acknowledged_message_that_is_not_stored_is_lost(told):
    assert judge(told.pair, told.stored[:2]).lost == 1


def test_an_acknowledged_message_under_another_number_is_lost_and_leaves_a_gap(told):
    moved = [*told.stored[:2], (4, told.stored[2][1])]
    verdict = judge(told.pair, moved)
    assert (verdict.lost, verdict.gaps) == (1, 1)


def test_a_message_stored_twice_is_doubled(told):
    verdict = judge(told.pair, [*told.stored, (4, told.stored[2][1])])
    assert verdict.doubled == 1


def test_a_message_heard_twice_is_doubled_and_out_of_order(told):
    told.hear(1, 1, 2)
    verdict = judge(told.pair, told.stored)
    assert (verdict.doubled, verdict.out_of_order > 0) == (1, True)


def test_a_message_that_one_side_did_not_hear_is_lost(talk):
    talk.go_well()
    talk.pair.sides[1].heard = array("i", [0, 1])
    assert judge(talk.pair, talk.stored).lost == 1


def test_an_order_other_than_that_of_the_table_is_seen(talk):
    for nth in range(3):
        talk.acknowledge(nth, nth + 1)
        talk.hear(0, nth, nth + 1)
    for nth in (0, 2, 1):
        talk.hear(1, nth, nth + 1)
    verdict = judge(talk.pair, talk.stored)
    assert verdict.out_of_order > 0
    assert not verdict.clean


def test_two_acknowledgements_with_two_numbers_are_a_double(told):
    told.acknowledge(1, 9)
    assert judge(told.pair, told.stored).doubled == 1


def test_a_repeated_acknowledgement_is_none(told):
    told.acknowledge(1, 2)
    assert judge(told.pair, told.stored).clean


def test_a_send_without_an_answer_is_counted(told):
    told.pair.say(0)
    verdict = judge(told.pair, told.stored)
    assert verdict.unanswered == 1
    assert not verdict.clean


@pytest.mark.parametrize("length", [0, 5, 125, 126, 70_000])
@pytest.mark.parametrize("cut", [1, 3, 50])
def test_the_line_reads_frames_however_they_are_cut(length, cut):
    heard: list[bytes] = []
    line = Line(heard.append, lambda _why: None)
    line.connection_made(Wire())
    text = b"x" * length
    sized = (
        bytes((0x81, length))
        if length < 126
        else bytes((0x81, 126)) + length.to_bytes(2, "big")
        if length < 65_536
        else bytes((0x81, 127)) + length.to_bytes(8, "big")
    )
    stream = b"HTTP/1.1 101 Switching Protocols\r\n\r\n" + 2 * (sized + text)
    step = cut if length < 1000 else cut * 1000
    for at in range(0, len(stream), step):
        line.data_received(stream[at : at + step])
    assert heard == [text, text]


def test_the_line_answers_a_ping_with_a_masked_pong():
    wire = Wire()
    line = Line(lambda _text: None, lambda _why: None)
    line.connection_made(wire)
    line.data_received(b"HTTP/1.1 101 Switching Protocols\r\n\r\n\x89\x02hi")
    assert wire.written == b"\x8a\x82\0\0\0\0hi"


def test_pgbench_writes_to_threads_that_no_two_clients_share():
    assert max(baseline.CLIENTS) * baseline.THREADS_EACH == baseline.BASE_COUNT


def test_what_the_house_uses_anyway_is_not_taken_for_the_cost_of_messages():
    window = Window(4.0, [1.0] * 1000, [], {"live": 0.3, "postgres": 0.2}, 0.1)
    assert window.cost_us == pytest.approx(500)
    assert window.without({"live": 0.025}).cost_us == pytest.approx(400)


@pytest.mark.slow
def test_the_whole_bench_in_small_loses_and_doubles_nothing():
    found = figures("messages", "--quick", within_s=300)
    wrong = ("lost", "doubled", "gaps", "out_of_order", "unanswered")
    assert [found[name] for name in wrong] == [0] * len(wrong)
    for name in (
        *("messages_per_s", "ratio_to_pgbench", "p50_ms", "p99_ms", "door_ratio"),
        *("delivered_per_s", "p99_half_ms", "single_p50_ms", "cpu_us_per_delivered"),
        *("with_marks_told_per_s", "idle_kb_per_socket", "door_idle_kb_per_socket"),
    ):
        assert found[name] > 0, name
    assert found["acknowledged"] > 1000
