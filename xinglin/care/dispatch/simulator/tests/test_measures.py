import pytest

from xinglin.care.dispatch.simulator.comparing import differences, interval, is_sure
from xinglin.care.dispatch.simulator.measures import _error, _of_means, gini, scalars
from xinglin.care.dispatch.simulator.running import run
from xinglin.care.dispatch.simulator.scenario import load
from xinglin.care.dispatch.simulator.streams import Lognormal, Streams
from xinglin.care.dispatch.simulator.table import summary, text


def test_gini_of_equals_is_zero():
    assert gini([3, 3, 3]) == 0
    assert gini([0, 0]) == 0


def test_gini_of_one_who_has_all():
    assert gini([0, 0, 0, 4]) == pytest.approx(0.75)


def test_an_interval_of_one_run_has_no_width():
    assert interval([2.0]) == {"mean": 2.0, "low": None, "high": None, "runs": 1}
    assert not is_sure(interval([2.0]))


def test_an_interval_is_students():
    found = interval([1.0, 2.0, 3.0])
    assert found["mean"] == 2.0
    assert found["high"] == pytest.approx(2 + 4.303 / 3**0.5, abs=1e-3)
    assert not is_sure(found)
    assert is_sure(interval([1.0, 1.1, 0.9, 1.0]))
    assert is_sure(interval([-1.0] * 40))


def test_a_run_without_the_measure_does_not_count():
    found = differences([{"a": 2.0}, {"a": 3.0, "b": 1.0}], [{"a": 1.0}, {"a": 1.0}])
    assert found["a"]["mean"] == 1.5
    assert "b" not in found


def test_a_lognormal_has_its_mean():
    drawn = Streams(1).of("test")
    shape = Lognormal.of(100.0, 0.8)
    values = [shape.at(drawn.gauss(0, 1)) for _ in range(20000)]
    assert sum(values) / len(values) == pytest.approx(100, rel=0.03)
    assert Lognormal.of(100.0, 0).at(3.0) == 100
    assert Lognormal.of(0.0, 0.5).at(3.0) == 0


@pytest.fixture(scope="module")
def outcome():
    return run(load("guizhou-2016"), ["fifo", "tuned"], runs=2, is_metered=True)


def test_measures_are_shares_and_waits(outcome):
    for measures in outcome.document["policies"].values():
        for row in (*measures["by_urgency"].values(), *measures["by_department"].values()):
            assert 0 <= row["in_time_pct"] <= 100
            assert row["p95_s"] <= row["p99_s"]
        assert measures["curve"] == sorted(measures["curve"])
        counted = sum(row["requests"] for row in measures["by_urgency"].values())
        assert counted == measures["requests"] == outcome.document["requests"]
        assert {"u1_in_time_pct", "mean_s", "gini"} <= set(scalars(measures))


def test_the_summary_has_what_programs_ask_for(outcome):
    found = summary(outcome)
    assert found["requests"] > 0
    assert found["decisions_per_cpu_s"] > 0
    assert set(found["policies"]) == {"fifo", "tuned"}
    assert found["costs"]["fifo"]["event_p99_us"] > 0


def test_the_text_has_a_line_for_each_measure(outcome):
    words = text(outcome)
    assert "urgency 1 in time" in words
    assert "tuned less fifo" in words
    alone = text(run(load("guizhou-2016"), ["fifo"]))
    assert "paired" not in alone


def test_the_error_of_means_is_weighed_by_who_waited():
    # 10 % too much in a department of three, 50 % too little in one of one.
    departments = [[(10.0, 10.0), (12.0, 10.0), (11.0, 10.0)], [(5.0, 10.0)], []]
    assert _of_means(departments) == pytest.approx((3 * 10 + 50) / 4)
    assert _of_means([]) is None


def test_the_error_of_single_waits_leaves_out_short_ones():
    found = _error([(5.0, 1.0), (20.0, 40.0), (60.0, 40.0)])
    assert found["counted"] == 2
    assert found["mape_pct"] == 50
