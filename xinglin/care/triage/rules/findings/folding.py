"""A text made plain for reading, its sentences and clauses, and the way back to what was typed."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from xinglin.care.triage.rules.findings.spelling import mended
from xinglin.care.triage.rules.findings.types import Span
from xinglin.care.triage.rules.script import SIMPLIFIED

LONGEST_READ = 4000
_HEAD, _TAIL = 3000, 990
_PLAIN = SIMPLIFIED | str.maketrans(
    {
        "’": "'",
        "`": "'",
        "‘": "'",
        "-": " ",
        "–": " ",
        "—": " ",
        "\r": "\n",
        "\t": " ",
        "\u3000": " ",
        "\xa0": " ",
        "\x00": " ",
    }
)
_TO_DROP = re.compile(r" {2,}|'")
_NUMBERS_APART = re.compile(r"(?<=\d)[-–~～—](?=\d)")
_SENTENCE = re.compile(
    r"[^。!?;\n…]+?(?:[。!?;\n…]+|(?<!\d)(?<!\bdr)(?<!\bvs)\.(?=\s|$|[a-z])|\.(?!\d)|$)"
)
_CLAUSE = re.compile(
    r",|:|，|但是?|不过|可是|然而|却|而是|只是|就是|\bbut\b|\bhowever\b|\balthough\b|\bthough\b|\bexcept\b|"
    r"\byet\b"
)


@dataclass(frozen=True, slots=True)
class Folded:
    """`origin`: for each character its place in the text as typed; None when nothing moved."""

    text: str
    typed: str
    origin: tuple[int, ...] | None

    def back(self, start: int, end: int) -> tuple[int, int]:
        if self.origin is None:
            return start, end
        return self.origin[start], self.origin[end - 1] + 1


def cut(text: str) -> str:
    """The beginning and the end of what is too long to be read in time."""
    if len(text) <= LONGEST_READ:
        return text
    return f"{text[:_HEAD]}\n{text[-_TAIL:]}"


@lru_cache(maxsize=4)
def folded(typed: str) -> Folded:
    """Half-width, lower case, single blanks, no hyphens between words."""
    text = typed if typed.isascii() else unicodedata.normalize("NFKC", typed)
    origin: tuple[int, ...] | None = None
    if len(text) != len(typed):
        text, origin = _char_by_char(typed)
    lowered = text.lower()
    text = lowered if len(lowered) == len(text) else "".join(c.lower()[:1] or c for c in text)
    text = _NUMBERS_APART.sub("~", text).translate(_PLAIN)
    if _TO_DROP.search(text):
        keep = [n for n, c in enumerate(text) if not _is_dropped(text, n, c)]
        text = "".join(text[n] for n in keep)
        origin = _through(origin, keep)
    text, moved = mended(text)
    return Folded(text, typed, origin if moved is None else _through(origin, moved))


def _is_dropped(text: str, n: int, char: str) -> bool:
    """A second blank, and the apostrophe of "can't", which many leave out."""
    return char == "'" or (char == " " and n > 0 and text[n - 1] == " ")


def _through(origin: tuple[int, ...] | None, places: Sequence[int]) -> tuple[int, ...]:
    return tuple(places) if origin is None else tuple(origin[n] for n in places)


def sentences(text: str) -> Iterator[Span]:
    for found in _SENTENCE.finditer(text):
        if found[0].strip():
            yield Span(found.start(), found.end(), found[0])


def clauses(sentence: Span) -> Iterator[Span]:
    at = 0
    for found in (*_CLAUSE.finditer(sentence.text), None):
        end = found.start() if found else len(sentence.text)
        if sentence.text[at:end].strip():
            yield Span(sentence.start + at, sentence.start + end, sentence.text[at:end])
        at = found.end() if found else end


def _char_by_char(typed: str) -> tuple[str, tuple[int, ...]]:
    parts, origin = [], []
    for n, char in enumerate(typed):
        plain = unicodedata.normalize("NFKC", char)
        parts.append(plain)
        origin += [n] * len(plain)
    return "".join(parts), tuple(origin)
