"""The faults in small; and that the bench would see what it looks for."""

import os
import subprocess
import sys
from itertools import pairwise

import pytest

from bench.faults import memory
from bench.faults.command import FAULTS
from bench.faults.ledger import Account, Row, compare
from bench.tests.running import figures

STORED = [Row(1, "a", "一"), Row(2, "b", "二"), Row(3, "c", "三")]


def account(*heard: tuple[int, str], written: str = "ac") -> Account:
    """A side that wrote `written`, in this order, and knows it as acknowledged."""
    found = Account("visit", written=list(written))
    for client_id in written:
        found.take_ack(client_id, {"a": 1, "b": 2, "c": 3}[client_id])
    for seq, client_id in heard or ((1, "a"), (2, "b"), (3, "c")):
        found.hear(seq, client_id)
    return found


def judged(one: Account, rows: list[Row] = STORED) -> tuple[int, int, int]:
    found = compare([one], {"visit": rows})
    assert found.holds is not any((found.lost, found.doubled, found.out_of_order))
    return found.lost, found.doubled, found.out_of_order


def test_a_thread_that_everybody_has_heard_whole_passes():
    assert judged(account()) == (0, 0, 0)


def test_an_acknowledged_message_that_is_not_stored_is_lost():
    lost, _, _ = judged(account((1, "a"), (2, "b")), STORED[:2])
    assert lost == 1


def test_a_stored_message_that_one_side_did_not_hear_is_lost():
    assert judged(account((1, "a"), (2, "b"))) == (1, 0, 0)


def test_a_message_heard_twice_or_stored_twice_is_doubled():
    assert judged(account((1, "a"), (2, "b"), (2, "b"), (3, "c"))) == (0, 1, 0)
    again = [*STORED, Row(4, "d", "三")]
    assert judged(account((1, "a"), (2, "b"), (3, "c"), (4, "d")), again) == (0, 1, 0)


@pytest.mark.parametrize(
    ("one", "rows"),
    [
        (account(), [Row(1, "a", "一"), Row(2, "b", "二"), Row(4, "c", "三")]),
        (account((1, "a"), (2, "c"), (3, "b")), STORED),
        (account(written="ca"), STORED),
    ],
    ids=["a gap in the table", "heard in another order", "stored in another order than written"],
)
def test_what_is_out_of_order_is_seen(one, rows):
    assert judged(one, rows)[2] > 0


def test_a_gap_in_what_is_heard_is_out_of_order_even_when_it_comes_later():
    one = account((1, "a"), (3, "c"))
    assert one.skipped == 1
    assert judged(one)[2] > 0


def test_a_repeat_that_is_answered_with_another_number_is_seen():
    one = account()
    one.take_ack("a", 2)
    assert judged(one) == (0, 0, 1)


def test_a_refusal_breaks_the_verdict():
    one = account()
    one.refused.append("busy")
    assert not compare([one], {"visit": STORED}).holds


@pytest.mark.parametrize(
    ("before", "after", "back"),
    [
        ({"live": 60, "api": 80}, {"live": 66, "api": 85}, True),
        ({"live": 60, "api": 80}, {"live": 76, "api": 60}, False),
        ({"live": 60, "api": 80}, {"live": 60, "api": 104}, False),
    ],
)
def test_memory_that_has_grown_is_seen(before, after, back):
    assert memory.is_back(before, after) is back


def test_small_remains_of_many_faults_are_seen_together():
    steps = [{"live": 60 + 7 * n, "api": 80} for n in range(5)]
    assert all(memory.is_back(before, after) for before, after in pairwise(steps))
    assert not memory.Span(steps[0], steps[-1]).holds
    assert memory.Span(steps[0], steps[1]).holds


def test_memory_of_a_process_is_measured_with_its_children():
    program = "x = bytearray(b'x' * (40 << 20)); print('held', flush=True); input()"
    child = subprocess.Popen([sys.executable, "-c", program], stdin=-1, stdout=-1)
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == b"held\n"
        with_child = memory.anon_mb({"we": os.getpid()})["we"]
        apart = memory.anon_mb({"we": os.getpid(), "child": child.pid})
        assert apart["child"] > 40
        assert with_child > apart["we"] + 35
    finally:
        child.communicate(b"\n")


@pytest.mark.slow
def test_after_every_fault_each_message_is_there_once_in_order_for_both():
    found = figures("faults", "--short", within_s=600)
    assert [span["holds"] for span in found["memory"]] == [True, True], found["memory"]
    rows = found["faults"]
    assert {row["name"] for row in rows} == set(FAULTS)
    for row in rows:
        assert row["verdict"] in {"holds", "skipped"}, row
        assert (row["lost"], row["doubled"], row["out_of_order"]) == (0, 0, 0), row
        assert row["acknowledged"] > 0 or row["skipped"], row
