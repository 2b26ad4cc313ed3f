"""How a doctor is found by what somebody types: characters, pinyin, initials, words; pure."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice, pairwise, product

from xinglin.kernel.text import Text

LONGEST_QUERY = 60
_MOST_READINGS = 16
_HAN = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_TOKEN = re.compile(rf"[{_HAN}]+|[^\W{_HAN}_]+")


@dataclass(frozen=True, slots=True)
class Sought:
    """`likes`: each must stand in the words; `grams`: so each of these must, which an index knows."""

    grams: list[str]
    likes: list[str]

    @property
    def is_empty(self) -> bool:
        return not self.likes


def alike(text: str) -> str:
    """Small letters, words apart, each begun by a space; Chinese stands apart from all else."""
    tokens = _TOKEN.findall(unicodedata.normalize("NFKC", text).casefold())
    return "".join(f" {token}" for token in tokens)


def grams(told: str) -> list[str]:
    """Every pair of characters that stand together."""
    return sorted({a + b for a, b in pairwise(told)})


def sought(query: str) -> Sought:
    """Chinese anywhere in a word; a single character, and letters, at the beginning of one."""
    tokens = _TOKEN.findall(unicodedata.normalize("NFKC", query).casefold())
    parts = [t if len(t) > 1 and re.match(f"[{_HAN}]", t) else f" {t}" for t in tokens]
    return Sought(
        grams=sorted({gram for part in parts for gram in grams(part)}),
        likes=[f"%{part}%" for part in parts],
    )


def sort_key(name: Text) -> str:
    """The Chinese name in pinyin, syllable by syllable: 李 before 林, whoever follows.

    Of several readings (曾: ceng, zeng) that of the name in Latin letters, else the usual one.
    """
    whole = "".join(_TOKEN.findall(name.en.casefold()))
    known = next((r for r in _readings(name.zh) if "".join(r) == whole), None)
    return " ".join(known or _usual_reading(name.zh)).casefold()[:200]


def name_words(name: Text) -> str:
    """Every way in which the name may be typed."""
    spelt = [
        form
        for reading in _readings(name.zh)
        for form in (
            "".join(reading),
            "".join(syllable[:1] for syllable in reading),
            "".join(reading[1:]),
        )
    ]
    whole = "".join(name.en.split())
    return alike(" ".join([name.zh, *dict.fromkeys(spelt), name.en, whole]))


# pypinyin's tables take 56 MB: only the worker, which spells names, carries them.
def _usual_reading(name: str) -> list[str]:
    from pypinyin import lazy_pinyin

    return lazy_pinyin(name)


def _readings(name: str) -> list[tuple[str, ...]]:
    from pypinyin import Style, pinyin

    first, *rest = pinyin(name, style=Style.NORMAL, heteronym=True)
    return list(islice(product(first[:4], *(given[:2] for given in rest)), _MOST_READINGS))


def all_words(names: str, texts: Iterable[str]) -> str:
    return names + alike(" ".join(texts))
