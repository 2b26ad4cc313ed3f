"""What the model sees of a text: short runs of characters in Chinese, words and pairs in English."""

import re
import unicodedata
from collections.abc import Iterator

from xinglin.care.triage.rules.script import SIMPLIFIED

MOST_CHARACTERS = 1500
_LONGEST_RUN, _LONGEST_PHRASE, _STEM = 4, 2, 5
_CLAUSE = re.compile(r"[^0-9a-z㐀-鿿' ]+")
_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+|[㐀-鿿]")
_LATIN = re.compile(r"[0-9a-z' ]")
_CHINESE = re.compile(r"[㐀-鿿]")
_SAME = str.maketrans({"疼": "痛", "’": "'"})
_NUMBER = re.compile(r"\d+(?:[./]\d+)*")

# What somebody says they do not have tells nothing; "没有食欲" or "no period" do.
_DENIED = re.compile(
    r"(?:没有|没|无|不|未见|否认)(?:再|出现|明显|怎么)?(?:怀孕|发烧|发热|咳嗽|咳痰|咳|高烧|恶心|呕吐|头痛|头晕|腹痛|腹泻|肚子痛|拉肚子"
    r"|过敏史?|流脓|胸闷|胸痛|心慌|鼻塞|流鼻涕|鼻涕|抽烟|吸烟|喝酒|外伤|家族史|家族遗传史?|遗传史?|手术史?|其他(?:症状|疾病|病)|别的(?:症状|病)|高血压|糖尿病|心脏病|痒|有痰|痰)"
    r"|\b(?:no|not|without|denies|never had)(?: any| had| have| having)?"
    r"(?! (?:period|appetite|energy|sleep|erection|interest|feeling|longer|better|desire|motivation|idea))"
    r"(?: [a-z'-]+){1,3}?(?: or [a-z'-]+(?: [a-z'-]+)?)?(?=[,.;\n]|$)"
)


def normalised(text: str) -> str:
    """Half-width, lower case, every number "0", 疼 as 痛; of a very long text the beginning."""
    folded = unicodedata.normalize("NFKC", text[:MOST_CHARACTERS]).lower()
    folded = folded.translate(SIMPLIFIED).translate(_SAME)
    return _NUMBER.sub("0", folded)


def features(text: str) -> dict[str, None]:
    """In the order of their first appearance; each once."""
    found: dict[str, None] = {}
    for clause in _CLAUSE.split(_DENIED.sub("|", normalised(text))):
        for each in _of(clause):
            found[each] = None
    return found


def _of(clause: str) -> Iterator[str]:
    if not _CHINESE.search(clause):
        return _words(_TOKEN.findall(clause))
    if not _LATIN.search(clause):
        return _runs(clause)
    tokens = _TOKEN.findall(clause)
    return ("".join(tokens[i : i + n]) for n in range(1, 5) for i in range(len(tokens) - n + 1))


def _runs(clause: str) -> Iterator[str]:
    length = len(clause)
    for n in range(1, _LONGEST_RUN + 1):
        for i in range(length - n + 1):
            yield clause[i : i + n]


def _words(tokens: list[str]) -> Iterator[str]:
    for n in range(1, _LONGEST_PHRASE + 1):
        for i in range(len(tokens) - n + 1):
            yield " ".join(tokens[i : i + n])
    for token in tokens:
        if len(token) > _STEM:
            yield f"{token[:_STEM]}*"
