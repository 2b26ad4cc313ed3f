"""Languages that we do not read: which one it is, and its commonest words of danger (`data/tongues.json`)."""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parents[1] / "data" / "tongues.json"
_HAN = re.compile(r"[㐀-鿿]")
_LATIN = re.compile(r"[a-zA-Z]")
_TOKEN = re.compile(r"[a-z]+")
_MOST_READ = 4_000
# A single kana in Chinese is an ornament, a Greek letter belongs to a medicine.
_LEAST_LETTERS, _LEAST_WORDS = 2, 2
_SHARE, _SHARE_OF_KANA = 0.5, 0.3
_FEW_WORDS, _FEW_LETTERS = 3, 10
_WITHOUT_BLANKS = frozenset({"ja", "th"})
_KEPT_APART = str.maketrans({"đ": "d", "ß": "s", "ø": "o", "ł": "l", "ı": "i"})


@dataclass(frozen=True, slots=True, eq=False)
class Tongue:
    """`says`: that we do not read it and whom to call, `{emergency_number}` unfilled."""

    code: str
    name: str
    says: str
    words: frozenset[str]
    letters: re.Pattern[str] | None
    danger: Mapping[str, re.Pattern[str]]


@dataclass(frozen=True, slots=True)
class Abroad:
    """`tongue`: None when it is not one of ours. `danger`: kinds of it, those of life itself first."""

    tongue: Tongue | None
    danger: tuple[str, ...]


@lru_cache(maxsize=8)
def abroad(text: str) -> Abroad | None:
    """None for Chinese, English, and what shows no language at all."""
    read = text[:_MOST_READ]
    if (by_letters := _by_letters(read)) is not None:
        return by_letters
    if len(_HAN.findall(read)) >= _LEAST_LETTERS or not _LATIN.search(read):
        return None
    return _by_words(read)


def _by_letters(read: str) -> Abroad | None:
    known = _known()
    if not known.any_letters.search(read):
        return None
    counted = {each: len(each.letters.findall(read)) for each in known.of_script if each.letters}
    tongue = max(counted, key=lambda each: counted[each])
    found, han = counted[tongue], len(_HAN.findall(read))
    others = han if tongue.code == "ja" else han + len(_LATIN.findall(read))
    share = _SHARE_OF_KANA if tongue.code == "ja" else _SHARE
    if found >= _LEAST_LETTERS and found >= share * (found + others):
        return Abroad(tongue, _dangers(tongue, read))
    strange = len(known.other_letters.findall(read))
    if strange >= _LEAST_LETTERS and strange >= _SHARE * (strange + others):
        return Abroad(None, ())
    return None


def _by_words(read: str) -> Abroad | None:
    """By words that only this language has; else by a danger told in few words."""
    known, tokens = _known(), _TOKEN.findall(_bare(read))
    said = {each: sum(t in each.words for t in tokens) for each in known.of_words}
    english = sum(t in known.english for t in tokens)
    likeliest = max(said.values())
    is_told = likeliest >= _LEAST_WORDS and likeliest > english
    dangers = {each: _dangers(each, read) for each in known.of_words}
    every = tuple(kind for kind in _kinds() if any(kind in found for found in dangers.values()))
    if not is_told and (not every or (every == ("help",) and english >= _LEAST_WORDS)):
        return None
    tongue = max(
        known.of_words,
        key=lambda each: (said[each] if is_told else 0, bool(dangers[each]), said[each]),
    )
    return Abroad(tongue, every)


def _dangers(tongue: Tongue, read: str) -> tuple[str, ...]:
    bare = _bare(read)
    spaced = " ".join(_TOKEN.findall(bare)) if tongue.letters is None else bare
    typed = unicodedata.normalize("NFC", read.lower())
    return tuple(
        kind
        for kind in _kinds()
        if kind in tongue.danger
        and (kind != "help" or _says_little(tongue, spaced))
        and (tongue.danger[kind].search(spaced) or tongue.danger[kind].search(typed))
    )


def _says_little(tongue: Tongue, spaced: str) -> bool:
    if tongue.code in _WITHOUT_BLANKS:
        return len(spaced.strip()) <= _FEW_LETTERS
    return len(spaced.split()) <= _FEW_WORDS


def _bare(text: str) -> str:
    """Without accents."""
    apart = unicodedata.normalize("NFKD", text.lower().translate(_KEPT_APART))
    return "".join(c for c in apart if not unicodedata.combining(c))


@dataclass(frozen=True, slots=True)
class _Known:
    of_script: tuple[Tongue, ...]
    of_words: tuple[Tongue, ...]
    english: frozenset[str]
    any_letters: re.Pattern[str]
    other_letters: re.Pattern[str]


def _kinds() -> tuple[str, ...]:
    return ("suicide", "breath", "heart", "stroke", "faint", "blood", "help")


@cache
def _known() -> _Known:
    told = json.loads(_FILE.read_text(encoding="utf-8"))
    tongues = tuple(_tongue(code, entry) for code, entry in told["tongues"].items())
    scripts = "".join(entry["letters"] for entry in told["tongues"].values())
    return _Known(
        of_script=tuple(each for each in tongues if each.letters),
        of_words=tuple(each for each in tongues if not each.letters),
        english=frozenset(told["english"].split()),
        any_letters=re.compile(f"[{scripts}{told['other_letters']}]"),
        other_letters=re.compile(f"[{told['other_letters']}]"),
    )


def tongues() -> tuple[Tongue, ...]:
    return (*_known().of_script, *_known().of_words)


def _tongue(code: str, entry: dict[str, Any]) -> Tongue:
    letters = entry["letters"]
    return Tongue(
        code=code,
        name=entry["name"],
        says=entry["says"],
        words=frozenset(entry["words"].split()),
        letters=re.compile(f"[{letters}]") if letters else None,
        danger={kind: _beginning(words, letters) for kind, words in entry["danger"].items()},
    )


def _beginning(words: str, letters: str) -> re.Pattern[str]:
    """Words may end otherwise, and begin as they stand; with accents or without."""
    forms = {form for word in words.split("|") for form in (word, _bare(word) if letters else word)}
    every = "|".join(re.escape(form) for form in sorted(forms))
    return re.compile(f"(?<!\\w)(?:{every})" if letters in {"", "Ѐ-ӿ"} else every)
