import pytest

from xinglin.care.dispatch.simulator.recorded import RecordedWorld, checked
from xinglin.care.dispatch.simulator.replaying import runs_for
from xinglin.care.dispatch.simulator.running import run
from xinglin.care.dispatch.simulator.written import (
    LivedDoctor,
    LivedVisit,
    as_lived,
    works,
    written,
)
from xinglin.kernel.text import Text

TITLE = Text("一天", "A day")


def visit(arrived, accepted=None, ended=None, **changes):
    plain = {"department": "ent", "urgency": 3, "channel": "text", "doctor": "d"}
    return LivedVisit(arrived=arrived, accepted=accepted, ended=ended, **{**plain, **changes})


def doctor(**changes):
    plain = {"id": "d", "departments": {"ent": 1}, "grade": 2, "units": 3}
    return LivedDoctor(**{**plain, **changes})


def test_what_a_doctor_did_beside_it_is_no_work_of_a_visit():
    alone = visit(0, 10, 110)
    assert works([alone], slowdown=0.25) == [100]
    beside = [visit(0, 0, 100), visit(0, 0, 100)]
    assert works(beside, slowdown=0.25) == [80, 80]
    half = [visit(0, 0, 100), visit(0, 50, 150)]
    assert works(half, slowdown=1.0) == [75, 75]
    other = [visit(0, 0, 100), visit(0, 0, 100, doctor="e")]
    assert works(other, slowdown=1.0) == [100, 100]


def test_what_has_not_ended_has_no_known_work():
    assert works([visit(0, 10), visit(0)], slowdown=0.25) == [None, None]


def test_duty_is_within_the_day_and_joined():
    spans = [(-3600.0, 3600.0), (3000.0, 7200.0), (90_000.0, 95_000.0), (80_000.0, 200_000.0)]
    day = written(TITLE, [visit(10)], [doctor(spans=spans)], slowdown=0.25)
    assert day["doctors"][0]["sessions"] == [[0.0, 7200.0], [80_000.0, 172_800.0]]


@pytest.mark.parametrize(
    ("visits", "sessions"),
    [
        ([visit(100, 160, 500), visit(400, 450, 9_000)], [[100, 9_000]]),
        ([visit(100, 101)], [[100, 3_700]]),
    ],
)
def test_whom_nobody_saw_on_duty_was_there_for_the_visits(visits, sessions):
    day = written(TITLE, visits, [doctor(), doctor(id="idle")], slowdown=0.25)
    assert [one["sessions"] for one in day["doctors"]] == [sessions]


def test_a_written_day_can_be_replayed_and_names_nobody():
    visits = [
        visit(30_000 + 60 * n, 30_010 + 60 * n, 30_200 + 60 * n, former="d") for n in range(9)
    ]
    visits.append(visit(31_000, ended=31_400, doctor=None))
    day = written(TITLE, visits, [doctor(spans=[(28_000.0, 40_000.0)])], slowdown=0.25)
    assert day["requests"][-1]["leaves_at"] == 31_400
    assert {one["former"] for one in day["requests"]} == {0, None}
    scenario = checked(day, "day")
    document = run(
        scenario, ["fifo"], worlds=lambda seed: RecordedWorld(scenario, day, seed=seed)
    ).document
    assert document["requests"] == 10


def test_what_was_lived_counts_who_had_no_answer_as_not_in_time():
    visits = [visit(0, 20, 100, replied=30, urgency=1), visit(0, urgency=1, ended=50, doctor=None)]
    found = as_lived(visits, (60, 180, 600, 1800))
    assert found["by_urgency"]["1"] == {"requests": 2, "mean_s": 30, "in_time_pct": 50}
    assert found["by_urgency"]["2"] == {"requests": 0, "mean_s": None, "in_time_pct": None}


@pytest.mark.parametrize(("requests", "runs"), [(0, 8), (500, 8), (5_000, 4), (120_000, 1)])
def test_a_small_day_is_run_more_often(requests, runs):
    assert runs_for(requests) == runs
