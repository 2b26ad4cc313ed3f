import json

import pytest

from xinglin.care.dispatch.simulator import scenario as scenarios
from xinglin.care.dispatch.simulator.scenario import BadScenario, Number, load, names


def test_the_scenarios_of_the_issue_are_there():
    assert {"guizhou-2016", "guizhou-plan", "jd-2020", "surge-10x"} <= set(names())
    assert {"evening-120k", "evening-162k", "fifteen-1350"} <= set(names())


@pytest.mark.parametrize("name", names())
def test_every_number_has_a_source_or_is_marked_assumed(name):
    found = load(name)
    assert all(len(number.source) >= len("assumed") for number in found.numbers.values())
    assert all(group.source for group in found.roster)
    assert found.title.zh
    assert found.about.en


@pytest.mark.parametrize("name", names())
def test_shares_stay_shares_when_they_are_varied(name):
    found = load(name)
    for key in found.assumed:
        if found.numbers[key].vary == "scale":
            continue
        for factor in (0.5, 1.5):
            value = found.varied(key, factor).numbers[key].value
            flat = list(value.values()) if isinstance(value, dict) else list(value)
            assert min(flat) >= 0
            assert sum(flat) > 0


def test_a_number_is_scaled():
    found = load("fifteen-1350")
    assert found.varied("work.cv", 0.5).one("work.cv") == 0.4
    assert found.varied("work.text_s", 1.5).row("work.text_s") == (540, 810, 1350)
    assert found.one("work.cv") == 0.8


def test_a_tilt_keeps_the_sum():
    found = load("fifteen-1350").varied("demand.need", 0.5)
    assert found.row("demand.need") == pytest.approx((0.8, 0.15, 0.05))


def test_a_spread_is_about_the_mean():
    hours = load("guizhou-2016").varied("demand.by_hour", 0.5).row("demand.by_hour")
    plain = load("guizhou-2016").row("demand.by_hour")
    assert sum(hours) == pytest.approx(sum(plain))
    assert hours[3] == 0
    assert max(hours) < max(plain)


def test_a_child_overrides_its_parent():
    assert load("fifteen-1350").one("demand.per_day") == 1350
    assert load("fifteen-1350").roster == load("guizhou-2016").roster


def test_an_unknown_scenario_is_answered_with_those_that_are_known():
    with pytest.raises(BadScenario, match="guizhou-2016"):
        load("atlantis")


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Writes a scenario of its own beside the common numbers."""
    common = json.loads((scenarios.FOLDER / "common.json").read_text(encoding="utf-8"))
    monkeypatch.setattr(scenarios, "FOLDER", tmp_path)

    def write(**changes):
        raw = json.loads(json.dumps(common))
        raw.update(
            title={"zh": "甲", "en": "A"}, about={"zh": "甲", "en": "A"}, roster=[dict(_GROUP)]
        )
        raw["numbers"]["doctors.gp"] = {"value": 3, "source": "assumed"}
        raw["numbers"].update(changes.pop("numbers", {}))
        raw.update(changes)
        (tmp_path / "one.json").write_text(json.dumps(raw), encoding="utf-8")
        scenarios.load.cache_clear()
        return scenarios.load("one")

    yield write
    scenarios.load.cache_clear()


_GROUP = {
    "name": "gp",
    "grade": 1,
    "count": "doctors.gp",
    "mode": "full_time",
    "departments": "all",
    "shifts": [[8, 8]],
    "source": "assumed",
}


def test_a_whole_scenario_loads(written):
    assert written().one("doctors.gp") == 3


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"numbers": {"work.cv": {"value": 1, "source": " "}}}, "has no source"),
        ({"numbers": {"work.cv": {"value": -1, "source": "assumed"}}}, "below zero"),
        ({"numbers": {"demand.need": {"value": [0, 0, 0], "source": "assumed"}}}, "no weight"),
        ({"numbers": {"clock.open_hour": {"value": 24, "source": "assumed"}}}, "before it opens"),
        ({"roster": []}, "no doctors"),
        ({"roster": [{**_GROUP, "count": "doctors.who"}]}, "unknown"),
        ({"roster": [{k: v for k, v in _GROUP.items() if k != "shifts"}]}, "neither shifts"),
    ],
)
def test_a_bad_scenario_says_what_is_wrong(written, changes, words):
    with pytest.raises(BadScenario, match=words):
        written(**changes)


def test_a_single_number_has_no_shape():
    with pytest.raises(TypeError):
        scenarios._tilted(1.0, 0.5)


def test_assumed_is_read_from_the_source():
    assert Number(1, "assumed").is_assumed
    assert Number(1, "JD; the split is assumed").is_assumed
    assert not Number(1, "JD Corporate Blog 2020-04-27").is_assumed
