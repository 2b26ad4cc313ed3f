"""Which phrases of the lexicon stand where."""

import re
from collections.abc import Iterator, Mapping

from xinglin.care.triage.rules.findings.lexicon import CUE_EN, Form, Lexicon
from xinglin.care.triage.rules.findings.types import Match

_WORD = re.compile(r"[a-z0-9']+|[^\x00-\x7f]")
_WORD_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789'")


def matches(text: str, lexicon: Lexicon) -> list[Match]:
    """In the order of the text; what stands inside a longer phrase is left out."""
    return _outermost(list(_all(text, lexicon)))


def _all(text: str, lexicon: Lexicon) -> Iterator[Match]:
    by_cue, concepts = lexicon.by_cue, lexicon.concepts
    for word in _WORD.finditer(text):
        at = word.start()
        letters = word[0]
        forms = _beginning(by_cue, text, at, letters)
        for form in forms:
            end = _end(form, text, at)
            if end:
                yield Match(at, end, form.concept, concepts[form.concept].kind)


def _beginning(
    by_cue: Mapping[str, tuple[Form, ...]], text: str, at: int, letters: str
) -> tuple[Form, ...]:
    if letters.isascii():
        return by_cue.get(letters[:CUE_EN], ())
    return (*by_cue.get(text[at : at + 2], ()), *by_cue.get(letters, ()))


def _end(form: Form, text: str, at: int) -> int:
    """0 when the form does not stand there."""
    if form.pattern is not None:
        found = form.pattern.match(text, at)
        return found.end() if found else 0
    if not text.startswith(form.letters, at):
        return 0
    end = at + len(form.letters)
    if form.letters[-1] in _WORD_LETTERS and end < len(text) and text[end] in _WORD_LETTERS:
        return 0
    return end


def _outermost(found: list[Match]) -> list[Match]:
    """Two concepts may share a place; of two places one inside the other, the outer counts."""
    kept: list[Match] = []
    reach = -1
    for each in sorted(set(found), key=lambda m: (m.start, -m.end)):
        if each.end > reach or (kept and (each.start, each.end) == (kept[-1].start, kept[-1].end)):
            kept.append(each)
            reach = max(reach, each.end)
    return kept
