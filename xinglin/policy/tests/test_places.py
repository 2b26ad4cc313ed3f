"""The contract of a jurisdiction folder, walked over every folder there is."""

import ast
import importlib
import pkgutil
import string
import sys
from datetime import date
from pathlib import Path

import pytest

from xinglin.kernel.errors import Refusal
from xinglin.policy import house, jurisdictions, places
from xinglin.policy.facts import FACTS
from xinglin.policy.rules import knobs_in_force
from xinglin.policy.terms import DECISIONS

LOADED = places.load()
NATIONS = [code for code, j in LOADED.items() if j.parent is None]
RULES = [
    pytest.param(code, rule, id=f"{code}-{decision}-{rule.id}-{n}")
    for code, jurisdiction in LOADED.items()
    for decision, rules in jurisdiction.rules.items()
    for n, rule in enumerate(rules)
]


def test_the_folders_are_found():
    assert set(LOADED) == {
        found.name for found in pkgutil.iter_modules(jurisdictions.__path__) if found.ispkg
    }
    assert {"cn", "cn_bj", "india", "uk"} <= set(LOADED)


@pytest.mark.parametrize("code", NATIONS)
def test_a_nation_decides_all_that_has_facts(code):
    assert set(LOADED[code].rules) >= set(FACTS)


@pytest.mark.parametrize("code", LOADED)
def test_no_jurisdiction_imports_another(code):
    others = {f"xinglin.policy.jurisdictions.{other}" for other in LOADED if other != code}
    folder = Path(importlib.import_module(f"{jurisdictions.__name__}.{code}").__path__[0])
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert (node.module or "") not in others
                assert not any((node.module or "").startswith(f"{o}.") for o in others)
                assert node.module != "xinglin.policy.jurisdictions"


@pytest.mark.parametrize(("code", "rule"), RULES)
def test_every_rule_tells_source_status_and_texts_whose_blanks_can_be_filled(code, rule):
    day = rule.cites.since or date.max
    knobs = knobs_in_force(places.layers(code), on=day)
    refusal = rule.refusal(knobs)
    assert isinstance(refusal, Refusal)
    assert "{" not in refusal.text.zh + refusal.text.en + refusal.instead.zh + refusal.instead.en
    assert rule.cites.source
    assert rule.cites.basis
    blanks = {
        side: {name for _, name, _, _ in string.Formatter().parse(getattr(rule.text, side)) if name}
        for side in ("zh", "en")
    }
    assert blanks["zh"] == blanks["en"]


@pytest.mark.parametrize(("code", "rule"), RULES)
def test_only_what_is_not_confirmed_is_called_unverified(code, rule):
    assert ("unverified" in rule.cites.spoken()) == (rule.cites.status != "confirmed")


@pytest.mark.parametrize("code", LOADED)
def test_the_texts_of_one_rule_differ_within_a_decision(code):
    for rules in LOADED[code].rules.values():
        texts = [rule.text for rule in rules]
        assert len(texts) == len(set(texts))


@pytest.mark.parametrize("code", LOADED)
def test_intervals_of_one_knob_do_not_overlap(code):
    seen = {}
    for knob in LOADED[code].knobs:
        for other in seen.setdefault((knob.name, knob.specialties), []):
            assert not any(
                knob.in_force(day) and other.in_force(day)
                for day in (knob.since, other.since, date.min)
                if day
            )
        seen[knob.name, knob.specialties].append(knob)


def test_the_default_rules_of_the_house_never_pass_for_law():
    rules = [rule for j in LOADED.values() for found in j.rules.values() for rule in found]
    assert {r.cites.status for r in rules if r.id.startswith("XL")} == {"ours"}
    assert all(r.id.startswith("XL") for r in rules if house.HOUSE in r.cites.basis)


def test_a_province_is_layered_over_its_nation():
    assert [j.code for j in places.layers("cn_bj")] == ["cn", "cn_bj"]
    assert [j.code for j in places.layers("cn_gz")] == ["cn"]
    assert [j.code for j in places.neighbours("cn_gz")] == ["cn_bj"]
    assert [j.code for j in places.neighbours("cn")] == ["cn_bj"]
    assert places.neighbours("cn_bj") == ()
    assert places.neighbours("india") == ()


# --- folders that are wrong


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """Write a package of jurisdictions: {"code/file.py": text}."""

    def write(name, files):
        root = tmp_path / name
        root.mkdir()
        (root / "__init__.py").touch()
        for path, text in files.items():
            (root / path).parent.mkdir(exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
        importlib.invalidate_caches()
        return importlib.import_module(name)

    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    yield write
    for name in set(sys.modules) - before:
        if name.startswith("lands_"):
            del sys.modules[name]


HEAD = """
from datetime import UTC as ZONE
from xinglin.kernel.text import Text
NAME = Text("某地", "Somewhere")
"""


def test_a_folder_with_data_alone_is_a_jurisdiction(folders):
    package = folders(
        "lands_good",
        {"n/__init__.py": HEAD, "n/retain.py": "RULES = ()", "n/law.py": "", "loose.py": ""},
    )
    (found,) = places.load(package).values()
    assert (found.code, dict(found.rules), found.knobs) == ("n", {"retain": ()}, ())


def test_a_file_that_is_no_decision_is_an_error(folders):
    package = folders("lands_typo", {"n/__init__.py": HEAD, "n/opne_kind.py": "RULES = ()"})
    with pytest.raises(ValueError, match=r"lands_typo\.n\.opne_kind is no decision"):
        places.load(package)


@pytest.mark.parametrize(("name", "parent"), [("lands_lost", "'nowhere'"), ("lands_deep", "'n_p'")])
def test_a_parent_must_be_a_nation_that_is_there(folders, name, parent):
    package = folders(
        name,
        {
            "n/__init__.py": HEAD,
            "n_p/__init__.py": HEAD + "PARENT = 'n'",
            "n_p_q/__init__.py": HEAD + f"PARENT = {parent}",
        },
    )
    with pytest.raises(ValueError, match=r"n_p_q names .* which is no nation here"):
        places.load(package)


def test_the_thirteen_decisions_have_a_question_each():
    assert len(DECISIONS) == 13
