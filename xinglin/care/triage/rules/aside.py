"""What is typed and is no complaint: abuse, orders to a machine, code (`data/aside.json`), unseen signs."""

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from xinglin.care.triage.rules.script import SIMPLIFIED
from xinglin.kernel.text import Locale, language_of

_FILE = Path(__file__).parents[1] / "data" / "aside.json"
_CLAUSE = re.compile(r"[^,，。.!！?？;；\n…~～、]+")
_LETTERS_EN = re.compile(r"[^a-z0-9 ]+")
# Signs that nobody sees, which come between letters: controls, zero-width ones, halves of a pair; and
# marks that are heaped upon letters which have no such form.
_UNSEEN = re.compile(
    "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\xad\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2064\\ufeff"
    "\\u0300-\\u036f\\ud800-\\udfff]"
)
# What a person writes who only swears is short.
_LONGEST_CLAUSE = 60


@dataclass(frozen=True, slots=True)
class _Abuse:
    """`aimed`: a clause that names at whom; `alone`: one that does not, which counts only where
    nothing tells of oneself (`own`) and it stands beside one that names, or beside nothing else:
    Chinese leaves "I" out. Where words are heard, thought or read (`heard`) neither counts.
    """

    cue: re.Pattern[str]
    aimed: re.Pattern[str]
    alone: re.Pattern[str]
    heard: re.Pattern[str]
    own: re.Pattern[str]


def visible(text: str) -> str:
    whole = text if text.isascii() else unicodedata.normalize("NFC", text)
    return _UNSEEN.sub("", whole)


def without_abuse(text: str) -> str:
    """As long as before: a wish of death that is aimed at somebody else is blank."""
    locale = language_of(text)
    abuse = _abuse()[locale]
    if not abuse.cue.search(text):
        return text
    whole = _plain(text, locale)
    if abuse.heard.search(whole):
        return text
    clauses = {
        found.span(): _plain(found[0], locale)
        for found in _CLAUSE.finditer(text)
        if found[0].strip()
    }
    aimed = {span for span, plain in clauses.items() if _is(abuse.aimed, plain)}
    alone = {span for span, plain in clauses.items() if _is(abuse.alone, plain)}
    if abuse.own.search(whole) or not (aimed or clauses.keys() <= alone):
        alone = set()
    parts = list(text)
    for start, end in aimed | alone:
        parts[start:end] = " " * (end - start)
    return "".join(parts)


def _is(kind: re.Pattern[str], plain: str) -> bool:
    return len(plain) <= _LONGEST_CLAUSE and kind.fullmatch(plain) is not None


def complaint_in(text: str) -> str:
    """Without abuse, orders and code: what may lead to a department."""
    text = without_abuse(visible(text))
    for pattern in _machine():
        text = pattern.sub(" ", text)
    return text


def _plain(clause: str, locale: Locale) -> str:
    if locale == "zh":
        return clause.translate(SIMPLIFIED).strip()
    lowered = clause.lower().replace("'", "").replace("’", "")
    return " ".join(_LETTERS_EN.sub(" ", lowered).split())


@cache
def _told() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return found


@cache
def _abuse() -> dict[Locale, _Abuse]:
    zh, en = _told()["abuse"]["zh"], _told()["abuse"]["en"]
    around = f"(?:{zh['whom']}|{zh['between']})*"
    aimed_zh = f"{around}(?:{zh['whom']}){around}(?:{zh['wish']})(?:{zh['end']})*"
    cue_en = re.compile(en["cue"], re.IGNORECASE)
    return {
        "zh": _Abuse(
            *(
                re.compile(each)
                for each in (zh["cue"], aimed_zh, zh["alone"], zh["heard"], zh["own"])
            )
        ),
        "en": _Abuse(
            cue_en,
            *(re.compile(e) for e in ("|".join(en["aimed"]), en["alone"], en["heard"], en["own"])),
        ),
    }


@cache
def _machine() -> tuple[re.Pattern[str], ...]:
    orders = (re.compile(each, re.IGNORECASE) for each in _told()["orders"])
    return (*orders, *(re.compile(each) for each in _told()["code"]))
