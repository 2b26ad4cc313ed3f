import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.care.dispatch.engine.shapes import Request
from xinglin.care.dispatch.simulator.cases import Case
from xinglin.care.dispatch.simulator.desk import NEVER, Desk
from xinglin.care.dispatch.simulator.roster import Person
from xinglin.care.dispatch.simulator.scenario import Group
from xinglin.care.dispatch.simulator.visit import Visit

COSTS = {"text": 1, "audio": 3, "video": 3}


def visit(number, channel="text"):
    case = Case(number, 0.0, "ent", 3, 1, channel, None, False, 9e9, 60.0, 1.0, 0.0, 0.0)
    request = Request(id=number, department="ent", urgency=3, arrived=0.0, channel=channel)
    return Visit(case, request, is_counted=True)


def made_desk():
    group = Group("gp", 1, "doctors.gp", "full_time", "all", "assumed")
    person = Person(0, group, {"ent": 1}, 1, 4, True, 1.0, 0.0, None)
    return Desk(person, slowdown=0.25, costs=COSTS)


@pytest.fixture
def desk():
    return made_desk()


def numbers(visits):
    return [visit.case.number for visit in visits]


def test_one_text_takes_its_work(desk):
    assert desk.begin(visit(1), 60.0, 100.0) == 160.0
    assert numbers(desk.ended(160.0)) == [1]
    assert desk.ends_at == NEVER
    assert desk.load == 0


def test_two_texts_slow_each_other(desk):
    desk.begin(visit(1), 60.0, 0.0)
    # Half is done; the other half goes at 1 / 1.25.
    assert desk.begin(visit(2), 60.0, 30.0) == pytest.approx(30 + 30 * 1.25)
    assert numbers(desk.ended(67.5)) == [1]
    # 30 of its 60 s are done; now it is alone.
    assert desk.ends_at == pytest.approx(67.5 + 30)


def test_a_call_is_not_slowed_and_slows(desk):
    assert desk.begin(visit(1, "video"), 60.0, 0.0) == 60.0
    # Three units beside it: 1 / (1 + 0.25 * 3).
    desk.begin(visit(2), 70.0, 0.0)
    assert desk.ends_at == 60.0
    assert numbers(desk.ended(60.0)) == [1]
    assert desk.ends_at == pytest.approx(60 + 70 - 60 / 1.75)


def test_two_that_end_together_end_at_once(desk):
    desk.begin(visit(1), 60.0, 0.0)
    end = desk.begin(visit(2), 60.0, 0.0)
    assert numbers(desk.ended(end)) == [1, 2]


@given(
    st.lists(
        st.tuples(st.floats(0, 500), st.floats(1, 900), st.sampled_from(["text", "text", "video"])),
        min_size=1,
        max_size=12,
    )
)
def test_work_is_done_once_and_never_faster_than_alone(visits):
    desk = made_desk()
    begun, ended = {}, {}
    coming = sorted((at, n, work, channel) for n, (at, work, channel) in enumerate(visits))
    while coming or desk.ends_at != NEVER:
        if coming and coming[0][0] <= desk.ends_at:
            at, number, work, channel = coming.pop(0)
            begun[number] = (at, work)
            desk.begin(visit(number, channel), work, at)
        else:
            now = desk.ends_at
            ended.update({v.case.number: now for v in desk.ended(now)})
    assert set(ended) == set(begun)
    assert desk.load == 0
    for number, (at, work) in begun.items():
        slowest = 1 + 0.25 * (3 * len(begun) - 1)
        assert work - 1e-3 <= ended[number] - at <= work * slowest + 1e-3
