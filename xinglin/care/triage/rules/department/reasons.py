"""Why a department: the words of the patient that spoke most for it."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from xinglin.care.triage.rules.department.features import normalised
from xinglin.kernel.text import Text

_FILE = Path(__file__).parents[2] / "data" / "department" / "vocabulary.tsv"
_MOST_WORDS, _LONGEST = 4, 8
_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+|[㐀-鿿]")
_NOTHING = Text(
    "您的描述还不足以判断科室，建议先看全科，由医生为您指引。",
    "What you wrote does not point to one department; general practice will guide you.",
)
_CHILD = Text("就诊人是孩子，建议看儿科。", "The patient is a child, so paediatrics is suggested.")
_WHOLE = Text("根据您的整段描述。", "Because of what you wrote as a whole.")
_WHOLE_UNSURE = Text(
    "根据您的整段描述，还不能确定，您可以改选其他科室。",
    "Because of what you wrote as a whole; this is not certain, and you may choose another department.",
)
_RESTS = Text("根据您提到的{zh}。", "Because you mentioned {en}.")
_UNSURE = Text(
    "根据您提到的{zh}，还不能确定，您可以改选其他科室。",
    "Because you mentioned {en}; this is not certain, and you may choose another department.",
)


def why(text: str, shares: Mapping[str, float], *, known: bool, sure: bool, child: bool) -> Text:
    """`shares`: feature -> how much it speaks for the department; `known`: the model has read enough of it."""
    if not known:
        return _NOTHING
    if child and sure:
        return _CHILD
    words = spoken(text, shares)
    if not words:
        return _WHOLE if sure else _WHOLE_UNSURE
    told = {
        "zh": "、".join(f"“{word}”" for word in words),
        "en": ", ".join(f'"{word}"' for word in words),
    }
    return (_RESTS if sure else _UNSURE).filled(**told)


def spoken(text: str, shares: Mapping[str, float]) -> tuple[str, ...]:
    """Words of our vocabulary that stand in the text, those that spoke most for it first; none twice.

    Runs of letters that are no word of anybody's are not told, however much they weighed.
    """
    plain = normalised(text)
    strong = [feature for feature, share in shares.items() if share > 0]
    worth = {
        span: sum(shares[f] for f in strong if f.rstrip("*") in plain[slice(*span)])
        for span in _known(plain)
    }
    told: list[tuple[int, int]] = []
    for span in sorted(worth, key=lambda each: (-worth[each], each)):
        if worth[span] > 0 and all(span[1] <= a or b <= span[0] for a, b in told):
            told.append(span)
    return tuple(dict.fromkeys(plain[slice(*span)] for span in told))[:_MOST_WORDS]


def _known(plain: str) -> Iterator[tuple[int, int]]:
    """Where words of the vocabulary stand."""
    edges = [m.span() for m in _TOKEN.finditer(plain)]
    known = _vocabulary()
    for first, (start, _) in enumerate(edges):
        for _, end in edges[first : first + _LONGEST]:
            if plain[start:end] in known:
                yield start, end


@cache
def _vocabulary() -> frozenset[str]:
    lines = _FILE.read_text(encoding="utf-8").splitlines()[1:]
    words = (normalised(line.split("\t")[3]) for line in lines)
    return frozenset(word for word in words if len(word) > 1)
