"""What an event costs, counted and not timed: nothing looks at doctors or requests one by one."""

import sys
from collections.abc import Callable
from typing import Any

import pytest

from xinglin.care.dispatch.engine import Engine
from xinglin.care.dispatch.engine.tests.factories import doctor, request


def calls_of(event: Callable[..., Any], *args: Any) -> int:
    """Functions called, ours and the interpreter's."""
    calls = 0

    def note(_frame: Any, kind: str, _arg: Any) -> None:
        nonlocal calls
        calls += kind in {"call", "c_call"}

    sys.setprofile(note)
    try:
        event(*args)
    finally:
        sys.setprofile(None)
    return calls


def cost_of_an_event(doctors: int, *, waiting: int) -> float:
    """The mean of arrivals and ended visits in a full house, or in one with room."""
    house = Engine()
    for n in range(doctors):
        house.doctor_on(doctor(n, f"d{n % 5}", f"d{(n + 1) % 5}", units=4, grade=1 + n % 3), 0.0)
    number = 0
    while house.waiting < waiting and number < 6 * doctors:
        house.request_arrived(_request(number), float(number))
        number += 1
    calls = 0
    for n in range(200):
        calls += calls_of(house.request_arrived, _request(number + n), float(number + n))
        calls += calls_of(house.slot_freed, n, float(number + n))
    return calls / 400


def _request(n: int):
    channel = "video" if n % 5 == 0 else "text"
    return request(n, f"d{n % 5}", urgency=1 + n % 4, need=1 + n % 3, channel=channel)


@pytest.mark.parametrize("waiting", [1, 300])
def test_an_event_costs_the_same_among_few_and_many(waiting: int):
    few, many = (cost_of_an_event(n, waiting=waiting) for n in (100, 3_000))
    assert many < 2 * few
