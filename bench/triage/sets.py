"""The labelled sets of the repository. Ours, not gold, not clinically validated."""

import csv
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[2]
_CASES = _ROOT / "xinglin" / "care" / "triage" / "tests" / "data"
_AVEY = _ROOT / "bench" / "data" / "triage"
_PHRASES = _ROOT / "xinglin" / "care" / "triage" / "data" / "phrases"
_DIALOGUES = _ROOT / "bench" / "data" / "dialmed_dev.jsonl"
_TOLD = ("id", "text", "age_years", "sex", "vitals", "answers", "locale")
_AGED = re.compile(r"(\d+(?:\.\d+)?)\s*(year|month|week|day)", re.IGNORECASE)
_IN_A_YEAR = {"year": 1, "month": 12, "week": 52, "day": 365}
_SEXES = re.compile(r"\b(female|male)\b", re.IGNORECASE)
_NOBODY = frozenset[str]()
_LEAST_TOLD = 14

# What a disease of DialMed speaks for, and which other department may stand as well.
_OF_A_DISEASE: dict[str, tuple[str, ...]] = {
    "上呼吸道感染": ("respiratory", "ent", "general_practice", "paediatrics"),
    "肺炎": ("respiratory", "paediatrics"),
    "皮炎": ("dermatology", "paediatrics"),
    "过敏性皮炎": ("dermatology", "paediatrics"),
    "脂溢性皮炎": ("dermatology",),
    "胃炎": ("gastroenterology", "paediatrics"),
    "急性胃肠炎": ("gastroenterology", "paediatrics"),
    "肠炎": ("gastroenterology", "paediatrics"),
    "十二指肠炎": ("gastroenterology",),
    "食管炎": ("gastroenterology",),
    "病毒性肝炎": ("gastroenterology",),
    "肝炎": ("gastroenterology",),
    "肝硬化": ("gastroenterology",),
    "脂肪肝": ("gastroenterology",),
    "过敏性鼻炎": ("ent", "paediatrics"),
    "鼻炎": ("ent", "paediatrics"),
}


@dataclass(frozen=True)
class Labelled:
    """`record` is what `predict` reads. `also`: departments that may stand as well."""

    record: dict[str, Any]
    split: str
    department: str | None = None
    urgency: str | None = None
    also: frozenset[str] = _NOBODY
    tags: frozenset[str] = _NOBODY


def all_sets() -> dict[str, list[Labelled]]:
    return {
        "zh": list(_ours("zh")),
        "en": list(_ours("en")),
        "avey": list(_avey()),
        "dialogues": list(_dialogues()),
    }


def vignettes(locale: str) -> list[tuple[str, str]]:
    """Text and level of those that only the second reader learns from: nothing is measured on them."""
    path = _CASES / f"vignettes_{locale}.jsonl"
    return [(row["text"], row["level"]) for row in _rows(path)] if path.is_file() else []


def complaints(locale: str) -> list[str]:
    """What patients might write of ordinary matters, by the phrases that ship; too short ones left out."""
    found: list[str] = []
    for path in sorted(_PHRASES.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as lines:
            found += [
                row["text"]
                for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
                if row["locale"] == locale and row["kind"] in {"complaint", "question"}
            ]
    return [text for text in found if len(text) >= _LEAST_TOLD]


def first_lines() -> list[str]:
    """What patients wrote first, every third dialogue; none is known to be an emergency."""
    return (_CASES / "first_lines.txt").read_text(encoding="utf-8").splitlines()


def split_of(name: str) -> str:
    """A third is held: it is measured, never looked at."""
    return "held" if int(hashlib.sha256(name.encode()).hexdigest(), 16) % 3 == 0 else "tune"


def _ours(locale: str) -> Iterator[Labelled]:
    for row in _rows(_CASES / f"cases_{locale}.jsonl"):
        told = {name: row[name] for name in _TOLD if name in row}
        yield Labelled(
            record=told,
            split=row["split"],
            department=row["department"],
            urgency=row["urgency"],
            also=frozenset(row.get("also", ())),
            tags=frozenset(row["tags"]),
        )


def _avey() -> Iterator[Labelled]:
    cases = {row["id"]: row for row in _rows(_AVEY / "avey_400.jsonl")}
    for ours in _rows(_AVEY / "avey_ours.jsonl"):
        yield Labelled(
            record=composed(cases[ours["id"]]),
            split=ours["split"],
            department=ours["department"],
            urgency=ours["urgency"],
            also=frozenset(ours.get("also", ())),
        )


def composed(case: dict[str, str]) -> dict[str, Any]:
    """One text, as a vignette is read: who, complaints, course, what is absent, histories."""
    parts = [
        case["demographics"],
        case["chief_complaints"],
        f"{case['presentation']} {case['absent_findings']}",
        f"Past history: {case['physical_history']}" if case["physical_history"] else "",
        f"Family history: {case['family_history']}" if case["family_history"] else "",
    ]
    told: dict[str, Any] = {
        "id": case["id"],
        "text": ". ".join(part.strip().rstrip(".") for part in parts if part.strip()) + ".",
        "locale": "en",
    }
    if aged := _AGED.search(case["demographics"]):
        told["age_years"] = float(aged[1]) / _IN_A_YEAR[aged[2].lower()]
    if sex := _SEXES.search(case["demographics"]):
        told["sex"] = sex[1].lower()
    return told


def _dialogues() -> Iterator[Labelled]:
    """What the patient said first; the department is read from the label of the disease."""
    for number, row in enumerate(_rows(_DIALOGUES)):
        departments = _OF_A_DISEASE.get((row["disease"] or [""])[0])
        first = next((t for t in row["dialog"] if t.startswith("患者：")), "")
        text = first.removeprefix("患者：").strip()
        if departments is None or not text:
            continue
        name = f"dialmed-{number:04d}"
        yield Labelled(
            record={"id": name, "text": text, "locale": "zh"},
            split=split_of(name),
            department=departments[0],
            also=frozenset(departments[1:]),
        )


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())
