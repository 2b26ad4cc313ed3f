"""The concepts with their surface forms, read once and indexed by how a form begins."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from xinglin.kernel.text import Text

# Said in many ways, read as one; their order counts.
MODALS = (
    (
        re.compile(
            r"\b(?:cant|couldnt|could not|can not|unable to|(?:is |was |been )?not able to)(?= )"
        ),
        "cannot",
    ),
    (re.compile(r"\b(?:will not|wouldnt|would not|refus(?:es|ed|ing) to)(?= )"), "wont"),
)
_DATA = Path(__file__).parents[2] / "data"
CUE_EN, _CUE_ZH = 4, 2
KINDS = ("symptom", "condition", "part", "source", "sensation", "noise")
# Of what comes out of the body only blood is composed: "vomited ... blood".
OF_SOURCES = frozenset({"bleeding"})


class BadFormError(ValueError):
    """A form or concept of the lexicon cannot be used."""


@dataclass(frozen=True, slots=True)
class Concept:
    """`is_a`: what it also counts as."""

    id: str
    kind: str
    name: Text
    is_a: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """`pattern`: None for plain letters."""

    concept: str
    letters: str
    pattern: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Lexicon:
    """`by_cue`: how a form begins (four letters of English, two of Chinese) -> forms, longest first."""

    concepts: Mapping[str, Concept]
    by_cue: Mapping[str, tuple[Form, ...]]
    ancestors: Mapping[str, frozenset[str]]
    words: frozenset[str]
    typos: Mapping[str, str]

    def name_of(self, concept: str) -> Text:
        return self.concepts[concept].name


@cache
def lexicon() -> Lexicon:
    entries: list[dict[str, Any]] = []
    renames: dict[str, str] = {}
    typos: dict[str, str] = {}
    for path in sorted(_DATA.glob("findings*.json")):
        found = json.loads(path.read_text(encoding="utf-8"))
        entries += found["concepts"]
        renames |= found.get("renames", {})
        typos |= found.get("typos", {})
    return build(entries, renames, typos)


def build(
    entries: list[dict[str, Any]], renames: Mapping[str, str], typos: Mapping[str, str]
) -> Lexicon:
    """Raises BadFormError."""
    concepts = _concepts(entries)
    concepts = _composed(concepts, renames) | concepts
    for concept in concepts.values():
        if unknown := set(concept.is_a) - set(concepts):
            raise BadFormError(f"{concept.id} is a {', '.join(sorted(unknown))}, which is unknown")
    by_cue: dict[str, list[Form]] = {}
    for form in _forms(entries):
        by_cue.setdefault(cue(form.letters), []).append(form)
    words = {
        w
        for forms in by_cue.values()
        for f in forms
        if f.letters.isascii()
        for w in re.findall(r"[a-z]{4,}", f.letters)
    }
    return Lexicon(
        concepts=concepts,
        by_cue={c: tuple(sorted(f, key=lambda x: -len(x.letters))) for c, f in by_cue.items()},
        ancestors={each: frozenset(_ancestors(each, concepts)) for each in concepts},
        words=frozenset(words),
        typos=typos,
    )


def composed_id(part: str, sensation: str, renames: Mapping[str, str]) -> str:
    return renames.get(f"{part}_{sensation}", f"{part}_{sensation}")


@cache
def renames() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for path in sorted(_DATA.glob("findings*.json")):
        found |= json.loads(path.read_text(encoding="utf-8")).get("renames", {})
    return found


def cue(letters: str) -> str:
    if letters[0].isascii():
        return re.split("[ *]", letters, maxsplit=1)[0][:CUE_EN]
    return letters[:_CUE_ZH] if letters[1:2] != "*" else letters[:1]


def _concepts(entries: list[dict[str, Any]]) -> dict[str, Concept]:
    found: dict[str, Concept] = {}
    for entry in entries:
        if entry["id"] in found:
            raise BadFormError(f"{entry['id']} is named twice")
        if entry["kind"] not in KINDS:
            raise BadFormError(f"{entry['id']}: kind {entry['kind']!r}")
        name = Text(*entry["name"])
        found[entry["id"]] = Concept(entry["id"], entry["kind"], name, tuple(entry.get("is_a", ())))
    return found


def _composed(concepts: dict[str, Concept], renames: Mapping[str, str]) -> dict[str, Concept]:
    """One symptom for each part of the body and each thing that can be wrong with it."""
    parts = [c for c in concepts.values() if c.kind in {"part", "source"}]
    wrongs = [c for c in concepts.values() if c.kind == "sensation"]
    found: dict[str, Concept] = {}
    for part in parts:
        for wrong in wrongs:
            if part.kind == "source" and wrong.id not in OF_SOURCES:
                continue
            own = composed_id(part.id, wrong.id, renames)
            wider = [composed_id(p, wrong.id, renames) for p in part.is_a]
            known = found.get(own)
            name = Text(f"{part.name.zh}{wrong.name.zh}", f"{part.name.en} {wrong.name.en}")
            parents = tuple(
                p for p in (*(known.is_a if known else ()), *wider, wrong.id) if p != own
            )
            found[own] = Concept(
                own, "symptom", concepts[own].name if own in concepts else name, parents
            )
    for own in set(found) & set(concepts):
        both = (*concepts[own].is_a, *found[own].is_a)
        # "Rash" is renamed from "skin rash", and goes on joining with other parts of the body.
        kind = "sensation" if concepts[own].kind == "sensation" else "symptom"
        concepts[own] = Concept(own, kind, concepts[own].name, tuple(dict.fromkeys(both)))
    return found


def _forms(entries: list[dict[str, Any]]) -> Iterator[Form]:
    for entry in entries:
        for locale in ("zh", "en"):
            for letters in entry.get(locale, "").split("|"):
                if letters.strip():
                    yield _form(entry["id"], plain_form(letters))


def plain_form(letters: str) -> str:
    """Written as a text is when it is read: no hyphens and apostrophes, one word for "cannot"."""
    plain = letters.strip().lower().replace("-", " ").replace("'", "")
    for pattern, word in MODALS:
        plain = pattern.sub(word, plain)
    return plain


def _form(concept: str, letters: str) -> Form:
    if letters[0] == "*" or letters.startswith("..."):
        raise BadFormError(f"{concept}: {letters!r} has no beginning")
    if not letters.isascii():
        return Form(
            concept, letters, _pattern_zh(letters) if "*" in letters or "#" in letters else None
        )
    first = letters.split(" ", maxsplit=1)[0]
    if "*" in first and len(first.rstrip("*")) < CUE_EN:
        raise BadFormError(f"{concept}: {letters!r} begins too shortly")
    return Form(
        concept,
        letters,
        _pattern_en(letters) if any(c in letters for c in ("*", "...", "#")) else None,
    )


def _pattern_zh(letters: str) -> re.Pattern[str]:
    return re.compile(
        re.escape(letters)
        .replace(r"\*", r"[^,。、;!?\n没不无]{0,6}?")
        .replace(
            r"\#",
            r"(?:[1-9]\d{1,2}|[二三四五六七八九]?十[一二三四五六七八九]?|几十|八|九|一百|上百)",
        )
    )


def _pattern_en(letters: str) -> re.Pattern[str]:
    words = (
        re.escape(letters)
        .replace(r"\.\.\.\ ", r"(?:(?!no |not |but )[\w']+ ){0,5}?")
        .replace(r"\*", r"[\w']*")
        .replace(r"\#", r"[1-9]\d{1,2}")
    )
    return re.compile(rf"{words}(?![\w'])")


def _ancestors(concept: str, concepts: Mapping[str, Concept]) -> set[str]:
    found: set[str] = set()
    open_ = [concept]
    while open_:
        each = open_.pop()
        if each not in found:
            found.add(each)
            open_ += concepts[each].is_a
    return found
