"""Which department suits what somebody tells: words with weights, and nothing that is medicine.

The lexicon is ours: names of departments, parts of the body and complaints as people say them. It
opens a door in the hospital; it names no illness.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from xinglin.care.triage.rules import wording
from xinglin.kernel.text import Text

FALLBACK = "general_practice"
CHILDREN = "paediatrics"
CHILD_UNTIL_YEARS = 14

_WOMEN = "obgyn"
# A child's eyes, skin or broken arm go where an adult's go.
_ALSO_FOR_CHILDREN = frozenset(
    {"dermatology", "ent", "ophthalmology", "orthopaedics", "psychology", "tcm", "urology"}
)
_NAMED = 4
_SURE_FROM, _SURE_AHEAD = 3, 1
_WORDS_SHOWN = 4

_NOTHING = Text(
    "您的描述还不足以判断科室，建议先看全科，由医生为您指引。",
    "What you wrote does not point to one department; general practice will guide you.",
)
_CHILD = Text(
    "就诊人未满14岁，建议看儿科。", "The patient is under 14, so paediatrics is suggested."
)
_RESTS = Text("根据您提到的{zh}。", "Because you mentioned {en}.")
_UNSURE = Text(
    "根据您提到的{zh}，还不能确定，您可以改选其他科室。",
    "Because you mentioned {en}; this is not certain, and you may choose another department.",
)


@dataclass(frozen=True, slots=True)
class Term:
    """`weight`: 1 hints, 2 points, 3 is typical, 4 names the department."""

    phrase: str
    weight: int


Lexicon = Mapping[str, tuple[Term, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """`why` names the words it rests on; without any, and for an unsure one, it says so."""

    department: str
    sure: bool
    why: Text


def suggest(words: str, lexicon: Lexicon, *, sex: str, age_years: int) -> Suggestion:
    """What suits best; general practice, and not sure, when little or nothing speaks for it."""
    scores = _scores(words, lexicon, sex=sex, child=age_years < CHILD_UNTIL_YEARS)
    best, sure = _best(scores)
    if age_years < CHILD_UNTIL_YEARS and not (sure and best in _ALSO_FOR_CHILDREN):
        return Suggestion(department=CHILDREN, sure=True, why=_CHILD)
    if best is None:
        return Suggestion(department=FALLBACK, sure=False, why=_NOTHING)
    return _of(best, scores[best], sure=sure)


def _of(slug: str, found: Iterable[Term], *, sure: bool) -> Suggestion:
    named = sorted(found, key=lambda term: -term.weight)[:_WORDS_SHOWN]
    phrases = [term.phrase.replace("*", "") for term in named]
    words = {
        "zh": "、".join(f"“{p}”" for p in phrases),
        "en": ", ".join(f"“{p}”" for p in phrases),
    }
    if sure:
        return Suggestion(department=slug, sure=True, why=_RESTS.filled(**words))
    return Suggestion(department=FALLBACK, sure=False, why=_UNSURE.filled(**words))


def _scores(words: str, lexicon: Lexicon, *, sex: str, child: bool) -> dict[str, list[Term]]:
    clauses = tuple(wording.clauses(wording.normalised(words)))
    pairs = wording.pairs("\n".join(clause.text for clause in clauses))
    found = {
        slug: _longest(
            [
                t
                for t in terms
                if wording.cue(t.phrase) in pairs
                and any(wording.is_said(t.phrase, c) for c in clauses)
            ]
        )
        for slug, terms in lexicon.items()
        if _is_for(slug, sex=sex, child=child)
    }
    return {slug: terms for slug, terms in found.items() if terms}


def _is_for(slug: str, *, sex: str, child: bool) -> bool:
    if slug == CHILDREN:
        return child
    return slug != _WOMEN or sex != "male"


def _longest(terms: list[Term]) -> list[Term]:
    """A phrase that stands inside another counts once."""
    return [
        t for t in terms if not any(t.phrase in o.phrase and t.phrase != o.phrase for o in terms)
    ]


def _sum(terms: Iterable[Term]) -> int:
    return sum(term.weight for term in terms)


def _best(scores: Mapping[str, list[Term]]) -> tuple[str | None, bool]:
    """The department, and whether it is sure; the only one that was named goes before all others."""
    named = [slug for slug, terms in scores.items() if any(t.weight == _NAMED for t in terms)]
    if len(named) == 1:
        return named[0], True
    ranked = sorted(scores, key=lambda slug: -_sum(scores[slug]))
    if not ranked:
        return None, False
    first, second = [*(_sum(scores[slug]) for slug in ranked), 0][:2]
    return ranked[0], first >= _SURE_FROM and first - second >= _SURE_AHEAD
