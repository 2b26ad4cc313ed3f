"""Twenty thousand lines, in small, as a ratio to a baseline of the same run; the seconds are for `./run bench triage`."""

from itertools import islice

from bench.tests.running import figures
from bench.triage import speed

# 20 on a quiet machine, 32 beside another test run: a rule that searches everything anew is noticed on any.
MOST_TIMES_THE_BASELINE = 64


def test_a_line_costs_so_many_times_what_reading_it_costs() -> None:
    found = figures("triage", "--lines", "600", within_s=120)
    assert found["ratio"] < MOST_TIMES_THE_BASELINE


def test_no_two_lines_are_the_same_so_that_no_answer_can_be_kept() -> None:
    lines = list(islice(speed.records(), 4_000))
    assert len({line["text"] for line in lines}) == 4_000
