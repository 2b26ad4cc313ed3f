"""Age, sex and pregnancy as a text tells them."""

import re
from dataclasses import dataclass
from typing import Literal

from xinglin.care.triage.rules.findings.folding import folded
from xinglin.care.triage.rules.findings.timing import _NUMBER_EN, _number_zh

_AGE_EN = re.compile(
    r"\b(?P<n>\d{1,3}(?:\.\d)?|one|two|three|four|five|six|seven|eight|nine|ten|"
    r"twelve)(?: and a half)? ?(?P<u>years?|yrs?|yo|y/o|months?|mo|weeks?|wks?|days?) ?(?:old|of age)\b"
    r"|\b(?P<m>\d{1,3}) ?(?:yo|y/o|yrs? old)\b|\baged? (?:of )?(?P<k>\d{1,3})\b(?! (?:months?|weeks?|"
    r"days?))|\b(?:aged?|shes|hes|she is|he is|baby is) (?P<j>\d{1,2}) (?P<v>months?|weeks?|days?)\b"
    r"(?! (?:pregnant|along|post|after|into|gestation|since|later|late|of|from|out)\b)|\b(?P<s>\d{1,2}) ?[mf]\b(?=[,. ]|$)|"
    r"^\s*[mf] ?(?P<t>\d{1,2})\b"
    r"|\b(?:im|i am|(?:he|she|who|mum|mom|dad|mother|father|nan|gran|grandma|grandad|grandmother|"
    r"grandfather|husband|wife|partner|son|daughter|man|woman|lady|gentleman|teenager|boy|girl|child)"
    r"(?: is|s|,| of)) (?:now |only |just )?(?P<q>\d{1,3})(?=[,;:!?]|\.(?!\d)|\s*$| (?:and(?! a half)|with|he|she|who|has|"
    r"years?)\b)"
    r"|\b(?:toddler|baby|infant|child|boy|girl|son|daughter),? (?:of )?(?P<w>\d{1,2}) (?P<x>months?|weeks?|days?)\b"
)
_AGE_ZH = re.compile(
    r"(?P<n>\d{1,3}|[一二两三四五六七八九]?十[一二三四五六七八九]?|"
    r"[一二两三四五六七八九半])(?P<h>个?半)?(?:周)?(?P<u>岁|个月大|个月的?(?:宝|婴|娃|孩|大)|天大|"
    r"天的?(?:宝|婴|新生)|月龄|周大)"
    r"|(?:宝宝|婴儿|孩子|娃|儿子|女儿|宝贝|小孩)(?:刚|才|今年)?(?P<m>\d{1,2}|"
    r"[一二两三四五六七八九十]{1,2})(?P<v>个多?月|天)(?!前|了)"
)
_CHILD_WORDS = re.compile(r"\b(?:newborn|neonate)\b|新生儿|刚出生")
_INFANT_WORDS = re.compile(r"\b(?:infant|baby|toddler)\b|婴儿|宝宝|奶娃")
_CHILD = re.compile(
    r"\b(?:my (?:son|daughter|child|kid|little (?:one|boy|girl)))\b|孩子|小孩|娃|小朋友|患儿"
)
_FEMALE = re.compile(
    r"\b(?:female|woman|girl|lady|she|her|pregnant|wife|mother|daughter)\b|女性|女(?=[,，、 孩士婴]|\d)|"
    r"[，, ]女|她|怀孕|孕妇|月经|妻子|老婆|女儿|妈"
)
_MALE = re.compile(
    r"\b(?:male|man|boy|gentleman|he|his|him|husband|father|son)\b|男性|男(?=[,，、 孩士婴]|\d)|[，, ]男|(?<!其)他|"
    r"老公|丈夫|儿子|爸"
)
# Whoever else is spoken of first, of a man nobody says this.
_WOMANS = re.compile(
    r"怀孕|孕妇|孕\d|月经|例假|阴道|\bpregnan|\b(?:my|her|last|missed|late|heavy) periods?\b|\bvagina"
)


@dataclass(frozen=True, slots=True)
class Person:
    """What the text itself says; None is "not told"."""

    age_years: float | None
    sex: Literal["male", "female"] | None


def person(typed: str) -> Person:
    text = folded(typed).text
    return Person(_age(text), _sex(text))


def _age(text: str) -> float | None:
    found = _AGE_EN.search(text)
    if found:
        number = next(
            g for g in (found[name] for name in ("n", "m", "k", "j", "s", "t", "q", "w")) if g
        )
        many = float(number) if number[0].isdigit() else float(_NUMBER_EN[number])
        return many * _years_en(found["u"] or found["v"] or found["x"] or "y")
    found = _AGE_ZH.search(text)
    if found:
        many = _number_zh(found["n"] or found["m"]) + (0.5 if found["h"] else 0)
        return many * _years_zh(found["u"] or found["v"])
    if _CHILD_WORDS.search(text):
        return 0.04
    return None


def _years_en(unit: str) -> float:
    return {"y": 1.0, "m": 1 / 12, "w": 1 / 52, "d": 1 / 365}[unit[0]]


def _years_zh(unit: str) -> float:
    if unit.startswith("岁"):
        return 1.0
    if unit.startswith("天"):
        return 1 / 365
    return 1 / 52 if unit.startswith("周") else 1 / 12


def _sex(text: str) -> Literal["male", "female"] | None:
    if _WOMANS.search(text):
        return "female"
    female, male = _FEMALE.search(text), _MALE.search(text)
    if female and male:
        return "female" if female.start() < male.start() else "male"
    if female:
        return "female"
    return "male" if male else None
