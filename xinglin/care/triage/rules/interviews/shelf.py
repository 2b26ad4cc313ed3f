"""The interviews of the house, read once and checked: a bad one stops the start."""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from xinglin.care.triage.rules.entries import BadEntryError
from xinglin.care.triage.rules.interview import Option, Question
from xinglin.care.triage.rules.interviews import fhir
from xinglin.care.triage.rules.interviews.types import Interview
from xinglin.kernel.text import Text

DATA = Path(__file__).parents[2] / "data"
GENERAL = "general"

_YES_NO = (
    Option(code="no", text=Text("没有", "No"), said=Text("无", "No")),
    Option(code="yes", text=Text("有", "Yes"), said=Text("有", "Yes")),
    Option(code="unsure", text=Text("不确定", "I am not sure"), said=Text("不确定", "Not sure")),
)
# Questions that other parts of triage ask when the answer would change the outcome.
_DISCRIMINATORS = ("discriminators.json", "department/questions.json")


@cache
def general() -> Interview:
    """What everybody is asked."""
    return _all()[GENERAL]


@cache
def special() -> tuple[Interview, ...]:
    """Those for one leading complaint, by name."""
    return tuple(each for name, each in sorted(_all().items()) if name != GENERAL)


def named(name: str) -> Interview | None:
    """None for one that the house no longer has."""
    return _all().get(name)


@cache
def discriminators() -> dict[str, Question]:
    """Id -> a question with few answers, one of them harmless."""
    return {
        question.link_id: question
        for file in _DISCRIMINATORS
        for question in _discriminators_of(DATA / file)
    }


@cache
def every_question() -> tuple[Question, ...]:
    """All that may ever be asked; of two of one name the first."""
    found = {q.link_id: q for each in (general(), *special()) for q in each.questions}
    return tuple({**discriminators(), **found}.values())


@cache
def _all() -> dict[str, Interview]:
    files = sorted((DATA / "interviews").glob("*.json"))
    read = [fhir.read(_json(file), file=file.name) for file in files]
    found = {each.name: each for each in read}
    if GENERAL not in found:
        raise BadEntryError(f"interviews/{GENERAL}.json is missing")
    _refuse_shared([q.link_id for q in found[GENERAL].questions], found)
    return found


def _refuse_shared(base: Iterable[str], found: dict[str, Interview]) -> None:
    known = set(base)
    for name, each in found.items():
        if name != GENERAL:
            for question in each.questions:
                if question.link_id in known:
                    raise BadEntryError(
                        f"{name}.json: {question.link_id}: {GENERAL}.json asks this already"
                    )


def _discriminators_of(file: Path) -> list[Question]:
    if not file.exists():
        return []
    return [read_discriminator(entry, file=file.name) for entry in _json(file)["questions"]]


def read_discriminator(entry: dict[str, Any], *, file: str) -> Question:
    """Raises BadEntryError."""
    link_id = entry.get("link_id") or entry.get("id")
    if not link_id:
        raise BadEntryError(f"{file}: a question needs an id")
    text = Text(**entry["text"])
    return Question(
        link_id=link_id,
        type="choice",
        text=text,
        label=Text(**entry["label"]) if entry.get("label") else text,
        required=True,
        options=tuple(_option(each) for each in entry.get("options", [])) or _YES_NO,
        of_the_past=entry.get("of_the_past", False),
    )


def _option(entry: dict[str, Any]) -> Option:
    text = Text(**entry["text"])
    return Option(
        code=entry["code"], text=text, said=Text(**entry["said"]) if entry.get("said") else text
    )


def _json(file: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise BadEntryError(f"{file.name}: is no JSON: {error}") from error
    return found
