"""The shipped lists hold together, and a bad entry is found before a patient meets it."""

import copy
import json
from pathlib import Path

import pytest

from xinglin.care.people.queries import departments
from xinglin.care.people.tests.factories import hospital
from xinglin.care.triage.rules import shipped
from xinglin.care.triage.rules.shipped import BadEntryError

_FLAGS = json.loads((shipped._DATA / "red_flags.json").read_text(encoding="utf-8"))["flags"]


@pytest.fixture
def shipped_from(tmp_path, monkeypatch):
    """Let the lists be read from a folder of the test's own."""
    everything = (shipped.red_flags, shipped.lexicon)

    def use(name: str, content: object) -> None:
        for file in shipped._DATA.glob("*.json"):
            (tmp_path / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
        (tmp_path / name).write_text(json.dumps(content), encoding="utf-8")
        monkeypatch.setattr(shipped, "_DATA", Path(tmp_path))
        for each in everything:
            each.cache_clear()

    yield use
    for each in everything:
        each.cache_clear()


@pytest.mark.parametrize("flag", shipped.red_flags(), ids=lambda flag: flag.id)
def test_a_danger_sign_names_its_source_and_whether_it_was_read(flag):
    assert flag.source
    assert 2000 < flag.year <= 2026
    assert flag.status in {"confirmed", "memory"}


def test_only_what_stands_in_a_source_that_was_read_is_confirmed():
    confirmed = {flag.source for flag in shipped.red_flags() if flag.status == "confirmed"}
    assert confirmed == {
        "国家基层高血压防治管理指南2025版, Chinese Circulation Journal 2025;40(9):836-850"
    }


def test_every_danger_sign_says_whom_to_call():
    for flag in shipped.red_flags():
        assert "{emergency_number}" in flag.advice.zh, flag.id
        assert "{emergency_number}" in flag.advice.en, flag.id


@pytest.mark.django_db
def test_every_open_department_has_its_words_and_no_other():
    hospital()
    assert set(shipped.lexicon()) == {d.slug for d in departments()}


@pytest.mark.parametrize(
    "change",
    [
        {"status": "guessed"},
        {"source": " "},
        {"patterns": {"zh": [], "en": [{"all": [["x"]]}]}},
        {"patterns": {"zh": [{"all": []}], "en": [{"all": [["x"]]}]}},
        {"patterns": {"zh": [{"all": [[]]}], "en": [{"all": [["x"]]}]}},
        {"patterns": {"zh": [{"all": [["#glucose>=16"]]}], "en": [{"all": [["x"]]}]}},
    ],
)
def test_a_bad_danger_sign_stops_the_start(change):
    with pytest.raises(ValueError, match=r"."):
        shipped.read_red_flag(copy.deepcopy(_FLAGS[0]) | change)


def test_a_danger_sign_cannot_rest_on_an_answer_that_nobody_can_give(shipped_from):
    flag = copy.deepcopy(_FLAGS[0]) | {
        "patterns": {"zh": [{"all": [["@pregnancy=twins"]]}], "en": [{"all": [["x"]]}]}
    }
    shipped_from("red_flags.json", {"flags": [flag]})
    with pytest.raises(BadEntryError, match="twins"):
        shipped.red_flags()


def test_no_name_is_used_twice(shipped_from):
    shipped_from("red_flags.json", {"flags": [_FLAGS[0], _FLAGS[0]]})
    with pytest.raises(BadEntryError, match="chest_pain"):
        shipped.red_flags()


@pytest.mark.parametrize("words", [{"9": ["痛"]}, {"3": [""]}, {"3": ["痛", "痛"]}], ids=str)
def test_bad_words_of_a_department_stop_the_start(words):
    with pytest.raises(BadEntryError):
        shipped.read_terms("ent", {"zh": words, "en": {}})
