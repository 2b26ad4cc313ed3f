"""`python -m bench.triage.second_reader`: the weights of the second reader, from tune cases of ours.

Lines of ours on three levels (`vignettes_*.jsonl`) are in it too: of English ones only for what is
minor, since with them what is grave would be seen in every long text; of Chinese ones for both, beside
ordinary complaints of `data/phrases` in which the rules see no emergency. Held cases, vignettes of
others and dialogues are not. How often it would be wrong is printed, measured on cases left out in
turn, and on first lines.
"""

import gzip
import json
import sys
from collections.abc import Sequence
from typing import Any

from bench.triage import sets
from xinglin.care.triage.rules.case import Case
from xinglin.care.triage.rules.urgency import URGENCIES
from xinglin.care.triage.rules.urgency.gathering import gathered
from xinglin.care.triage.rules.urgency.judging import fits
from xinglin.care.triage.rules.urgency.reader import FILE, pieces, weighed
from xinglin.care.triage.rules.urgency.ruleset import ruleset
from xinglin.kernel.text import LOCALES, Locale

_FOLDS, _DIGITS = 5, 3
_LEAST_SEEN: dict[Locale, int] = {"zh": 3, "en": 2}
_C: dict[Locale, float] = {"zh": 10.0, "en": 3.0}
# Chinese first lines of real consultations bound it; of English ones we have none.
_GRAVE_FROM: dict[Locale, float] = {"zh": 0.8, "en": 0.65}
_MINOR_FROM: dict[Locale, float] = {"zh": 0.65, "en": 0.62}
_MORE_OF_WHAT_IS_GRAVE: Locale = "zh"


def main() -> int:
    found = {locale: _of(locale) for locale in LOCALES}
    told = json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    FILE.write_bytes(gzip.compress(told.encode(), mtime=0))
    sys.stderr.write(f"{FILE.name}: {FILE.stat().st_size} bytes\n")
    return 0


def _of(locale: Locale) -> dict[str, Any]:
    cases = [c for c in sets.all_sets()[locale] if c.split == "tune"]
    told = [(c.record["text"], c.urgency) for c in cases]
    more = sets.vignettes(locale)
    graver = [*more, *_ordinary(locale)] if locale == _MORE_OF_WHAT_IS_GRAVE else []
    found = _of_one(locale, [*told, *graver], "emergency", _GRAVE_FROM[locale])
    found["grave_from"] = _GRAVE_FROM[locale]
    if locale in _MINOR_FROM:
        limit = _MINOR_FROM[locale]
        minor = _of_one(locale, [*told, *more], "self_care", limit)
        found["minor"] = {**minor, "minor_from": limit}
    return found


def _ordinary(locale: Locale) -> list[tuple[str, str]]:
    return [(text, "ordinary") for text in sets.complaints(locale) if not _is_emergency(text)]


def _is_emergency(text: str) -> bool:
    """By the rules alone: weights must not learn from those they replace."""
    facts = gathered(Case(text=text))
    return any(r.urgency == URGENCIES[0] and fits(r, facts) for r in ruleset().rules)


def _of_one(
    locale: Locale, told: Sequence[tuple[str, str | None]], urgency: str, limit: float
) -> dict[str, Any]:
    texts, wanted = [text for text, _ in told], [each == urgency for _, each in told]
    _tell(locale, texts, wanted, limit)
    weights, bias = _fitted(texts, wanted, locale)
    return {"bias": round(bias, _DIGITS), "weights": weights}


def _fitted(
    texts: Sequence[str], grave: Sequence[bool], locale: Locale
) -> tuple[dict[str, float], float]:
    # Late, since only who trains needs it.
    from sklearn.linear_model import LogisticRegression

    vocabulary, rows = _rows(texts, locale)
    model = LogisticRegression(C=_C[locale], class_weight="balanced", max_iter=1_000).fit(
        rows, grave
    )
    weights = {
        piece: round(float(weight), _DIGITS)
        for piece, weight in zip(vocabulary, model.coef_[0], strict=True)
    }
    return weights, float(model.intercept_[0])


def _rows(texts: Sequence[str], locale: Locale) -> tuple[list[str], Any]:
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.preprocessing import normalize

    counter = CountVectorizer(
        analyzer=lambda text: sorted(pieces(text, locale)), binary=True, min_df=_LEAST_SEEN[locale]
    )
    return (
        sorted(counter.fit(texts).vocabulary_),
        normalize(counter.transform(texts).astype(float)),
    )


def _tell(locale: Locale, texts: Sequence[str], grave: Sequence[bool], limit: float) -> None:
    """Each case is judged by weights that have not seen it."""
    hits: list[tuple[bool, float]] = []
    for fold in range(_FOLDS):
        inside = [n for n in range(len(texts)) if n % _FOLDS != fold]
        weights, bias = _fitted([texts[n] for n in inside], [grave[n] for n in inside], locale)
        hits += [
            (grave[n], weighed(texts[n], locale, weights, bias))
            for n in range(fold, len(texts), _FOLDS)
        ]
    found = [score >= limit for is_grave, score in hits if is_grave]
    wrong = [score >= limit for is_grave, score in hits if not is_grave]
    weights, bias = _fitted(texts, grave, locale)
    lines = [weighed(t, locale, weights, bias) >= limit for t in sets.first_lines()]
    shares = (
        f"{name} {sum(those) / len(those):.3f}"
        for name, those in (("found", found), ("wrong", wrong), ("first lines", lines))
    )
    sys.stderr.write(f"{locale}, from {limit}: {', '.join(shares)}\n")


if __name__ == "__main__":
    sys.exit(main())
