"""Finding a diagnosis by Chinese name, pinyin initials, code or English words."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from xinglin.care.consultation import rules
from xinglin.foundation.database import services as database
from xinglin.kernel.errors import FieldError, Invalid
from xinglin.kernel.text import Text

LIMIT = 20
LONGEST_QUERY = 60
MOST_KEPT = 4096

_HAN = re.compile(r"[\u3400-\u9fff]")
_CODE = re.compile(r"[A-Z]\d[\dA-Z.+*/]*", re.IGNORECASE)
_WORD = re.compile(r"[a-z]+", re.IGNORECASE)
_SHORTEST_WORD = 3

_CHOSEN = "select code, name_zh, name_en from diagnosis_code where code = any(%s)"
_COLUMNS = "code, name_zh, name_en"
_BY_NAME = f"""
    select {_COLUMNS} from diagnosis_code
    where diagnosis_grams(name_zh) @> %(grams)s and name_zh like all(%(parts)s)
    order by name_zh <> %(whole)s, rank = 3, not starts_with(name_zh, %(whole)s), rank,
        length(name_zh), code
    limit {LIMIT}
"""  # noqa: S608  # constants only
_BY_CODE = f"""
    select {_COLUMNS} from diagnosis_code
    where code like any(%(prefixes)s)
    order by code <> all(%(exact)s), rank, length(code), code
    limit {LIMIT}
"""  # noqa: S608  # the same
_BY_INITIALS = f"""
    select {_COLUMNS} from diagnosis_code
    where initials like %(prefix)s
    order by initials <> %(whole)s, rank = 3, rank, length(initials), code
    limit {LIMIT}
"""  # noqa: S608  # the same
_BY_WORDS = f"""
    select {_COLUMNS} from diagnosis_code
    where to_tsvector('simple', name_en) @@ to_tsquery('simple', %(words)s)
    order by lower(name_en) <> %(whole)s, not starts_with(lower(name_en), %(whole)s), rank,
        length(name_en), code
    limit {LIMIT}
"""  # noqa: S608  # the same


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`name_en` is empty where the WHO has no title of its own."""

    code: str
    name_zh: str
    name_en: str


def find_diagnoses(query: str) -> list[Diagnosis]:
    """At most 20, the likeliest first: exact and short names, categories before oddities."""
    asked = " ".join(query.split())[:LONGEST_QUERY]
    return list(_looked_up(asked)) if asked else []


def chosen_diagnoses(codes: Iterable[str], *, field: str) -> list[dict[str, str]]:
    """In the order given, each once, with the table's names.

    Args:
        field: the path in the request that an error names.
    Raises:
        Invalid: a code is not of the table, or there are too many.
    """
    asked = list(dict.fromkeys(codes))
    if not asked:
        return []
    if len(asked) > rules.MOST_DIAGNOSES:
        raise Invalid(
            FieldError(
                field,
                Text(
                    f"最多填写{rules.MOST_DIAGNOSES}个诊断。",
                    f"At most {rules.MOST_DIAGNOSES} diagnoses.",
                ),
            )
        )
    known = {code: (zh, en) for code, zh, en in database.fetch(_CHOSEN, [asked])}
    unknown = [code for code in asked if code not in known]
    if unknown:
        raise Invalid(
            FieldError(
                field,
                Text(
                    f"诊断编码不存在：{'、'.join(unknown)}。请从列表中选择。",
                    f"No such diagnosis code: {', '.join(unknown)}. Please choose from the list.",
                ),
            )
        )
    return [{"code": code, "name_zh": known[code][0], "name_en": known[code][1]} for code in asked]


@lru_cache(maxsize=MOST_KEPT)
def _looked_up(asked: str) -> Sequence[Diagnosis]:
    """Kept in memory: the table changes with a release, and doctors ask for the same again."""
    if _HAN.search(asked):
        return _by_name(asked)
    if _CODE.fullmatch(asked):
        return _by_code(asked)
    return _by_latin(asked)


def forget_diagnoses() -> None:
    """After they were written."""
    _looked_up.cache_clear()


def _by_name(asked: str) -> list[Diagnosis]:
    parts = asked.split(" ")
    grams = [part[i : i + 2] for part in parts for i in range(max(1, len(part) - 1))]
    return _found(
        _BY_NAME,
        {
            "grams": grams,
            "parts": [f"%{_literally(part)}%" for part in parts],
            "whole": asked,
        },
    )


def _by_code(asked: str) -> list[Diagnosis]:
    """`e119` finds `E11.9` as well: doctors leave the point out."""
    code = asked.upper()
    exact = [code]
    if "." not in code and len(code) > _SHORTEST_WORD:
        exact.append(f"{code[:3]}.{code[3:]}")
    return _found(
        _BY_CODE, {"prefixes": [f"{_literally(each)}%" for each in exact], "exact": exact}
    )


def _by_latin(asked: str) -> list[Diagnosis]:
    """Initials first: that is what a Chinese doctor types; then words of the English title."""
    lowered = asked.lower()
    initials = re.sub(r"[^a-z0-9]", "", lowered)
    found = _found(_BY_INITIALS, {"prefix": f"{initials}%", "whole": initials}) if initials else []
    words = _WORD.findall(lowered)
    if any(len(word) >= _SHORTEST_WORD for word in words):
        known = {each.code for each in found}
        titles = _found(
            _BY_WORDS, {"words": " & ".join(f"{word}:*" for word in words), "whole": lowered}
        )
        found += [each for each in titles if each.code not in known]
    return found[:LIMIT]


def _literally(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", text)


def _found(sql: str, values: dict[str, Any]) -> list[Diagnosis]:
    return [Diagnosis(*row) for row in database.fetch(sql, values)]
