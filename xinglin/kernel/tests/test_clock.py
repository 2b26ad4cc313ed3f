"""The clock runs by itself, stops when told, and goes on afterwards."""

from datetime import UTC, datetime, timedelta, timezone
from threading import Thread

import pytest

from xinglin.kernel import clock

AT = datetime(2025, 6, 10, 4, 0, tzinfo=UTC)


def test_the_clock_runs_in_utc():
    before = datetime.now(UTC)
    told = clock.now()
    assert before <= told <= datetime.now(UTC)
    assert told.tzinfo is UTC


def test_a_frozen_clock_stands_and_then_runs_again():
    with clock.frozen(AT):
        assert clock.now() == clock.now() == AT
        with clock.frozen(AT + timedelta(days=1)):
            assert clock.now() == AT + timedelta(days=1)
        assert clock.now() == AT
    assert clock.now() != AT


def test_a_frozen_clock_is_utc_whatever_it_was_given():
    with clock.frozen(AT.astimezone(timezone(timedelta(hours=8)))):
        assert clock.now() == AT
        assert clock.now().tzinfo is UTC


def test_the_clock_runs_again_after_an_error():
    with pytest.raises(KeyError), clock.frozen(AT):
        raise KeyError
    assert clock.now() != AT


def test_a_naive_time_is_refused():
    with pytest.raises(ValueError, match="aware"), clock.frozen(datetime(2025, 6, 10)):  # noqa: DTZ001
        pass


def test_later_moves_the_clock():
    with clock.frozen(AT):
        with clock.later(timedelta(minutes=5)):
            assert clock.now() == AT + timedelta(minutes=5)
        assert clock.now() == AT


def test_another_thread_keeps_its_own_clock():
    told = []
    with clock.frozen(AT):
        thread = Thread(target=lambda: told.append(clock.now()))
        thread.start()
        thread.join()
    assert told[0] != AT
