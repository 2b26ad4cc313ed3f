import pytest

from xinglin.care.dispatch.engine.pace import units_for
from xinglin.care.dispatch.engine.tests.factories import weights

NOW = 10_000.0


def units(*took: float, usual: int = 5, lowered: bool = False, ago: float = 60.0) -> int:
    answers = [(NOW - ago, one) for one in took]
    return units_for(usual, answers, now=NOW, lowered=lowered, weights=weights())


def test_slow_answers_take_one_place_and_quick_ones_give_it_back():
    assert units(*[100.0] * 5) == 5
    assert units(*[181.0] * 5) == 4
    assert units(*[181.0] * 2, *[10.0] * 3) == 5, "the median"
    assert units(*[150.0] * 5, lowered=True) == 4, "not yet"
    assert units(*[144.0] * 5, lowered=True) == 5


@pytest.mark.parametrize(("usual", "left"), [(1, 1), (2, 1)])
def test_the_floor_holds(usual: int, left: int):
    assert units(*[999.0] * 9, usual=usual) == left


def test_few_or_old_answers_tell_nothing():
    assert units(*[999.0] * 4) == 5
    assert units(*[999.0] * 9, ago=3_601.0) == 5
