"""A check must leave its twenty milliseconds to the rest of the chain; the seconds are for `./run bench safety`."""

from bench import safety

# 0.3 on a quiet machine: a search through all interactions is noticed on any.
MOST_MS = 5


def test_a_check_of_five_items_costs_little_of_what_it_may() -> None:
    assert safety.checked(list(safety.records(300)))["p50_ms"] < MOST_MS


def test_the_prescriptions_are_the_same_in_every_run_and_differ_from_each_other() -> None:
    first, again = list(safety.records(200)), list(safety.records(200))
    assert first == again
    assert len({str(each["items"]) for each in first}) == 200
