import json

import pytest

from xinglin.care.dispatch.simulator.recorded import RecordedWorld, read
from xinglin.care.dispatch.simulator.running import run
from xinglin.care.dispatch.simulator.scenario import BadScenario

TITLE = {"zh": "一天", "en": "A day"}


def doctor(**changes):
    plain = {"departments": {"ent": 1}, "grade": 2, "units": 3, "sessions": [[28_800, 43_200]]}
    return {**plain, **changes}


def request(**changes):
    plain = {"arrived": 30_000, "department": "ent", "urgency": 3, "need": 1, "channel": "text"}
    return {**plain, **changes}


@pytest.fixture
def replayed(tmp_path):
    def replay(*, policies=("fifo", "xinglin"), **raw):
        path = tmp_path / "day.json"
        whole = {"title": TITLE, "doctors": [doctor()], "requests": [request()], **raw}
        path.write_text(json.dumps(whole), encoding="utf-8")
        scenario, found = read(path)

        def world(seed):
            return RecordedWorld(scenario, found, seed=seed)

        return run(scenario, list(policies), worlds=world).document

    return replay


def test_a_recorded_day_is_replayed_under_other_policies(replayed):
    requests = [request(arrived=30_000 + 240 * n, work_s=300) for n in range(40)]
    requests += [request(arrived=31_000, former=0, work_s=100)]
    never = {"value": [0, 0], "source": "recorded"}, {"value": 0, "source": "recorded"}
    numbers = {"doctors.lapse": never[0], "doctors.refuse": never[1]}
    numbers["doctors.accept_cv"] = never[1]
    document = replayed(requests=requests, numbers=numbers)
    assert document["scenario"] == "day"
    for measures in document["policies"].values():
        assert measures["requests"] == 41
        assert measures["left_pct"] == 0
        assert measures["continuity_pct"] == 100


def test_what_is_recorded_is_not_drawn(replayed):
    gone = replayed(requests=[request(arrived=29_000, work_s=20_000), request(leaves_at=30_000.5)])
    assert gone["policies"]["fifo"]["left_pct"] == 50


def test_numbers_of_the_file_override(replayed):
    numbers = {"doctors.accept_s": {"value": 0, "source": "recorded"}}
    assert replayed(numbers=numbers)["numbers"]["doctors.accept_s"]["value"] == 0


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"doctors": [doctor(departments={})]}, "doctor 0: a department"),
        ({"doctors": [doctor(grade=4)]}, "doctor 0"),
        ({"doctors": [doctor(sessions=[[5, 4]])]}, "ends before it starts"),
        ({"doctors": []}, "needs doctors"),
        ({"requests": [request(urgency=0)]}, "request 0: urgency"),
        ({"requests": [request(), request(channel="letter")]}, "request 1: the channel"),
        ({"requests": [request(former=7)]}, "request 0: arrived within the day"),
        ({"requests": [{}]}, "'urgency' is missing"),
        ({"numbers": {"work.cv": {"value": 1, "source": ""}}}, "no source"),
    ],
)
def test_a_bad_record_says_where(replayed, raw, words):
    with pytest.raises(BadScenario, match=words):
        replayed(**raw)


def test_a_file_that_is_no_record_is_refused(tmp_path):
    path = tmp_path / "day.json"
    path.write_text("[", encoding="utf-8")
    with pytest.raises(BadScenario, match="cannot be read"):
        read(path)
    with pytest.raises(BadScenario, match="cannot be read"):
        read(tmp_path / "none.json")
