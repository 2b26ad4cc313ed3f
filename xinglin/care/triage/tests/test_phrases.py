"""The training phrases keep their form: one department each, and nothing that points to a person."""

import csv
import json
import re
from collections import Counter
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from xinglin.care.triage.rules import shipped

_PHRASES = shipped._DATA / "phrases"
_FILES = sorted(_PHRASES.glob("*.tsv"))
_DEPARTMENTS = sorted(shipped.lexicon())
_KINDS = {"complaint", "question", "disease", "medicine", "test", "procedure", "body"}
_LEAST = {"zh": 350, "en": 120}
_LONGEST = 200
_SHORT, _ALIKE = 6, 0.7
# Told complaints against whole cases: how many runs (four Chinese characters, three English words) make
# a phrase long enough to be somebody's own wording, and which share of them in one case makes it a copy.
# Where half is shared the sentence is the same with a word changed; below, only the illness is the same.
_RUNS = {"zh": 4, "en": 3}
_OWN_WORDING, _COPY = 8, 0.5
_CASES = Path(__file__).parent / "data"
# A telephone, an identity card or an account: many figures in a row, however they are spaced.
_NUMBER = re.compile(r"\d(?:[\s-]?\d){6,}|@|https?://|www\.")


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def _counts(file: Path) -> Counter[str]:
    return Counter(row["locale"] for row in _rows(file))


def test_every_department_has_its_phrases():
    assert [file.stem for file in _FILES] == _DEPARTMENTS


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.stem)
def test_a_file_has_the_form_the_training_reads(file):
    assert file.read_text(encoding="utf-8").startswith("locale\tkind\ttext\n")
    for row in _rows(file):
        assert set(row) == {"locale", "kind", "text"}, row
        assert row["locale"] in _LEAST, row
        assert row["kind"] in _KINDS, row
        assert row["text"] == row["text"].strip(), row
        assert 0 < len(row["text"]) <= _LONGEST, row


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.stem)
def test_a_phrase_holds_no_number_of_a_person(file):
    assert not [row["text"] for row in _rows(file) if _NUMBER.search(row["text"])]


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.stem)
def test_chinese_is_marked_as_chinese(file):
    for row in _rows(file):
        if row["locale"] == "en":
            assert not re.search("[\u4e00-\u9fff]", row["text"]), row


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.stem)
def test_a_department_has_enough_of_both_languages(file):
    counts = _counts(file)
    assert {locale: counts[locale] for locale in _LEAST if counts[locale] < _LEAST[locale]} == {}


def test_a_phrase_stands_once_and_in_one_department():
    places: dict[str, list[str]] = {}
    for file in _FILES:
        for row in _rows(file):
            places.setdefault(_bare(row["text"]), []).append(f"{file.stem}: {row['text']}")
    assert [found for found in places.values() if len(found) > 1] == []


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.stem)
def test_phrases_are_not_one_sentence_with_a_word_changed(file):
    """Almost the same words in the same order teach the model nothing new."""
    rows = [row for row in _rows(file) if row["kind"] in {"complaint", "question"}]
    bags = [(row["text"], _pairs(row["text"])) for row in rows]
    told = [(text, pairs) for text, pairs in bags if len(pairs) > _SHORT]
    alike = [
        (one, other)
        for (one, a), (other, b) in combinations(told, 2)
        if len(a & b) > _ALIKE * len(a | b)
    ]
    assert alike == []


def _pairs(text: str) -> set[tuple[str, str]]:
    """Neighbouring Chinese characters, or English words."""
    parts = re.findall(r"[\u4e00-\u9fff]|[^\W\u4e00-\u9fff]+", text.casefold())
    return set(pairwise(parts))


def test_no_phrase_is_the_near_copy_of_a_case_on_which_we_measure():
    """Else the figures of docs/triage.md would be of what was learnt by heart."""
    of_run: dict[tuple[str, ...], list[str]] = {}
    for name, locale, text in _measured_on():
        for run in _runs(text, locale):
            of_run.setdefault(run, []).append(name)
    copies = []
    for file in _FILES:
        for row in _rows(file):
            runs = _runs(row["text"], row["locale"])
            if row["kind"] not in {"complaint", "question"} or len(runs) < _OWN_WORDING:
                continue
            shared = Counter(name for run in runs for name in of_run.get(run, ()))
            copies += [
                f"{file.stem}: {row['text']} ~ {name}"
                for name, count in shared.items()
                if count >= _COPY * len(runs)
            ]
    assert copies == [], "take the phrase out, or tell the illness in other words"


def _measured_on() -> list[tuple[str, str, str]]:
    """Name, locale, text."""
    found = []
    for locale in _RUNS:
        lines = (_CASES / f"cases_{locale}.jsonl").read_text(encoding="utf-8").splitlines()
        found += [(row["id"], locale, row["text"]) for row in map(json.loads, lines)]
    first = (_CASES / "first_lines.txt").read_text(encoding="utf-8").splitlines()
    return [*found, *((f"first line {n}", "zh", line) for n, line in enumerate(first, 1))]


def _runs(text: str, locale: str) -> set[tuple[str, ...]]:
    """As long as `_RUNS` says, of characters or of words."""
    plain = re.sub(r"[\W_]+", " ", text.casefold())
    parts = list(plain.replace(" ", "")) if locale == "zh" else plain.split()
    size = _RUNS[locale]
    return {tuple(parts[at : at + size]) for at in range(len(parts) - size + 1)}
